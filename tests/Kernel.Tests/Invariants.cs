using Redoubt.Kernel.Tests.Model;

namespace Redoubt.Kernel.Tests;

/// <summary>What holds whenever the kernel has been left.</summary>
internal static class Invariants
{
    /// <summary>Checks a CPU on which a vCPU runs, or none.</summary>
    public static void Check(Core core, ulong running)
    {
        ref CpuState cpu = ref State.Cpu(core.Number);
        Assert.Null(core.Running);
        Assert.Equal(running == Limits.NoVcpu ? 1UL : 0, cpu.Idle);
        if (running == Limits.NoVcpu)
            Assert.Equal(0UL, cpu.Ready & (cpu.Mask | cpu.Fallback));
        else
            CheckWorld(core, ref cpu, running);
        CheckTime(core, ref cpu);
        for (ulong rank = 0; rank < Limits.VcpusPerCpu; rank++)
            CheckVcpu(core, ref cpu, State.IndexOf(core.Number, rank));
    }

    private static void CheckWorld(Core core, ref CpuState cpu, ulong running)
    {
        ref PartitionConfig partition = ref State.PartitionOf(running);
        ulong chosen = (cpu.Ready & cpu.Mask) != 0 ? cpu.Ready & cpu.Mask : cpu.Ready & cpu.Fallback;
        Assert.Equal(State.IndexOf(core.Number, (ulong)System.Numerics.BitOperations.TrailingZeroCount(chosen)), running);
        Assert.Equal(running, cpu.Current);
        Assert.Equal(Lifecycle.Ready, State.Vcpu(running).Lifecycle);
        Assert.Equal(partition.Vttbr, core.Vttbr);
        Assert.Equal(ControlRegisters.Hcr(partition.Flags), core.Hcr);
        Assert.Equal(ControlRegisters.Cptr(partition.Flags), core.Cptr);
        Assert.Equal(ControlRegisters.Vmpidr(State.VcpuConfig(running).Number), core.Vmpidr);
        if ((partition.Flags & PartitionFlags.Service) == 0)
            Assert.Equal(running, cpu.Resident);
    }

    private static void CheckTime(Core core, ref CpuState cpu)
    {
        Assert.Equal(cpu.Alarm == Scheduler.Never ? null : cpu.Alarm, core.Alarm);
        Assert.True(cpu.Alarm <= cpu.SlotEnd, "the time slot ends without an alarm");
    }

    private static void CheckVcpu(Core core, ref CpuState cpu, ulong index)
    {
        ref VcpuState vcpu = ref State.Vcpu(index);
        Assert.Equal(vcpu.Lifecycle == Lifecycle.Ready, (cpu.Ready & State.RankBit(index)) != 0);
        Assert.True(vcpu.Calling == 0 || vcpu.Lifecycle == Lifecycle.Waiting, "a vCPU waits in a call and is not waiting");
        Assert.True(vcpu.Fault == FaultKind.None || vcpu.Lifecycle == Lifecycle.Faulted, "a fault of a vCPU that is not faulted");
        if (vcpu.Lifecycle == Lifecycle.Waiting)
            Assert.True(cpu.Alarm <= vcpu.Deadline, "a deadline without an alarm");

        ulong present = 0;
        for (int i = 0; i < Limits.ListRegisters; i++)
        {
            ListRegister list = cpu.Resident == index ? core.Virtual.Lists[i] : vcpu.Lists[i];
            if (list.IsFree)
                continue;
            Assert.Equal(0UL, present & list.Bit);
            Assert.True(!list.IsPending || (vcpu.Enabled & list.Bit) != 0, "a disabled interrupt is announced");
            Assert.False(list.IsHardware && list.IsPending && list.IsActive, "a linked interrupt is pending and active");
            present |= list.Bit;
        }
    }
}
