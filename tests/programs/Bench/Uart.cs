using System;
using Redoubt.Abi;

namespace Redoubt.Bench;

/// <summary>Text on a PL011 (DDI 0183), real or modelled.</summary>
internal static class Uart
{
    /// <summary>UARTFR.</summary>
    public const ulong Flags = GuestMap.Uart + 0x18;

    private const ulong Data = GuestMap.Uart, LineControl = GuestMap.Uart + 0x2c, Control = GuestMap.Uart + 0x30;
    private const uint TransmitFull = 1 << 5;
    private const uint EightBitsFifo = 0x70, EnableTransmit = 0x101;

    public static void Initialise()
    {
        Cpu.Write32(LineControl, EightBitsFifo);
        Cpu.Write32(Control, EnableTransmit);
    }

    public static void Write(ReadOnlySpan<byte> text)
    {
        for (int i = 0; i < text.Length; i++)
            Write(text[i]);
    }

    /// <summary>A space, then a decimal number.</summary>
    public static void Write(ulong number)
    {
        Write((byte)' ');
        ulong unit = 1;
        while (number / unit >= 10)
            unit *= 10;
        for (; unit != 0; unit /= 10)
            Write((byte)('0' + (number / unit % 10)));
    }

    public static void EndLine() => Write("\r\n"u8);

    private static void Write(byte character)
    {
        while ((Cpu.Read32(Flags) & TransmitFull) != 0)
        {
        }

        Cpu.Write32(Data, character);
    }
}
