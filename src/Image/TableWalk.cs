using System.Buffers.Binary;

namespace Redoubt.Image;

/// <summary>Reads translation tables back from an image, as the hardware would.</summary>
internal sealed class TableWalk
{
    private const int Root = 1, Last = 3;

    private readonly ReadOnlyMemory<byte> _memory;
    private readonly ulong _base;
    private readonly Stage _stage;
    private readonly List<MappedRange> _ranges = [];

    private TableWalk(ReadOnlyMemory<byte> memory, ulong memoryBase, Stage stage) => (_memory, _base, _stage) = (memory, memoryBase, stage);

    /// <summary>What the tables map, by address; neighbours that continue each other are one range.</summary>
    /// <param name="memory">Bytes that hold the tables.</param>
    /// <param name="memoryBase">Physical address of the first of them.</param>
    /// <param name="stage">Stage of translation.</param>
    /// <param name="root">Physical address of the level-1 table.</param>
    /// <exception cref="InvalidDataException">A table lies outside of the memory.</exception>
    public static IReadOnlyList<MappedRange> Walk(ReadOnlyMemory<byte> memory, ulong memoryBase, Stage stage, ulong root)
    {
        TableWalk walk = new(memory, memoryBase, stage);
        walk.Visit(root, 0, Root);
        return walk._ranges;
    }

    private void Visit(ulong table, ulong address, int level)
    {
        if (table < _base || table - _base + Units.Page > (ulong)_memory.Length)
            throw new InvalidDataException($"a translation table lies at 0x{table:x}, outside of the image");
        ReadOnlySpan<byte> entries = _memory.Span.Slice((int)(table - _base), (int)Units.Page);
        for (int i = 0; i < Descriptor.Entries; i++)
        {
            ulong descriptor = BinaryPrimitives.ReadUInt64LittleEndian(entries[(i * 8)..]);
            ulong size = Units.Page << (Descriptor.IndexBits * (Last - level));
            ulong from = address + (ulong)i * size;
            if (!Descriptor.IsValid(descriptor))
                continue;
            if (level < Last && Descriptor.IsTable(descriptor))
                Visit(Descriptor.Address(descriptor), from, level + 1);
            else
                Add(new MappedRange(from, Descriptor.Address(descriptor), size, Descriptor.AccessOf(_stage, descriptor), Descriptor.IsDevice(_stage, descriptor)));
        }
    }

    private void Add(MappedRange range)
    {
        if (_ranges.Count > 0 && _ranges[^1] is var last
            && last.Virtual + last.Size == range.Virtual && last.Physical + last.Size == range.Physical
            && last.Access == range.Access && last.Device == range.Device)
            _ranges[^1] = last with { Size = last.Size + range.Size };
        else
            _ranges.Add(range);
    }
}
