using Redoubt.Abi;

namespace Redoubt.Bench;

/// <summary>A GICv3 (IHI0069), real or modelled, set up for one SGI and the virtual timer.</summary>
internal static class Gic
{
    /// <summary>GICD_TYPER.</summary>
    public const ulong Typer = GuestMap.Distributor + 0x0004;

    /// <summary>Value of ICC_SGI1R_EL1: <see cref="Sgi"/> to the CPU with affinity 0.</summary>
    public const ulong SendToSelf = ((ulong)Sgi << 24) | 1;

    private const int Sgi = 1;
    private const ulong DistributorControl = GuestMap.Distributor;
    private const uint EnableGroup1 = 1 << 1, AffinityRouting = 1 << 4;

    // Redistributor: RD_base, SGI_base
    private const ulong Waker = GuestMap.Redistributors + 0x0014, Frame = GuestMap.Redistributors + 0x1_0000;
    private const ulong Group = Frame + 0x0080, SetEnable = Frame + 0x0100, Priority = Frame + 0x0400;
    private const uint ProcessorSleep = 1 << 1, ChildrenAsleep = 1 << 2;

    private const uint MiddlePriority = 0x8080_8080;

    public static void Initialise()
    {
        Cpu.Write32(DistributorControl, AffinityRouting);
        Cpu.Write32(DistributorControl, AffinityRouting | EnableGroup1);
        Cpu.Write32(Waker, Cpu.Read32(Waker) & ~ProcessorSleep);
        while ((Cpu.Read32(Waker) & ChildrenAsleep) != 0)
        {
        }

        Cpu.Write32(Group, ~0U);
        Cpu.Write32(Priority + (Sgi & ~3), MiddlePriority);
        Cpu.Write32(Priority + (GuestMap.TimerInterrupt & ~3UL), MiddlePriority);
        Cpu.Write32(SetEnable, (1U << Sgi) | (1U << (int)GuestMap.TimerInterrupt));
        Cpu.EnableInterrupts();
    }
}
