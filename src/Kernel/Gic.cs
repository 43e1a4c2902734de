using Redoubt.Abi;

namespace Redoubt.Kernel;

/// <summary>The physical interrupt controller, GICv3 (IHI0069): everything is group 1, one security state.</summary>
internal static class Gic
{
    /// <summary>First shared peripheral interrupt, and the first INTID that says that nothing is pending.</summary>
    public const ulong FirstShared = 32, Special = 1020;

    // Distributor
    private const ulong Control = 0x0000, Type = 0x0004, Group = 0x0080, SetEnable = 0x0100, ClearEnable = 0x0180, ClearActive = 0x0380,
        Priority = 0x0400, Router = 0x6000;
    private const uint EnableGroup1 = 1 << 1, AffinityRouting = 1 << 4, WritePending = 1U << 31;

    // Redistributor: RD_base, then SGI_base 64 KiB above
    private const ulong Waker = 0x0014, SgiBase = 0x1_0000;
    private const ulong SetEnable0 = SgiBase + 0x0100, ClearEnable0 = SgiBase + 0x0180, SetActive0 = SgiBase + 0x0300,
        ClearActive0 = SgiBase + 0x0380, Group0 = SgiBase + 0x0080, Priority0 = SgiBase + 0x0400;
    private const uint ProcessorSleep = 1 << 1, ChildrenAsleep = 1 << 2;

    // The hypervisor's timer (INTID 26) comes before the others: a storm of SGIs doesn't stop the schedule.
    private const uint MiddlePriority = 0x8080_8080, TimerPriority = 0x8040_8080;
    private const ulong TimerPriorityWord = Interrupts.HypervisorTimer & ~3UL;
    private const uint TimerBit = 1U << (int)Interrupts.VirtualTimer;
    private const uint OwnInterrupts = (1U << (int)Interrupts.Inbox) | (1U << (int)Interrupts.Maintenance)
        | (1U << (int)Interrupts.HypervisorTimer) | TimerBit;

    // A value of ICC_SGI1R_EL1 from MPIDR affinities
    private const ulong Affinity0 = 0xff, Affinity1 = 0xff00, Affinity2 = 0xff_0000;

    /// <summary>Sets up the distributor: the configured interrupts enabled and routed to their vCPU's CPU, all others off.</summary>
    public static void InitialiseDistributor()
    {
        ulong distributor = State.Config.Distributor;
        Cpu.Write32(distributor + Control, AffinityRouting);
        while ((Cpu.Read32(distributor + Control) & WritePending) != 0)
        {
        }
        ulong lines = ((Cpu.Read32(distributor + Type) & 0x1f) + 1) * 32;
        for (ulong first = FirstShared; first < lines; first += 32)
        {
            Cpu.Write32(distributor + ClearEnable + (first / 8), ~0U);
            Cpu.Write32(distributor + ClearActive + (first / 8), ~0U);
            Cpu.Write32(distributor + Group + (first / 8), ~0U);
        }
        for (ulong first = FirstShared; first < lines; first += 4)
        {
            Cpu.Write32(distributor + Priority + first, MiddlePriority);
        }
        for (ulong intid = FirstShared; intid < lines && intid < Special; intid++)
        {
            ulong sink = State.Config.Interrupts[(int)intid];
            if (Capability.Kind(sink) != Capability.None)
            {
                ulong cpu = State.CpuOf(Capability.Target(sink));
                Cpu.Write64(distributor + Router + (intid * 8), State.CpuConfig(cpu).Mpidr);
                Cpu.Write32(distributor + SetEnable + (intid / 32 * 4), 1U << (int)(intid % 32));
            }
        }
        Cpu.Write32(distributor + Control, AffinityRouting | EnableGroup1);
    }

    /// <summary>Wakes a CPU's redistributor and enables the kernel's own interrupts.</summary>
    public static void InitialiseRedistributor(ulong cpu)
    {
        ulong frame = State.CpuConfig(cpu).Redistributor;
        Cpu.Write32(frame + Waker, Cpu.Read32(frame + Waker) & ~ProcessorSleep);
        while ((Cpu.Read32(frame + Waker) & ChildrenAsleep) != 0)
        {
        }
        Cpu.Write32(frame + ClearEnable0, ~0U);
        Cpu.Write32(frame + ClearActive0, ~0U);
        Cpu.Write32(frame + Group0, ~0U);
        for (ulong first = 0; first < FirstShared; first += 4)
        {
            Cpu.Write32(frame + Priority0 + first, MiddlePriority);
        }
        Cpu.Write32(frame + Priority0 + TimerPriorityWord, TimerPriority);
        Cpu.Write32(frame + SetEnable0, OwnInterrupts);
    }

    /// <summary>Whether this CPU's virtual timer interrupt is active (1 or 0); it is not any more.</summary>
    public static ulong TakeTimerActive(ulong cpu)
    {
        ulong frame = State.CpuConfig(cpu).Redistributor;
        ulong active = (Cpu.Read32(frame + SetActive0) & TimerBit) != 0 ? 1UL : 0UL;
        Cpu.Write32(frame + ClearActive0, TimerBit);
        return active;
    }

    /// <summary>Makes this CPU's virtual timer interrupt active.</summary>
    public static void SetTimerActive(ulong cpu) => Cpu.Write32(State.CpuConfig(cpu).Redistributor + SetActive0, TimerBit);

    /// <summary>Interrupts a CPU: there is something in its inbox.</summary>
    public static void Announce(ulong cpu)
    {
        ulong mpidr = State.CpuConfig(cpu).Mpidr;
        ulong value = (1UL << (int)(mpidr & Affinity0 & 15)) | ((mpidr & Affinity1) << 8) | ((mpidr & Affinity2) << 16)
            | ((mpidr >> 32 & Affinity0) << 48) | (Interrupts.Inbox << 24);
        Cpu.SendInterrupt(value);
    }
}
