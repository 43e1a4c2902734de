using Redoubt.Abi;

namespace Redoubt.Proof.Check;

/// <summary>What may be done with mapped memory, and which kind of memory it is.</summary>
[Flags]
internal enum Rights
{
    Read = 1, Write = 2, Execute = 4, Device = 8,
}

/// <summary>A page or block of a translation table.</summary>
/// <param name="Input">Address that is translated.</param>
/// <param name="Output">Physical address.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Descriptor">The descriptor.</param>
/// <param name="Entry">Where the descriptor stands.</param>
internal readonly record struct Leaf(ulong Input, ulong Output, ulong Size, ulong Descriptor, ulong Entry);

/// <summary>
/// Translation tables as the hardware reads them: VMSAv8-64, 4 KiB granule, from level 1, 39 bits (Arm ARM D8.2 and D8.3). Written from the
/// manual, not from the image builder. Bits that have no use here must be zero, so that each table says one thing in one way.
/// </summary>
internal sealed class StageTables
{
    private const int Levels = 3, IndexBits = 9, PageShift = 12;
    private const ulong Page = 1 << PageShift, EntryBytes = 8;
    private const ulong Valid = 1, TableOrPage = 2, Type = 3;
    private const ulong AddressBits = 0x0000_ffff_ffff_f000;

    private readonly CheckedImage _image;
    private readonly Facts _facts;
    private readonly string _who;

    private StageTables(CheckedImage image, Facts facts, string who) => (_image, _facts, _who) = (image, facts, who);

    /// <summary>Pages and blocks by input address.</summary>
    public List<Leaf> Leaves { get; } = [];

    /// <summary>Pages that hold tables, and how often each is reached.</summary>
    public Dictionary<ulong, int> Pages { get; } = [];

    /// <summary>Walks tables.</summary>
    /// <param name="image">Holds them.</param>
    /// <param name="facts">Told what is wrong.</param>
    /// <param name="who">Whose they are.</param>
    /// <param name="root">Address of the level-1 table.</param>
    public static StageTables Walk(CheckedImage image, Facts facts, string who, ulong root)
    {
        StageTables tables = new(image, facts, who);
        tables.Visit(root, 0, 1);
        return tables;
    }

    /// <summary>The leaf that translates an address, or null.</summary>
    public Leaf? At(ulong input)
    {
        foreach (Leaf leaf in Leaves)
        {
            if (input >= leaf.Input && input - leaf.Input < leaf.Size)
                return leaf;
        }

        return null;
    }

    private void Visit(ulong table, ulong input, int level)
    {
        if (!_facts.Require("table", _image.Holds(table, Page), () => $"{_who}: a table of level {level} at 0x{table:x} lies outside of the image"))
            return;
        Pages[table] = Pages.GetValueOrDefault(table) + 1;
        if (!_facts.Require("table", Pages[table] == 1, () => $"{_who}: the table at 0x{table:x} is reached more than once"))
            return;
        int shift = PageShift + (IndexBits * (Levels - level));
        for (ulong index = 0; index < 1UL << IndexBits; index++)
        {
            ulong entry = table + (index * EntryBytes), descriptor = _image.Word(entry), from = input + (index << shift);
            ulong output = descriptor & AddressBits;
            if ((descriptor & Valid) == 0)
            {
                _facts.Require("invalid entry", descriptor == 0, () => $"{_who}: entry at 0x{entry:x} for 0x{from:x} is invalid but not zero: 0x{descriptor:x}");
            }
            else if (level < Levels && (descriptor & TableOrPage) != 0)
            {
                if (_facts.Require("table", (descriptor & ~AddressBits) == Type, () => $"{_who}: entry at 0x{entry:x} for 0x{from:x} points to a table and has other bits: 0x{descriptor:x}"))
                    Visit(output, from, level + 1);
            }
            else if (_facts.Require("level", level == Levels ? (descriptor & TableOrPage) != 0 : (output & ((1UL << shift) - 1)) == 0,
                () => $"{_who}: entry at 0x{entry:x} for 0x{from:x} is no page or block of level {level}: 0x{descriptor:x}"))
            {
                Leaves.Add(new Leaf(from, output, 1UL << shift, descriptor, entry));
            }
        }
    }
}
