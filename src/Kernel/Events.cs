using System.Runtime.CompilerServices;
using Redoubt.Abi;

namespace Redoubt.Kernel;

/// <summary>Events and waiting: what a vCPU learns, it learns as the result of a wait.</summary>
internal static class Events
{
    private const ulong PageMask = 0xfff;
    private const int HpfarShift = 8;
    private const ulong HpfarMask = ~0xfUL;

    /// <summary>Posts event bits to a vCPU of this CPU.</summary>
    public static void Post(ref CpuState cpu, ref VcpuState vcpu, ulong index, ulong bits)
    {
        vcpu.Events |= bits;
        if (vcpu.Calling != 0)
        {
            Wake(ref cpu, ref vcpu, index);
        }
    }

    /// <summary>The vCPU waits in a call, unless there is something to return at once.</summary>
    public static void Wait(ref CpuState cpu, ref VcpuState vcpu, ulong index, ulong deadline)
    {
        if (vcpu.Events != 0 || HasFault(index) || VirtualInterrupts.IsDeliverable(ref cpu, ref vcpu, index))
        {
            Return(ref vcpu, index);
            return;
        }
        vcpu.Calling = 1;
        vcpu.Deadline = deadline;
        Scheduler.Block(ref cpu, ref vcpu, index, Lifecycle.Waiting);
        Timers.Arm(ref cpu, deadline);
    }

    /// <summary>
    /// Ends the waiting of a vCPU of this CPU; a call returns what has arrived. There is no fault to tell: one would have ended the waiting.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Wake(ref CpuState cpu, ref VcpuState vcpu, ulong index)
    {
        if (vcpu.Calling != 0)
        {
            vcpu.Calling = 0;
            ReturnEvents(ref vcpu);
            vcpu.X[2] = FaultKind.None;
        }
        Scheduler.MakeReady(ref cpu, ref vcpu, index);
    }

    /// <summary>Ends the waiting of a monitor in a call by the fault of its guest.</summary>
    public static void WakeByFault(ref CpuState cpu, ref VcpuState vcpu, ulong index, ref VcpuState guest)
    {
        vcpu.Calling = 0;
        ReturnEvents(ref vcpu);
        Tell(ref vcpu, ref guest);
        Scheduler.MakeReady(ref cpu, ref vcpu, index);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool HasFault(ulong index)
    {
        ulong guest = State.VcpuConfig(index).Guest;
        return guest != Limits.NoVcpu && State.Vcpu(guest).Fault != FaultKind.None;
    }

    /// <summary>Status, events, and the fault of the guest: kind, ESR, IPA, v0 to v3, PC.</summary>
    private static void Return(ref VcpuState vcpu, ulong index)
    {
        ReturnEvents(ref vcpu);
        if (HasFault(index))
        {
            Tell(ref vcpu, ref State.Vcpu(State.VcpuConfig(index).Guest));
            return;
        }
        vcpu.X[2] = FaultKind.None;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void ReturnEvents(ref VcpuState vcpu)
    {
        vcpu.X[0] = Status.Ok;
        vcpu.X[1] = vcpu.Events;
        vcpu.Events = 0;
    }

    private static void Tell(ref VcpuState vcpu, ref VcpuState guest)
    {
        vcpu.X[2] = guest.Fault;
        vcpu.X[3] = guest.Esr.Value;
        vcpu.X[4] = HasAddress(ref guest) ? ((guest.Hpfar & HpfarMask) << HpfarShift) | (guest.Far & PageMask) : 0;
        if (guest.Fault == FaultKind.Data)
        {
            vcpu.X[5] = guest.Esr.Srt == 31 ? 0 : guest.X[(int)guest.Esr.Srt];
        }
        else
        {
            vcpu.X[5] = guest.X[0];
            vcpu.X[6] = guest.X[1];
            vcpu.X[7] = guest.X[2];
            vcpu.X[8] = guest.X[3];
        }
        vcpu.X[9] = guest.Pc;
        guest.Fault = FaultKind.None;
    }

    /// <summary>HPFAR_EL2 and FAR_EL2 are the fault's own, not left over from another guest's (Arm ARM D19.2.61).</summary>
    private static bool HasAddress(ref VcpuState guest) =>
        (guest.Fault == FaultKind.Data || guest.Fault == FaultKind.Instruction) && guest.Esr.HasIpa;
}
