using System.Buffers.Binary;
using System.IO.Compression;
using Redoubt.Abi;

namespace Redoubt.Image;

/// <summary>A piece of a guest's memory as it is at each start.</summary>
/// <param name="Purpose">What it is, for people.</param>
/// <param name="Address">Where it goes in guest RAM.</param>
/// <param name="Content">Its bytes.</param>
/// <param name="Zero">Bytes of zero after them.</param>
internal sealed record GuestPiece(string Purpose, ulong Address, ReadOnlyMemory<byte> Content, ulong Zero)
{
    public ulong End => Address + (ulong)Content.Length + Zero;
}

/// <summary>A guest's program: a Linux Image, an ELF file or a flat binary, told apart by its content.</summary>
internal sealed class GuestImage
{
    /// <summary>Header of an arm64 Linux Image (Linux, Documentation/arch/arm64/booting.rst).</summary>
    private const int LinuxMagicOffset = 56, TextOffset = 8, ImageSize = 16;

    /// <summary>Where an Image goes whose image_size is zero, that is from before Linux 3.17.</summary>
    private const ulong OldTextOffset = 0x8_0000;

    private GuestImage(ulong entry, IReadOnlyList<GuestPiece> pieces) => (Entry, Pieces) = (entry, pieces);

    public ulong Entry { get; }

    public IReadOnlyList<GuestPiece> Pieces { get; }

    /// <summary>One past the last byte that it needs.</summary>
    public ulong End => Pieces.Max(piece => piece.End);

    /// <param name="file">The file's content, perhaps compressed by gzip.</param>
    /// <param name="ram">The guest's RAM.</param>
    /// <param name="what">How messages name the image.</param>
    /// <param name="at">Where the image was asked for.</param>
    /// <exception cref="UserError">The file is no image that fits there.</exception>
    public static GuestImage Parse(byte[] file, MemoryRange ram, string what, Position at)
    {
        if (file.AsSpan().StartsWith((ReadOnlySpan<byte>)[0x1f, 0x8b]))
            file = Decompress(file, what, at);
        if (file.Length == 0)
            throw new UserError(at, $"{what} is empty");
        if (ElfFile.Recognise(file))
            return FromElf(ElfFile.Parse(file, what, at), ram, what, at);
        if (file.Length >= 64 && file.AsSpan(LinuxMagicOffset).StartsWith("ARM\x64"u8))
            return FromLinux(file, ram);
        if (file.AsSpan().StartsWith("MZ"u8))
            throw new UserError(at, $"{what} is an EFI program, not a Linux Image");
        return new GuestImage(ram.Address, [new GuestPiece("image", ram.Address, file, 0)]);
    }

    private static GuestImage FromLinux(byte[] file, MemoryRange ram)
    {
        ulong size = BinaryPrimitives.ReadUInt64LittleEndian(file.AsSpan(ImageSize));
        ulong offset = size == 0 ? OldTextOffset : BinaryPrimitives.ReadUInt64LittleEndian(file.AsSpan(TextOffset));
        ulong zero = size > (ulong)file.Length ? size - (ulong)file.Length : 0;
        return new GuestImage(ram.Address + offset, [new GuestPiece("kernel", ram.Address + offset, file, zero)]);
    }

    private static GuestImage FromElf(ElfFile elf, MemoryRange ram, string what, Position at)
    {
        foreach (ElfSegment segment in elf.Segments)
        {
            if (segment.Address < ram.Address || segment.Address - ram.Address >= ram.Size)
                throw new UserError(at, $"{what}: the segment at 0x{segment.Address:x} lies outside of the guest's memory, 0x{ram.Address:x} to 0x{ram.Address + ram.Size:x}");
        }

        return new GuestImage(elf.Entry, elf.Segments
            .Select((segment, i) => new GuestPiece($"image segment {i}", segment.Address, segment.Content, segment.Size - (ulong)segment.Content.Length))
            .ToList());
    }

    private static byte[] Decompress(byte[] file, string what, Position at)
    {
        try
        {
            using GZipStream stream = new(new MemoryStream(file), CompressionMode.Decompress);
            using MemoryStream result = new();
            stream.CopyTo(result);
            return result.ToArray();
        }
        catch (InvalidDataException)
        {
            throw new UserError(at, $"{what} is compressed by gzip, but damaged");
        }
    }
}
