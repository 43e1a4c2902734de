using System.Buffers.Binary;

namespace Redoubt.Image;

/// <summary>A loadable segment of an ELF file.</summary>
/// <param name="Address">Physical address (p_paddr).</param>
/// <param name="Content">Bytes from the file.</param>
/// <param name="Size">Bytes in memory; those beyond the content are zero.</param>
/// <param name="Writable">PF_W.</param>
/// <param name="Executable">PF_X.</param>
internal sealed record ElfSegment(ulong Address, ReadOnlyMemory<byte> Content, ulong Size, bool Writable, bool Executable)
{
    public ulong End => Address + Size;
}

/// <summary>A 64-bit little-endian AArch64 ELF file (System V ABI, chapters 4 and 5; Arm IHI 0056).</summary>
internal sealed class ElfFile
{
    private const int HeaderSize = 64, ProgramHeaderSize = 56;
    private const ushort MachineAarch64 = 183;
    private const uint Load = 1;

    private ElfFile(ulong entry, IReadOnlyList<ElfSegment> segments) => (Entry, Segments) = (entry, segments);

    public ulong Entry { get; }

    /// <summary>Segments that occupy memory, by address.</summary>
    public IReadOnlyList<ElfSegment> Segments { get; }

    public static bool Recognise(ReadOnlySpan<byte> file) => file.StartsWith("\u007fELF"u8);

    /// <exception cref="UserError">The file is not a proper ELF file for AArch64; the message names <paramref name="what"/>.</exception>
    public static ElfFile Parse(ReadOnlyMemory<byte> file, string what, Position at)
    {
        ReadOnlySpan<byte> bytes = file.Span;
        UserError Broken(string why) => new(at, $"{what}: {why}");
        if (!Recognise(bytes) || bytes.Length < HeaderSize)
            throw Broken("not an ELF file");
        if (bytes[4] != 2 || bytes[5] != 1 || BinaryPrimitives.ReadUInt16LittleEndian(bytes[18..]) != MachineAarch64)
            throw Broken("an ELF file, but not for AArch64");

        ulong table = BinaryPrimitives.ReadUInt64LittleEndian(bytes[32..]);
        int count = BinaryPrimitives.ReadUInt16LittleEndian(bytes[56..]);
        if (BinaryPrimitives.ReadUInt16LittleEndian(bytes[54..]) != ProgramHeaderSize || !Holds(file, table, (ulong)count * ProgramHeaderSize))
            throw Broken("the ELF file's program headers are cut off");

        List<ElfSegment> segments = [];
        for (int i = 0; i < count; i++)
        {
            ReadOnlySpan<byte> header = bytes.Slice((int)table + i * ProgramHeaderSize, ProgramHeaderSize);
            uint flags = BinaryPrimitives.ReadUInt32LittleEndian(header[4..]);
            ulong offset = BinaryPrimitives.ReadUInt64LittleEndian(header[8..]);
            ulong address = BinaryPrimitives.ReadUInt64LittleEndian(header[24..]);
            ulong fileSize = BinaryPrimitives.ReadUInt64LittleEndian(header[32..]);
            ulong size = BinaryPrimitives.ReadUInt64LittleEndian(header[40..]);
            if (BinaryPrimitives.ReadUInt32LittleEndian(header) != Load || size == 0)
                continue;
            if (!Holds(file, offset, fileSize) || fileSize > size || address + size < address)
                throw Broken("a segment of the ELF file is cut off");
            segments.Add(new ElfSegment(address, file.Slice((int)offset, (int)fileSize), size, (flags & 2) != 0, (flags & 1) != 0));
        }

        if (segments.Count == 0)
            throw Broken("the ELF file has nothing to load");
        return new ElfFile(BinaryPrimitives.ReadUInt64LittleEndian(bytes[24..]), segments.OrderBy(segment => segment.Address).ToList());
    }

    /// <summary>Checks what mapped segments must be: on pages of their own, within bounds, never both writable and executable.</summary>
    public void CheckMapped(ulong start, ulong end, string what, Position at)
    {
        ulong free = start;
        foreach (ElfSegment segment in Segments)
        {
            if (!segment.Address.IsAligned(Units.Page) || segment.Address < free)
                throw new UserError(at, $"{what}: the segment at 0x{segment.Address:x} does not begin on a page of its own from 0x{start:x} up");
            if (segment.End > end)
                throw new UserError(at, $"{what}: the segment at 0x{segment.Address:x} ends at 0x{segment.End:x}, past 0x{end:x}");
            if (segment.Writable && segment.Executable)
                throw new UserError(at, $"{what}: the segment at 0x{segment.Address:x} is both writable and executable");
            free = segment.End.AlignUp(Units.Page);
        }

        if (!Segments.Any(segment => segment.Executable && Entry >= segment.Address && Entry < segment.End))
            throw new UserError(at, $"{what}: the entry 0x{Entry:x} is not in an executable segment");
    }

    private static bool Holds(ReadOnlyMemory<byte> file, ulong offset, ulong size) =>
        offset <= (ulong)file.Length && size <= (ulong)file.Length - offset;
}
