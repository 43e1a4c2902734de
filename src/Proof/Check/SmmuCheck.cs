using System.Numerics;
using Redoubt.Abi;
using Redoubt.Image;
using Redoubt.Proof.Isa;

namespace Redoubt.Proof.Check;

/// <summary>
/// Devices reach by DMA the memory of their owner and nothing else (Arm IHI 0070): each entry of the stream table, the context, every table and
/// the commands are exactly those that the description stands for, and the loader is told of exactly these. Written from the manual, not from the
/// image builder. What the SMMU then holds in its registers is for `boot`.
/// </summary>
internal sealed class SmmuCheck
{
    /// <summary>Purposes of areas.</summary>
    public const string Registers = "SMMU", StreamTable = "stream table", Commands = "SMMU commands", Events = "DMA faults";

    private const ulong EntrySize = 64, WordSize = 8, Page = 0x1000;
    private const int AsidShift = 48;

    /// <summary>Offset of <see cref="BootInfo.Smmu"/> in the loader's table, and its words.</summary>
    private const ulong SetupOffset = (4 * WordSize) + (Limits.ZeroRanges * 2 * WordSize) + (Limits.Partitions * WordSize);
    private const int SetupWords = 10;

    /// <summary>CMD_CFGI_ALL; CMD_TLBI_NSNH_ALL; CMD_SYNC that signals nothing (4.3.5, 4.4.4, 4.6.3).</summary>
    private static readonly ulong[] CommandWords = [0x04, 0x1f, 0x30, 0, 0x46, 0];

    private readonly CheckedImage _image;
    private readonly Facts _facts;
    private readonly PlacedSmmu? _smmu;

    private SmmuCheck(CheckedImage image, Facts facts) => (_image, _facts, _smmu) = (image, facts, image.Map.Smmu);

    /// <summary>Purposes of the areas that hold an owner's context and tables.</summary>
    public static string ContextOf(string owner) => $"DMA context of {owner}";

    /// <summary>See <see cref="ContextOf"/>.</summary>
    public static string TablesOf(string owner) => $"DMA tables of {owner}";

    /// <summary>Bits of the stream IDs that the stream table has entries for.</summary>
    public static int StreamBits(SystemMap map) => BitOperations.Log2(BitOperations.RoundUpToPowerOf2(Streams(map).Max(range => range.End)));

    /// <summary>Checks all that is there for the SMMU, or that there is nothing.</summary>
    public static void Run(CheckedImage image, Board board, Facts facts)
    {
        SmmuCheck check = new(image, facts);
        check.Setup(board);
        if (check._smmu is not { } smmu)
            return;
        check.Entries(smmu);
        check.Context(smmu);
        check.Content(Commands, CommandWords);
        check.Translations(smmu);
    }

    private static IEnumerable<StreamRange> Streams(SystemMap map) => map.Devices.Select(device => device.Streams).OfType<StreamRange>();

    /// <summary>What the loader is told.</summary>
    private void Setup(Board board)
    {
        ulong[] expected = new ulong[SetupWords];
        if (_smmu is { } smmu)
        {
            expected =
            [
                smmu.Address, Address(StreamTable), (ulong)StreamBits(_image.Map), Address(Commands), 2, (ulong)CommandWords.Length / 2,
                Area(smmu.Reader, Events, Storage.Zero)?.Address ?? 0, DmaFault.IndexBits, board.Distributor, (ulong)smmu.Interrupt,
            ];
        }

        for (int i = 0; i < SetupWords; i++)
        {
            ulong at = Layout.BootInfo + SetupOffset + ((ulong)i * WordSize), word = _image.Word(at), wanted = expected[i];
            _facts.Require("SMMU", word == wanted, () => $"0x{at:x}: the loader is told 0x{word:x} of the SMMU, not 0x{wanted:x}");
        }
    }

    /// <summary>Streams of devices have the owner's context, all others are refused.</summary>
    private void Entries(PlacedSmmu smmu)
    {
        // V; Config: stage 1 translates, stage 2 is bypassed; S1Fmt, S1CDMax 0: one context
        const ulong Kind = 1 | (0b101 << 1);

        // S1CIR, S1COR, S1CSH write-back inner shareable; SHCFG: as the device says; EATS 0: no ATS; STRW 0: EL1 and EL0; S1STALLD, MEV 0
        const ulong Attributes = (1 << 2) | (1 << 4) | (3 << 6) | (1UL << 44);
        if (Area(StreamTable) is not { } table)
            return;
        ulong size = EntrySize << StreamBits(_image.Map);
        _facts.Require("SMMU", table.Size == Math.Max(size, Page) && table.Address % table.Size == 0, () => $"the stream table at 0x{table.Address:x} has 0x{table.Size:x} bytes, not 0x{size:x}, or is not aligned to its size");
        ulong context = Address(ContextOf(smmu.Owner));
        for (ulong offset = 0; offset < table.Size; offset += WordSize)
        {
            ulong stream = offset / EntrySize, at = table.Address + offset, word = _image.Word(at);
            bool listed = Streams(_image.Map).Any(range => stream >= range.First && stream < range.End);
            ulong expected = !listed ? 0 : (offset % EntrySize / WordSize) switch
            {
                0 => Kind | context,
                1 => Attributes,
                _ => 0,
            };
            _facts.Require("stream", word == expected, () => $"entry at 0x{at:x} of stream 0x{stream:x}{(listed ? $" of {smmu.Owner}" : ", which is nobody's,")} is 0x{word:x}, not 0x{expected:x}");
        }
    }

    /// <summary>The context leads to the owner's tables.</summary>
    private void Context(PlacedSmmu smmu)
    {
        // T0SZ 25; TG0 4 KiB; IR0, OR0, SH0 write-back inner shareable; EPD1; V; IPS 40 bits; AA64; R and A: record and abort; ASET; S, HA, HD, TBI, ENDI 0
        const ulong Kind = 25 | (1 << 8) | (1 << 10) | (3 << 12) | (1 << 30) | (1UL << 31) | (2UL << 32) | (1UL << 41) | (1UL << 45) | (1UL << 46) | (1UL << 47);
        const ulong NormalMemory = 0xff;
        ulong asid = (ulong)_image.IndexOf(smmu.Owner) + 1;
        Content(ContextOf(smmu.Owner), Kind | (asid << AsidShift), Address(TablesOf(smmu.Owner)), 0, NormalMemory);
    }

    /// <summary>An area of the kernel's holds these words and is zero behind them.</summary>
    private void Content(string purpose, params ulong[] words)
    {
        if (Area(purpose) is not { } area)
            return;
        for (ulong offset = 0; offset < area.Size; offset += WordSize)
        {
            int index = (int)(offset / WordSize);
            ulong at = area.Address + offset, word = _image.Word(at), expected = index < words.Length ? words[index] : 0;
            _facts.Require("SMMU", word == expected, () => $"0x{at:x}, in {purpose}: 0x{word:x}, not 0x{expected:x}");
        }
    }

    /// <summary>Devices see the owner's memory, where the owner sees it, and nothing else.</summary>
    private void Translations(PlacedSmmu smmu)
    {
        if (Area(TablesOf(smmu.Owner)) is not { } area || _image.Map.Partitions.FirstOrDefault(partition => partition.Name == smmu.Owner) is not { } owner)
            return;
        TableCheck devices = TableCheck.Of(_image, _facts, $"devices of {smmu.Owner}", area.Address, TablesOf(smmu.Owner), place => Ownership.OfDma(_image, owner, place), Attributes.DifferDma);
        ulong root = _image.Configuration.Vttbr(new Word((ulong)_image.IndexOf(smmu.Owner))).Value & TableCheck.RootBits;
        devices.SeesAs(StageTables.Walk(_image, _facts, smmu.Owner, root));
    }

    private ulong Address(string purpose) => Area(purpose)?.Address ?? 0;

    /// <summary>The kernel's one area of a purpose.</summary>
    private PlacedArea? Area(string purpose) => Area(Ownership.Kernel, purpose, Storage.File);

    private PlacedArea? Area(string owner, string purpose, Storage storage)
    {
        PlacedArea[] areas = _image.Map.Areas.Where(area => area.Owner == owner && area.Purpose == purpose && area.Storage == storage).ToArray();
        _facts.Require("SMMU", areas.Length == 1, () => $"{owner} has {areas.Length} areas called \"{purpose}\"");
        return areas.Length == 1 ? areas[0] : null;
    }
}
