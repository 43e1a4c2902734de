using Redoubt.Abi;

namespace Redoubt.Kernel;

/// <summary>Start and stop of a vCPU.</summary>
internal static class Lifecycles
{
    private const ulong AllBits = ~0UL;

    /// <summary>A vCPU of this CPU that is off starts with reset values; x1 is its number. Its physical interrupts can fire again.</summary>
    public static void Start(ref CpuState cpu, ref VcpuState vcpu, ulong index, ulong entry, ulong context)
    {
        ReleaseInterrupts(ref vcpu);
        Reset(ref vcpu, (State.PartitionOf(index).Flags & PartitionFlags.Service) != 0);
        vcpu.Pc = entry;
        vcpu.X[0] = context;
        vcpu.X[1] = State.VcpuConfig(index).Number;
        Cpu.ForgetTranslations();
        Scheduler.MakeReady(ref cpu, ref vcpu, index);
    }

    /// <summary>A vCPU of this CPU is off: nothing of it stays in registers. Its physical interrupts stay quiet until it starts again.</summary>
    public static void Stop(ref CpuState cpu, ref VcpuState vcpu, ulong index)
    {
        if (cpu.Resident == index)
        {
            Switch.Evict(ref cpu);
        }
        Scheduler.Block(ref cpu, ref vcpu, index, Lifecycle.Off);
        ResetInterrupts(ref vcpu);
        vcpu.Fault = FaultKind.None;
        vcpu.Calling = 0;
        Cpu.AtomicClear(ref vcpu.InboxEvents, AllBits);
        Cpu.AtomicClear(ref vcpu.InboxVirtual, AllBits);
    }

    private static void ReleaseInterrupts(ref VcpuState vcpu)
    {
        for (int i = 0; i < Limits.VirtualInterrupts; i++)
        {
            ListRegister template = vcpu.Templates[i];
            if (template.IsHardware && template.Physical >= Gic.FirstShared)
            {
                Cpu.Deactivate(template.Physical);
            }
        }
    }

    private static void ResetInterrupts(ref VcpuState vcpu)
    {
        for (int i = 0; i < Limits.VirtualInterrupts; i++)
        {
            vcpu.Templates[i] = vcpu.Templates[i].WithPriority(ListRegister.LowestPriority);
        }
        for (int i = 0; i < Limits.ListRegisters; i++)
        {
            vcpu.Lists[i] = new ListRegister(0);
        }
        vcpu.Enabled = 0;
        vcpu.Pending = 0;
        vcpu.Line = 0;
        vcpu.Latched = 0;
    }

    private static void Reset(ref VcpuState vcpu, bool service)
    {
        for (int i = 0; i < 31; i++)
        {
            vcpu.X[i] = 0;
        }
        for (int i = 0; i < 32; i++)
        {
            vcpu.System[i] = 0;
        }
        for (int i = 0; i < 64; i++)
        {
            vcpu.Vectors[i] = 0;
        }
        ResetInterrupts(ref vcpu);
        vcpu.Fpcr = 0;
        vcpu.Fpsr = 0;
        vcpu.Vmcr = 0;
        vcpu.ActivePriorities0 = 0;
        vcpu.ActivePriorities1 = 0;
        vcpu.Hcr = VirtualInterrupts.ResetHcr;
        vcpu.Events = 0;
        vcpu.TimerActive = 0;
        vcpu.Deadline = Scheduler.Never;
        vcpu.Pstate = service ? ControlRegisters.ServicePstate : ControlRegisters.GuestPstate;
        vcpu.System[(int)(Register.SctlrEl1 - Register.System)] = service ? ControlRegisters.ServiceSctlr : ControlRegisters.GuestSctlr;
        vcpu.System[(int)(Register.CntkctlEl1 - Register.System)] = service ? ControlRegisters.ServiceCntkctl : 0;
    }
}
