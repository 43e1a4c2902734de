using System;
using Redoubt.Abi;

namespace Redoubt.Dice;

/// <summary>Configuration descriptors (docs/pin-entry.md).</summary>
internal static class Descriptor
{
    // Keys; the first two are those of the Android profile for DICE.
    private const int NameKey = -70002, SecurityVersion = -70005, MemoryMap = -80001, Devices = -80002, Services = -80003, Anchors = -80004;

    /// <summary>Writes that of the microvisor or of a partition; returns its size.</summary>
    public static int Write(Span<byte> output, in Name name, ulong version, ref readonly Measurements measured, bool microvisor)
    {
        CborWriter writer = new(output);
        writer.Map(5);
        writer.Number(NameKey);
        WriteName(ref writer, in name);
        writer.Number(SecurityVersion);
        writer.Number((long)version);
        writer.Number(MemoryMap);
        writer.Bytes(measured.MemoryMap);
        writer.Number(Devices);
        writer.Bytes(measured.Devices);
        writer.Number(microvisor ? Services : Anchors);
        writer.Bytes(measured.Others);
        return writer.Written.Length;
    }

    private static void WriteName(ref CborWriter writer, in Name name)
    {
        Digest room = default;
        Span<byte> text = room;
        int length = 0;
        for (int i = 0; i < 16; i++)
        {
            text[i] = (byte)((i < 8 ? name.Low : name.High) >> (8 * (i & 7)));
            if (text[i] != 0)
                length = i + 1;
        }

        writer.Text(text.Slice(0, length));
    }
}
