using System.Buffers.Binary;
using Redoubt.Abi;

namespace Redoubt.Image;

/// <summary>The header that makes boot loaders take the file for a Linux kernel (Linux, Documentation/arch/arm64/booting.rst).</summary>
public static class ImageHeader
{
    /// <summary>Bytes.</summary>
    public const int Size = 64;

    /// <summary>Where the image is put, from the beginning of memory.</summary>
    public const ulong TextOffset = 0x20_0000;

    /// <summary>Little-endian, 4 KiB pages, near the beginning of memory.</summary>
    private const ulong Flags = 1 << 1;

    private const uint Branch = 0x1400_0000, BranchMask = 0x03ff_ffff;

    /// <summary>Writes the header.</summary>
    /// <param name="header">The first 64 bytes of the image.</param>
    /// <param name="entry">Physical address of the loader's first instruction.</param>
    /// <param name="size">Bytes of memory that the image claims, from its beginning.</param>
    public static void Write(Span<byte> header, ulong entry, ulong size)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(header, Branch | (uint)((entry - Layout.LoadBase) / 4) & BranchMask);
        BinaryPrimitives.WriteUInt64LittleEndian(header[8..], TextOffset);
        BinaryPrimitives.WriteUInt64LittleEndian(header[16..], size);
        BinaryPrimitives.WriteUInt64LittleEndian(header[24..], Flags);
        "ARM\x64"u8.CopyTo(header[56..]);
    }
}
