using System.Runtime.CompilerServices;
using Redoubt.Abi;

namespace Redoubt.Kernel;

/// <summary>Physical interrupts: one is taken for each trap.</summary>
internal static class Interrupts
{
    // INTIDs of the kernel's own interrupts (BSA, DEN0094): an SGI, and PPIs
    public const ulong Inbox = 0, Maintenance = 25, HypervisorTimer = 26, VirtualTimer = 27;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Take(ref CpuState cpu)
    {
        ulong intid = Cpu.Acknowledge();
        if (intid >= Gic.Special)
        {
            return;
        }
        Cpu.End(intid);
        if (intid == VirtualTimer)
        {
            TakeVirtualTimer(ref cpu);
        }
        else if (intid >= Gic.FirstShared)
        {
            TakeShared(ref cpu, intid);
        }
        else
        {
            Cpu.Deactivate(intid);
            TakeOwn(ref cpu, intid);
        }
    }

    /// <summary>The resident guest's; it stays active until the guest deactivates the virtual one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void TakeVirtualTimer(ref CpuState cpu)
    {
        if (cpu.Resident == Limits.NoVcpu)
        {
            Cpu.Deactivate(VirtualTimer);
            return;
        }
        VirtualInterrupts.Pend(ref cpu, ref State.Vcpu(cpu.Resident), cpu.Resident, 1UL << (int)VirtualTimer);
    }

    private static void TakeOwn(ref CpuState cpu, ulong intid)
    {
        if (intid == HypervisorTimer)
        {
            Timers.Expire(ref cpu);
        }
        else if (intid == Maintenance && cpu.Resident != Limits.NoVcpu)
        {
            VirtualInterrupts.Refresh(ref cpu, ref State.Vcpu(cpu.Resident), cpu.Resident);
        }
        else if (intid == Inbox)
        {
            Mail.Take(ref cpu);
        }
    }

    /// <summary>A device's: goes where the configuration says, and stays active until that vCPU has handled it.</summary>
    private static void TakeShared(ref CpuState cpu, ulong intid)
    {
        ulong sink = State.Config.Interrupts[(int)intid];
        ulong index = Capability.Target(sink);
        if (Capability.Kind(sink) == Capability.None || State.CpuOf(index) != cpu.Number)
        {
            Cpu.Deactivate(intid);
            return;
        }
        Mail.Deliver(ref cpu, index, sink);
    }
}
