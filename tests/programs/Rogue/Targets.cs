using Redoubt.Abi;

namespace Redoubt.Rogue;

/// <summary>Addresses that a device has no business with: everywhere but in this program's memory, and on both sides of its ends.</summary>
internal static unsafe class Targets
{
    /// <summary>This program's memory: how much there is (tests/descriptions/rogue.toml).</summary>
    public const ulong Own = 4 << 20;

    private const ulong List = GuestMap.Ram + 0x14_0000;

    private static ulong s_first;

    /// <summary>How many there are.</summary>
    public static int Count { get; private set; }

    /// <summary>Address of the list.</summary>
    public static ulong Address => List;

    /// <summary>A target.</summary>
    public static ulong Get(int index) => ((ulong*)List)[index];

    /// <summary>Makes the list.</summary>
    /// <param name="first">The first address of this program's memory, as the device sees it.</param>
    public static void Make(ulong first)
    {
        s_first = first;
        Count = 0;
        // Memory of the machine: kernel, tables, other partitions. Dense where Redoubt's own lies.
        Sweep(0x4000_0000, 0x4100_0000, 0x1000);
        Sweep(0x4100_0000, 0x5000_0000, 0xe000);
        // Interrupt controller, UART, SMMU and all other devices; nothing at all; what lies behind memory.
        Sweep(0, 0x4000_0000, 0x7_f000);
        Sweep(0x800_0000, 0x820_0000, 0x4000);
        Sweep(0x900_0000, 0x910_0000, 0x1000);
        Sweep(0x5000_0000, 0x2_0000_0000, 0x100_0000);
        // Ends of this program's memory, of memory, of tables' reach, of each bit.
        Around(first);
        Around(first + Own);
        Around(0x4000_0000);
        Around(0x5000_0000);
        for (int bit = 12; bit < 48; bit++)
            Around(1UL << bit);
        Around(0xffff_ffff_f000);
    }

    private static void Sweep(ulong start, ulong end, ulong step)
    {
        for (ulong address = start; address < end; address += step)
            Add(address);
    }

    private static void Around(ulong address)
    {
        Add(address - Disk.WordSize);
        Add(address - 1);
        Add(address);
        Add(address + 1);
    }

    // Not where the access would be this program's right.
    private static void Add(ulong address)
    {
        bool own = address - s_first < Own && address - s_first + Disk.WordSize <= Own;
        if (!own)
            ((ulong*)List)[Count++] = address;
    }
}
