using System.Buffers.Binary;

namespace Redoubt.Proof.Tests.Conformance;

/// <summary>Random translation tables: trees of three levels of 4 KiB tables (Arm ARM, D8.3).</summary>
internal sealed class RandomTables
{
    private const int Page = 0x1000, Entries = 512, IndexBits = 9, PageShift = 12, FirstLevel = 1, LastLevel = 3;
    private const ulong Invalid = 0, Block = 1, TableOrPage = 3, AccessFlag = 1 << 10, InnerShareable = 3 << 8, ExecuteNever = 1UL << 54;

    /// <summary>At stage 1 of EL2: AP[1] is RES1. The block that holds the harness: normal memory, for reading and writing, executable.</summary>
    private const ulong ReservedOne = 1 << 6, Home = 0x4000_0000 | ReservedOne | AccessFlag | InnerShareable | Block;

    private readonly Random _random;
    private readonly ulong _address;
    private readonly int _stage;
    private readonly MemoryStream _pages = new();

    /// <summary>Makes trees.</summary>
    /// <param name="random">Where chance comes from.</param>
    /// <param name="address">Where the tables will be, a multiple of 4 KiB.</param>
    /// <param name="stage">Stage of translation.</param>
    /// <param name="trees">Number of trees.</param>
    public RandomTables(Random random, ulong address, int stage, int trees)
    {
        (_random, _address, _stage) = (random, address, stage);
        Roots = [.. Enumerable.Range(0, trees).Select(_ => Table(FirstLevel))];
    }

    /// <summary>Addresses of the trees' roots.</summary>
    public ulong[] Roots { get; }

    /// <summary>The tables.</summary>
    public byte[] Bytes => _pages.ToArray();

    /// <summary>Makes a table and those below it; returns its address.</summary>
    private ulong Table(int level)
    {
        const int Below = 3;
        int at = (int)_pages.Length;
        _pages.SetLength(at + Page);
        HashSet<int> tables = level == LastLevel ? [] : [.. Enumerable.Range(0, Below).Select(_ => _random.Next(2, Entries))];
        for (int i = 0; i < Entries; i++)
        {
            ulong descriptor = tables.Contains(i) ? Table(level + 1) | TableOrPage
                : level == FirstLevel && _stage == 1 && i == 1 ? Home
                : _random.Next(3) == 0 ? Invalid
                : Leaf(level);
            BinaryPrimitives.WriteUInt64LittleEndian(_pages.GetBuffer().AsSpan(at + (i * 8)), descriptor);
        }

        return _address + (ulong)at;
    }

    /// <summary>A page or block, more often than not with attributes that Redoubt uses. A good part of the outputs lie in memory that the machine has.</summary>
    private ulong Leaf(int level)
    {
        const ulong Ram = 0x4000_0000;
        const long RamSize = 0x4000_0000, Outputs = 1L << 40;
        int shift = PageShift + (IndexBits * (LastLevel - level));
        ulong output = _random.Next(2) == 0 ? Ram + (ulong)_random.NextInt64(RamSize) : (ulong)_random.NextInt64(Outputs);
        bool usual = _random.Next(4) != 0;
        ulong Bits(int count, int at) => (ulong)_random.Next(1 << count) << at;
        ulong attributes = usual ? AccessFlag | InnerShareable | (_random.Next(2) == 0 ? ExecuteNever : 0) : Bits(1, 10) | Bits(2, 8) | Bits(2, 53);
        attributes |= _stage == 1
            ? (usual ? ReservedOne : Bits(1, 6)) | Bits(1, 7) | Bits(usual ? 1 : 3, 2)
            : Bits(2, 6) | (usual ? (_random.Next(2) == 0 ? 0xfUL : 1) << 2 : Bits(4, 2));
        return (output & ~((1UL << shift) - 1)) | attributes | (level == LastLevel ? TableOrPage : Block);
    }
}
