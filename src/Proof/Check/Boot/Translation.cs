using Redoubt.Proof.Isa;
using static Redoubt.Proof.Check.Boot.BootRegisters;

namespace Redoubt.Proof.Check.Boot;

/// <summary>
/// Stage 1 of EL2: the tables in memory are walked for each page as the hardware would (Arm ARM D8), with the permissions that they give;
/// a fault is a failure. Entries are kept until the TLB is invalidated.
/// </summary>
/// <param name="memory">Holds the tables.</param>
/// <param name="register">Value of a system register.</param>
internal sealed class Translation(BootMemory memory, Func<int, ulong> register)
{
    private const int InputBits = 39, PageShift = 12, IndexBits = 9, FirstLevel = 1, LastLevel = 3;
    private const ulong Valid = 1, TableOrPage = 2, AccessFlag = 1 << 10, ReadOnly = 1 << 7, ExecuteNever = 1UL << 54, AddressBits = 0x0000_ffff_ffff_f000;
    private const ulong MmuOn = 1, WritableNever = 1 << 19, PageMask = (1 << PageShift) - 1;
    private const ulong NormalMemory = 0xff, DeviceMemory = 0x04;

    private readonly Dictionary<ulong, Entry> _entries = [];
    private readonly (ulong Page, Entry Entry)[] _recent = new (ulong, Entry)[16];
    private bool _on;

    /// <summary>A translated page.</summary>
    public sealed record Entry(ulong Page, bool Writable, bool Executable, bool Device);

    /// <summary>SCTLR_EL2 was written.</summary>
    public void Switch(ulong control)
    {
        _on = (control & MmuOn) != 0;
        Forget();
    }

    /// <summary>TLB entries are gone.</summary>
    public void Forget()
    {
        _entries.Clear();
        Array.Clear(_recent);
    }

    /// <summary>The translation of an address; null while the MMU is off.</summary>
    public Entry? Of(ulong address)
    {
        if (!_on)
            return null;
        ulong page = address & ~PageMask;
        ref (ulong Page, Entry Entry) recent = ref _recent[(page >> PageShift) % (ulong)_recent.Length];
        if (recent.Entry is null || recent.Page != page)
        {
            if (!_entries.TryGetValue(page, out Entry? entry))
                _entries.Add(page, entry = Walk(page));
            recent = (page, entry);
        }

        return recent.Entry;
    }

    /// <summary>The physical address.</summary>
    public ulong Physical(ulong address, Entry? entry) => entry is null ? address : entry.Page | (address & PageMask);

    private Entry Walk(ulong address)
    {
        if (address >> InputBits != 0)
            throw new BootException($"uses 0x{address:x}, beyond the addresses that its tables translate");
        ulong table = register(Ttbr0El2) & AddressBits;
        for (int level = FirstLevel; ; level++)
        {
            int shift = PageShift + (IndexBits * (LastLevel - level));
            ulong entry = table + (((address >> shift) & ((1 << IndexBits) - 1)) * 8);
            ulong descriptor = memory.Load(entry, 8), output = descriptor & AddressBits;
            if ((descriptor & Valid) == 0)
                throw new BootException($"uses 0x{address:x}, which its tables do not map (entry at 0x{entry:x})");
            if (level < LastLevel && (descriptor & TableOrPage) != 0)
            {
                table = output;
                continue;
            }

            if ((descriptor & AccessFlag) == 0 || (level == LastLevel && (descriptor & TableOrPage) == 0))
                throw new BootException($"uses 0x{address:x}, for which the entry at 0x{entry:x} has no access flag or is reserved");
            ulong within = (1UL << shift) - 1;
            bool writable = (descriptor & ReadOnly) == 0;
            bool executable = (descriptor & ExecuteNever) == 0 && !(writable && (register(SctlrEl2) & WritableNever) != 0);
            return new Entry((output & ~within) | (address & within), writable, executable, IsDevice(descriptor, entry));
        }
    }

    private bool IsDevice(ulong descriptor, ulong entry) => ((register(MairEl2) >> (int)((descriptor >> 2) & 7) * 8) & 0xff) switch
    {
        NormalMemory => false,
        DeviceMemory => true,
        ulong type => throw new BootException($"maps memory of type 0x{type:x} (entry at 0x{entry:x})"),
    };
}
