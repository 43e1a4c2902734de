using System.Buffers.Binary;

namespace Redoubt.Image.Tests;

/// <summary>A segment of an ELF file made for a test; flags are PF_X 1, PF_W 2, PF_R 4.</summary>
internal sealed record FakeSegment(ulong Address, byte[] Content, ulong Size, uint Flags);

/// <summary>Files that look like the real ones, made of recognisable bytes.</summary>
internal static class FakeFiles
{
    public const uint Code = 5, Constants = 4, Data = 6;

    /// <summary>An ELF file whose segments follow each other behind the headers.</summary>
    public static byte[] Elf(ulong entry, params FakeSegment[] segments)
    {
        using MemoryStream file = new();
        byte[] header = new byte[64 + 56 * segments.Length];
        "\u007fELF"u8.CopyTo(header);
        (header[4], header[5]) = (2, 1);
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(18), 183);
        BinaryPrimitives.WriteUInt64LittleEndian(header.AsSpan(24), entry);
        BinaryPrimitives.WriteUInt64LittleEndian(header.AsSpan(32), 64);
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(54), 56);
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(56), (ushort)segments.Length);
        ulong offset = (ulong)header.Length;
        for (int i = 0; i < segments.Length; i++)
        {
            FakeSegment segment = segments[i];
            Span<byte> entryBytes = header.AsSpan(64 + 56 * i);
            BinaryPrimitives.WriteUInt32LittleEndian(entryBytes, 1);
            BinaryPrimitives.WriteUInt32LittleEndian(entryBytes[4..], segment.Flags);
            ReadOnlySpan<ulong> words = [offset, segment.Address, segment.Address, (ulong)segment.Content.Length, segment.Size, 0x1000];
            for (int word = 0; word < words.Length; word++)
                BinaryPrimitives.WriteUInt64LittleEndian(entryBytes[(8 + 8 * word)..], words[word]);
            offset += (ulong)segment.Content.Length;
        }

        file.Write(header);
        foreach (FakeSegment segment in segments)
            file.Write(segment.Content);
        return file.ToArray();
    }

    /// <summary>A program with code, constants and data, of which the last pages are zero.</summary>
    public static byte[] Program(ulong address, byte mark) => Elf(
        address,
        new FakeSegment(address, Fill(0x1234, mark), 0x1234, Code),
        new FakeSegment(address + 0x2000, Fill(0x100, (byte)(mark + 1)), 0x100, Constants),
        new FakeSegment(address + 0x3000, Fill(0x310, (byte)(mark + 2)), 0x5000, Data));

    /// <summary>A Linux Image.</summary>
    public static byte[] Linux(int size, ulong imageSize, ulong textOffset)
    {
        byte[] image = Fill(size, 0x4c);
        image.AsSpan(0, 64).Clear();
        "MZ"u8.CopyTo(image);
        BinaryPrimitives.WriteUInt64LittleEndian(image.AsSpan(8), textOffset);
        BinaryPrimitives.WriteUInt64LittleEndian(image.AsSpan(16), imageSize);
        "ARM\x64"u8.CopyTo(image.AsSpan(56));
        return image;
    }

    public static byte[] Fill(int size, byte value)
    {
        byte[] bytes = new byte[size];
        bytes.AsSpan().Fill(value);
        return bytes;
    }
}
