using System;
using System.Threading;

namespace Redoubt.Loader;

/// <summary>Writes a line on a PL011 as the firmware left it (DDI 0183G, 3.3): polling, for messages only.</summary>
internal static unsafe class Pl011
{
    private const int Data = 0x00, Flag = 0x18;
    private const uint TransmitFull = 1 << 5;

    // A UART that is switched off stays full for ever: then its bytes are lost.
    private const int Patience = 1_000_000;

    internal static void Write(byte* uart, ReadOnlySpan<byte> text)
    {
        for (int i = 0; i < text.Length; i++)
        {
            for (int tries = 0; tries < Patience && (Volatile.Read(ref *(uint*)(uart + Flag)) & TransmitFull) != 0; tries++)
                continue;
            Volatile.Write(ref *(uint*)(uart + Data), text[i]);
        }
    }
}
