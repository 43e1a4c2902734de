using Redoubt.Abi;

namespace Redoubt.Kernel;

/// <summary>Faults: given to the monitor, or reflected into a guest that has none; and how a faulted vCPU goes on.</summary>
internal static class Faults
{
    private const ulong AllActions = ResumeAction.Advance | ResumeAction.Load | ResumeAction.Result | ResumeAction.Undefined
        | ResumeAction.Abort | ResumeAction.Suspend | ResumeAction.Wait;

    /// <summary>Stops a vCPU of this CPU by a fault.</summary>
    public static void Raise(ref CpuState cpu, ref VcpuState vcpu, ulong index, ulong kind)
    {
        vcpu.Account[(int)AccountItem.Faults]++;
        if (kind == FaultKind.Data || kind == FaultKind.Instruction)
        {
            Context.SaveFault(ref vcpu);
        }
        ulong monitor = State.VcpuConfig(index).Monitor;
        if (monitor == Limits.NoVcpu && (State.PartitionOf(index).Flags & PartitionFlags.Service) == 0)
        {
            Reflect(ref cpu, ref vcpu, index, kind);
            return;
        }
        vcpu.Fault = kind;
        Scheduler.Block(ref cpu, ref vcpu, index, Lifecycle.Faulted);
        if (monitor != Limits.NoVcpu && State.Vcpu(monitor).Calling != 0)
        {
            Events.WakeByFault(ref cpu, ref State.Vcpu(monitor), monitor, ref vcpu);
        }
    }

    private static void Reflect(ref CpuState cpu, ref VcpuState vcpu, ulong index, ulong kind)
    {
        if (kind == FaultKind.Call)
        {
            vcpu.X[0] = Status.NotSupported;
            vcpu.Pc += vcpu.Esr.Ec == ExceptionClass.Smc64 ? vcpu.Esr.Length : 0;
        }
        else if (kind == FaultKind.Data || kind == FaultKind.Instruction)
        {
            Injection.Abort(ref cpu, ref vcpu, index);
        }
        else
        {
            Injection.Undefined(ref cpu, ref vcpu, index);
        }
    }

    /// <summary>A faulted vCPU of this CPU goes on as its monitor says.</summary>
    public static ulong Resume(ref CpuState cpu, ref VcpuState vcpu, ulong index, ulong action, ref VcpuState monitor)
    {
        if ((action & ~AllActions) != 0)
        {
            return Status.BadArgument;
        }
        if (vcpu.Lifecycle != Lifecycle.Faulted)
        {
            return Status.BadState;
        }
        vcpu.Fault = FaultKind.None;
        if ((action & ResumeAction.Advance) != 0)
        {
            vcpu.Pc += vcpu.Esr.Length;
        }
        if ((action & ResumeAction.Load) != 0 && vcpu.Esr.Srt != 31)
        {
            vcpu.X[(int)vcpu.Esr.Srt] = monitor.X[3];
        }
        if ((action & ResumeAction.Result) != 0)
        {
            vcpu.X[0] = monitor.X[3];
            vcpu.X[1] = monitor.X[4];
            vcpu.X[2] = monitor.X[5];
            vcpu.X[3] = monitor.X[6];
        }
        if ((action & ResumeAction.Undefined) != 0)
        {
            Injection.Undefined(ref cpu, ref vcpu, index);
        }
        if ((action & ResumeAction.Abort) != 0)
        {
            Injection.Abort(ref cpu, ref vcpu, index);
        }
        Scheduler.MakeReady(ref cpu, ref vcpu, index);
        if ((action & ResumeAction.Suspend) != 0)
        {
            VirtualInterrupts.Wait(ref cpu, ref vcpu, index);
        }
        return Status.Ok;
    }
}
