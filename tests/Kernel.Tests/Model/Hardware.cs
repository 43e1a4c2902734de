using System.Numerics;

namespace Redoubt.Kernel.Tests.Model;

/// <summary>A machine: CPUs, their interrupt controller (GICv3, one security state), the counter, firmware.</summary>
internal sealed class Hardware
{
    public const ulong Distributor = 0x0800_0000, Redistributors = 0x080a_0000, RedistributorStride = 0x2_0000, Frequency = 62_500_000;
    public const ulong NothingPending = 1023;

    private const int SharedWords = 1024 / 64;

    [ThreadStatic]
    private static Core? _executing;

    private readonly ulong[] _enabled = new ulong[SharedWords], _active = new ulong[SharedWords], _line = new ulong[SharedWords];
    private readonly ulong[] _routes = new ulong[1024];

    public Hardware(int cpus) => Cores = [.. Enumerable.Range(0, cpus).Select(number => new Core(this, (ulong)number))];

    /// <summary>The machine of the test that runs.</summary>
    public static Hardware Now { get; set; } = new(1);

    /// <summary>The CPU that executes the kernel, on this thread.</summary>
    public static Core Executing
    {
        get => _executing ?? throw new InvalidOperationException("no CPU executes");
        set => _executing = value;
    }

    public Core[] Cores { get; }

    /// <summary>CNTPCT_EL0 and CNTVCT_EL0.</summary>
    public ulong Counter { get; set; } = 1000;

    /// <summary>Calls of the firmware: function and three arguments.</summary>
    public List<(ulong Function, ulong A1, ulong A2, ulong A3)> Firmware { get; } = [];

    /// <summary>Values of ICC_SGI1R_EL1 that were written.</summary>
    public List<ulong> Sent { get; } = [];

    /// <summary>Values of device registers that aren't modelled, as last written.</summary>
    public Dictionary<ulong, ulong> Registers { get; } = [];

    /// <summary>Identification registers, by CRm * 8 + op2.</summary>
    public ulong[] Identification { get; set; } = new ulong[64];

    /// <summary>ICH_VTR_EL2: four list registers, five bits of priority.</summary>
    public ulong VirtualInterface { get; set; } = (4UL << 29) | (4UL << 26) | 3;

    /// <summary>Called before each access to a word that CPUs share.</summary>
    public Action? Step { get; set; }

    /// <summary>Called with the INTID of each interrupt that is acknowledged.</summary>
    public Action<ulong>? Taken { get; set; }

    /// <summary>How often translations were forgotten.</summary>
    public int Forgotten { get; set; }

    /// <summary>How often the translations of one partition were dropped on a CPU.</summary>
    public int ForgottenPartitions { get; set; }

    /// <summary>MPIDR affinity of a CPU: two clusters of four.</summary>
    public static ulong Mpidr(ulong number) => ((number / 4) << 8) | (number % 4);

    /// <summary>Physical address of a CPU's redistributor.</summary>
    public static ulong Redistributor(ulong number) => Redistributors + (number * RedistributorStride);

    /// <summary>The line of a shared peripheral interrupt.</summary>
    public void SetLine(ulong intid, bool level) => Set(_line, intid, level);

    /// <summary>Whether a shared peripheral interrupt was acknowledged and not deactivated.</summary>
    public bool IsActive(ulong intid) => Has(_active, intid);

    public bool IsEnabled(ulong intid) => Has(_enabled, intid);

    public ulong Route(ulong intid) => _routes[intid];

    /// <summary>Something was left enabled or active by whatever ran before.</summary>
    public void LeaveBehind(ulong intid)
    {
        Set(_enabled, intid, true);
        Set(_active, intid, true);
    }

    /// <summary>Whether an interrupt is signalled to a CPU.</summary>
    public bool Signals(Core core) => Highest(core) != NothingPending;

    /// <summary>ICC_IAR1_EL1.</summary>
    public ulong Acknowledge(Core core)
    {
        Assert.Null(core.Running);
        ulong intid = Highest(core);
        if (intid == NothingPending)
            return intid;
        core.Running = intid;
        if (intid < 32)
        {
            core.Active |= 1U << (int)intid;
            core.Latched &= ~(1U << (int)intid);
        }
        else
        {
            Set(_active, intid, true);
        }
        Taken?.Invoke(intid);
        return intid;
    }

    /// <summary>ICC_EOIR1_EL1 with EOImode 1.</summary>
    public static void End(Core core, ulong intid)
    {
        Assert.Equal(core.Running, intid);
        core.Running = null;
    }

    /// <summary>ICC_DIR_EL1, or what a linked list register does.</summary>
    public void Deactivate(Core core, ulong intid)
    {
        Assert.InRange(intid, 0UL, 1019UL);
        if (intid < 32)
            core.Active &= ~(1U << (int)intid);
        else
            Set(_active, intid, false);
    }

    /// <summary>ICC_SGI1R_EL1 (IHI0069, 12.2.21).</summary>
    public void Send(ulong value)
    {
        Sent.Add(value);
        Assert.Equal(0UL, (value >> 40) & 1);
        ulong cluster = (((value >> 48) & 0xff) << 32) | (((value >> 32) & 0xff) << 16) | (((value >> 16) & 0xff) << 8);
        foreach (Core core in Cores)
        {
            ulong mpidr = Mpidr(core.Number);
            if ((mpidr & ~0xffUL) == cluster && ((value >> (int)(mpidr & 0xf)) & 1) != 0)
                Interlocked.Or(ref core.Latched, 1U << (int)((value >> 24) & 15));
        }
    }

    public uint Read(ulong address)
    {
        if (address == Distributor + 4)
            return 7;                                   // GICD_TYPER.ITLinesNumber: 256 interrupts
        foreach (Core core in Cores)
        {
            if (address - Redistributor(core.Number) == 0x1_0300)
                return core.Active;                     // GICR_ISACTIVER0
        }
        return (uint)Registers.GetValueOrDefault(address);
    }

    public void Write(ulong address, ulong value)
    {
        Registers[address] = value;
        ulong offset = address - Distributor;
        if (offset is >= 0x100 and < 0x180)
            Update(_enabled, offset - 0x100, value, true);
        else if (offset is >= 0x180 and < 0x200)
            Update(_enabled, offset - 0x180, value, false);
        else if (offset is >= 0x380 and < 0x400)
            Update(_active, offset - 0x380, value, false);
        else if (offset is >= 0x6000 and < 0x8000)
            _routes[(offset - 0x6000) / 8] = value;
        foreach (Core core in Cores)
            WriteOwn(core, address - Redistributor(core.Number), (uint)value);
    }

    private static void WriteOwn(Core core, ulong offset, uint value)
    {
        switch (offset)
        {
            case 0x1_0100:
                core.Enabled |= value;
                break;
            case 0x1_0180:
                core.Enabled &= ~value;
                break;
            case 0x1_0300:
                core.Active |= value;
                break;
            case 0x1_0380:
                core.Active &= ~value;
                break;
        }
    }

    /// <summary>A CPU's own interrupts come first; among these the hypervisor's timer, as <c>Gic</c> orders them.</summary>
    private ulong Highest(Core core)
    {
        uint own = core.Pending;
        if ((own & (1U << 26)) != 0)
            return 26;
        if (own != 0)
            return (ulong)BitOperations.TrailingZeroCount(own);
        for (int word = 0; word < SharedWords; word++)
        {
            for (ulong pending = _line[word] & _enabled[word] & ~_active[word]; pending != 0; pending &= pending - 1)
            {
                int intid = (word * 64) + BitOperations.TrailingZeroCount(pending);
                if (_routes[intid] == Mpidr(core.Number))
                    return (ulong)intid;
            }
        }
        return NothingPending;
    }

    private static void Update(ulong[] words, ulong offset, ulong value, bool set)
    {
        for (int i = 0; i < 32; i++)
        {
            if (((value >> i) & 1) != 0)
                Set(words, (offset * 8) + (ulong)i, set);
        }
    }

    private static bool Has(ulong[] words, ulong intid) => ((words[intid / 64] >> (int)(intid % 64)) & 1) != 0;

    private static void Set(ulong[] words, ulong intid, bool value)
    {
        ulong bit = 1UL << (int)(intid % 64);
        words[intid / 64] = value ? words[intid / 64] | bit : words[intid / 64] & ~bit;
    }
}
