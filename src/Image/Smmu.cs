using System.Buffers.Binary;
using System.Numerics;
using Redoubt.Abi;

namespace Redoubt.Image;

/// <summary>
/// What the SMMU is told before the first guest runs (Arm IHI 0070): an entry for each stream of a device that some partition holds, which
/// translates as that partition's stage 2 does, without what is no memory. All other streams are refused. Its devices belong to one partition,
/// since whoever answers for that one reads which accesses were refused.
/// </summary>
internal sealed class Smmu
{
    /// <summary>Bytes of a stream table entry, a context descriptor, a command (IHI 0070, 5.2, 5.4, 4.1).</summary>
    private const int EntrySize = 64, ContextSize = 64, CommandSize = 16;

    /// <summary>Stream table entry, word 0: V, Config = stage 1 translates, stage 2 does not. Word 1: contexts are fetched as write-back inner shareable memory; SHCFG incoming.</summary>
    private const ulong EntryKind = 1 | (5 << 1), EntryAttributes = (1 << 2) | (1 << 4) | (3 << 6) | (1UL << 44);

    /// <summary>
    /// Context descriptor, word 0: T0SZ, tables are write-back inner shareable memory of 4 KiB granules, EPD1, V, IPS = 40 bits, AA64, R and A: faults
    /// are recorded and abort, ASET. Word 3: attribute 0 is normal write-back memory.
    /// </summary>
    private const ulong ContextKind = (64 - Layout.IpaBits) | (1 << 8) | (1 << 10) | (3 << 12) | (1 << 30) | (1UL << 31) | (2UL << 32) | (1UL << 41)
        | (1UL << 45) | (1UL << 46) | (1UL << 47), NormalMemory = 0xff;

    private const int AsidShift = 48;

    /// <summary>CMD_CFGI_ALL, CMD_TLBI_NSNH_ALL, CMD_SYNC, two words each (IHI 0070, 4.3, 4.4, 4.6): nothing is remembered from before.</summary>
    private static readonly ulong[] CommandWords = [0x04, 31, 0x30, 0, 0x46, 0];

    private readonly BoardSmmu _board;
    private readonly Partition _owner;
    private readonly IReadOnlyList<StreamRange> _streams;
    private readonly Area _table, _context, _tables, _commands, _events;

    /// <param name="board">The SMMU.</param>
    /// <param name="owner">Whose devices it confines. What its memory is must be known.</param>
    /// <param name="events">Where refused accesses are recorded.</param>
    public Smmu(BoardSmmu board, Partition owner, Area events)
    {
        (_board, _owner, _events) = (board, owner, events);
        _streams = owner.Devices.Select(grant => grant.Device.Streams).OfType<StreamRange>().ToList();
        StreamBits = BitOperations.Log2(BitOperations.RoundUpToPowerOf2(_streams.Max(range => range.End)));
        ulong tableSize = (ulong)EntrySize << StreamBits;
        _table = new Area(Builder.Kernel, "stream table", tableSize, Storage.File, board.At) { LeastAlignment = Math.Max(tableSize, Units.Page) };
        _context = new Area(Builder.Kernel, $"DMA context of {owner.Name}", ContextSize, Storage.File, board.At);
        _tables = new Area(Builder.Kernel, $"DMA tables of {owner.Name}", Translation.Size, Storage.File, board.At);
        _commands = new Area(Builder.Kernel, "SMMU commands", (ulong)CommandWords.Length * sizeof(ulong), Storage.File, board.At);
    }

    private TranslationTables Translation => new(Stage.Dma, _owner.Mappings.Where(mapping => mapping.Area.Storage != Storage.Device));

    /// <summary>Bits of the stream IDs that have an entry.</summary>
    public int StreamBits { get; }

    /// <summary>What is to be placed.</summary>
    public IEnumerable<Area> Areas => [_table, _context, _tables, _commands];

    /// <summary>Writes all of it, once everything has its place.</summary>
    public void Encode()
    {
        _tables.Content = Translation.Encode(_tables.Address);
        _context.Content = Words(ContextKind | (_owner.Vmid << AsidShift), _tables.Address, 0, NormalMemory);
        _commands.Content = Words(CommandWords);
        byte[] table = new byte[_table.Size];
        byte[] entry = Words(EntryKind | _context.Address, EntryAttributes);
        foreach (StreamRange range in _streams)
        {
            for (uint stream = range.First; stream < range.End; stream++)
                entry.CopyTo(table, (int)stream * EntrySize);
        }

        _table.Content = table;
    }

    /// <summary>What the loader is told.</summary>
    public SmmuSetup Setup(ulong distributor) => new()
    {
        Registers = _board.Address,
        Streams = _table.Address,
        StreamBits = (ulong)StreamBits,
        Commands = _commands.Address,
        CommandBits = (ulong)BitOperations.Log2(BitOperations.RoundUpToPowerOf2((uint)CommandCount + 1)),
        CommandCount = CommandCount,
        Events = _events.Address,
        EventBits = DmaFault.IndexBits,
        Distributor = distributor,
        Interrupt = (ulong)_board.Interrupt,
    };

    private static ulong CommandCount => (ulong)(CommandWords.Length * sizeof(ulong) / CommandSize);

    private static byte[] Words(params ReadOnlySpan<ulong> words)
    {
        byte[] bytes = new byte[words.Length * sizeof(ulong)];
        for (int i = 0; i < words.Length; i++)
            BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(i * sizeof(ulong)), words[i]);
        return bytes;
    }
}
