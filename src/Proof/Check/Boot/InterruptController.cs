using Redoubt.Image;

namespace Redoubt.Proof.Check.Boot;

/// <summary>The registers of a GICv3 that boot may touch (IHI0069, 12.9 and 12.11), and what they hold in the end.</summary>
/// <param name="board">Where it is.</param>
/// <param name="cpus">Redistributors.</param>
internal sealed class InterruptController(Board board, int cpus) : IRegisters
{
    /// <summary>Interrupt lines of the model, that is GICD_TYPER.ITLinesNumber + 1 times 32.</summary>
    public const uint Lines = 288;

    public const ulong Control = 0x0, Group = 0x80, SetEnable = 0x100, SetActive = 0x300, Priority = 0x400, Configuration = 0xc00, Router = 0x6000;

    /// <summary>Of a redistributor; SGI_base is 64 KiB above.</summary>
    public const ulong Waker = 0x14, SgiBase = 0x1_0000;

    private const ulong Type = 0x4, ClearEnable = 0x180, ClearActive = 0x380;
    private const ulong FirstConfiguration = 8;
    private const uint ProcessorSleep = 1 << 1, ChildrenAsleep = 1 << 2;

    /// <summary>The firmware may have left any interrupt enabled and active, and routed anywhere.</summary>
    private readonly Dictionary<ulong, ulong> _distributor = ((ulong[])[SetEnable, SetActive])
        .SelectMany(register => Enumerable.Range(1, (int)(Lines / 32) - 1).Select(i => register + ((ulong)i * 4)))
        .Concat(Enumerable.Range(32, (int)Lines - 32).Select(intid => Router + ((ulong)intid * 8))).ToDictionary(offset => offset, _ => (ulong)~0U);

    private readonly Dictionary<ulong, ulong>[] _redistributors = Enumerable.Range(0, cpus).Select(_ => new Dictionary<ulong, ulong>
    {
        [Waker] = ProcessorSleep | ChildrenAsleep,
        [SgiBase + SetEnable] = ~0U,
        [SgiBase + SetActive] = ~0U,
    }).ToArray();

    /// <summary>Whether a register is there.</summary>
    public bool Has(ulong address) => IsDistributor(address) || (address >= board.Redistributors && address < board.Redistributors + ((ulong)cpus * Board.RedistributorStride));

    /// <summary>Whether it is the distributor's; the others are a CPU's.</summary>
    public bool IsDistributor(ulong address) => address >= board.Distributor && address < board.Distributor + Board.DistributorSize;

    /// <summary>The CPU whose redistributor has a register.</summary>
    public ulong CpuOf(ulong address) => (address - board.Redistributors) / Board.RedistributorStride;

    /// <summary>What a register of the distributor holds.</summary>
    public ulong Distributor(ulong offset) => _distributor.GetValueOrDefault(offset);

    /// <summary>What a register of a redistributor holds.</summary>
    public ulong Redistributor(ulong cpu, ulong offset) => _redistributors[cpu].GetValueOrDefault(offset);

    public ulong Load(ulong address, int size)
    {
        ulong offset = address - (IsDistributor(address) ? board.Distributor : board.Redistributors + (CpuOf(address) * Board.RedistributorStride));
        return (IsDistributor(address), offset, size) switch
        {
            (true, Control, 4) => Distributor(Control),
            (true, Type, 4) => (Lines / 32) - 1,
            (true, >= Configuration + FirstConfiguration and < Configuration + (Lines / 4), 4) => Distributor(offset),
            (false, Waker or SgiBase + SetActive, 4) => Redistributor(CpuOf(address), offset),
            _ => throw new BootException($"reads {size} bytes of the interrupt controller at 0x{address:x}, which boot has no use for"),
        };
    }

    public void Store(ulong address, int size, ulong value)
    {
        bool known;
        if (IsDistributor(address))
        {
            known = StoreDistributor(address - board.Distributor, size, value);
        }
        else
        {
            ulong cpu = CpuOf(address);
            known = StoreRedistributor(_redistributors[cpu], address - board.Redistributors - (cpu * Board.RedistributorStride), size, value);
        }

        if (!known)
            throw new BootException($"writes {size} bytes of the interrupt controller at 0x{address:x}, which boot has no use for");
    }

    private bool StoreDistributor(ulong offset, int size, ulong value)
    {
        const ulong FirstShared = 32;
        switch (offset)
        {
            case Control when size == 4:
            case >= Group + (FirstShared / 8) and < Group + (Lines / 8) when size == 4:
            case >= Priority + FirstShared and < Priority + Lines when size == 4:
            case >= Router + (FirstShared * 8) and < Router + (Lines * 8) when size == 8:
                _distributor[offset] = value;
                return true;
            case >= Configuration + FirstConfiguration and < Configuration + (Lines / 4) when size == 4:
                Configure(offset, value);
                return true;
            case >= SetEnable + (FirstShared / 8) and < SetEnable + (Lines / 8) when size == 4:
                _distributor[offset] |= value;
                return true;
            case >= ClearEnable + (FirstShared / 8) and < ClearEnable + (Lines / 8) when size == 4:
                _distributor[offset - ClearEnable + SetEnable] &= ~value;
                return true;
            case >= ClearActive + (FirstShared / 8) and < ClearActive + (Lines / 8) when size == 4:
                _distributor[offset - ClearActive + SetActive] &= ~value;
                return true;
            default:
                return false;
        }
    }

    /// <summary>An interrupt becomes edge-triggered or level-sensitive, which it may while it is disabled (IHI0069, 12.9.9).</summary>
    private void Configure(ulong offset, ulong value)
    {
        const ulong InterruptsOfWord = 16;
        ulong first = (offset - Configuration) / 4 * InterruptsOfWord, changed = Distributor(offset) ^ value;
        for (ulong i = 0; i < InterruptsOfWord; i++)
        {
            ulong intid = first + i;
            bool enabled = (Distributor(SetEnable + (intid / 32 * 4)) >> (int)(intid % 32) & 1) != 0;
            if (enabled && (changed >> (int)(2 * i) & 3) != 0)
                throw new BootException($"changes the kind of interrupt {intid} while it is enabled");
        }

        _distributor[offset] = value;
    }

    private static bool StoreRedistributor(Dictionary<ulong, ulong> registers, ulong offset, int size, ulong value)
    {
        const ulong OwnInterrupts = 32;
        if (size != 4)
            return false;
        switch (offset)
        {
            case Waker:
                registers[Waker] = (value & ProcessorSleep) != 0 ? value | ChildrenAsleep : 0;
                return true;
            case SgiBase + Group or (>= SgiBase + Priority and < SgiBase + Priority + OwnInterrupts):
                registers[offset] = value;
                return true;
            case SgiBase + SetEnable or SgiBase + SetActive:
                registers[offset] = registers.GetValueOrDefault(offset) | value;
                return true;
            case SgiBase + ClearEnable:
                registers[SgiBase + SetEnable] &= ~value;
                return true;
            case SgiBase + ClearActive:
                registers[SgiBase + SetActive] &= ~value;
                return true;
            default:
                return false;
        }
    }
}
