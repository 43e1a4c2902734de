using System.Buffers.Binary;

namespace Redoubt.Image;

/// <summary>
/// Translation tables of one partition or the kernel: 39 bits of address, so the root is one level-1 table; 2 MiB blocks
/// wherever both addresses allow.
/// </summary>
internal sealed class TranslationTables
{
    private const int Root = 1, Last = 3;

    private readonly Stage _stage;
    private readonly List<ulong[]> _tables = [new ulong[Descriptor.Entries]];

    /// <summary>Entry (table, index) that points to another of these tables, whose address is known only in <see cref="Encode"/>.</summary>
    private readonly Dictionary<(int Table, int Index), int> _links = [];

    public TranslationTables(Stage stage, IEnumerable<Mapping> mappings)
    {
        _stage = stage;
        foreach (Mapping mapping in mappings)
            Map(mapping);
    }

    /// <summary>
    /// Bytes of the tables. That doesn't depend on where areas lie, since <see cref="Area.Alignment"/> decides about blocks.
    /// </summary>
    public ulong Size => (ulong)_tables.Count * Units.Page;

    /// <summary>The tables as they lie at an address, the root first.</summary>
    public byte[] Encode(ulong address)
    {
        byte[] bytes = new byte[Size];
        for (int table = 0; table < _tables.Count; table++)
        {
            for (int index = 0; index < Descriptor.Entries; index++)
            {
                ulong descriptor = _links.TryGetValue((table, index), out int next)
                    ? Descriptor.Table(address + (ulong)next * Units.Page)
                    : _tables[table][index];
                BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan((table * Descriptor.Entries + index) * 8), descriptor);
            }
        }

        return bytes;
    }

    private void Map(Mapping mapping)
    {
        bool device = mapping.Area.Storage == Storage.Device;
        ulong size;
        for (ulong done = 0; done < mapping.Area.Size; done += size)
        {
            ulong from = mapping.Virtual + done, to = mapping.Area.Address + done;
            bool block = from.IsAligned(Units.Block) && to.IsAligned(Units.Block)
                && mapping.Area.Alignment == Units.Block && mapping.Area.Size - done >= Units.Block;
            size = block ? Units.Block : Units.Page;
            ref ulong entry = ref Entry(from, block ? Last - 1 : Last);
            if (entry != 0)
                throw new InvalidOperationException($"{mapping.Area} is mapped over something else at 0x{from:x}");
            entry = Descriptor.Leaf(_stage, to, !block, mapping.Access, device);
        }
    }

    private ref ulong Entry(ulong address, int level)
    {
        int table = 0;
        for (int current = Root; current < level; current++)
        {
            (int Table, int Index) key = (table, Index(address, current));
            if (!_links.TryGetValue(key, out table))
            {
                if (_tables[key.Table][key.Index] != 0)
                    throw new InvalidOperationException($"a block is mapped at 0x{address:x} already");
                _links.Add(key, table = _tables.Count);
                _tables.Add(new ulong[Descriptor.Entries]);
            }
        }

        return ref _tables[table][Index(address, level)];
    }

    private static int Index(ulong address, int level) =>
        (int)(address >> (12 + Descriptor.IndexBits * (Last - level))) & (Descriptor.Entries - 1);
}
