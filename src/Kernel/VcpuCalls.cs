using System.Runtime.CompilerServices;
using Redoubt.Abi;

namespace Redoubt.Kernel;

/// <summary>Calls on another vCPU, named by a capability of kind Vcpu. It belongs to the caller's CPU.</summary>
internal static class VcpuCalls
{
    public static void Take(ref CpuState cpu, ref VcpuState vcpu, ulong index, ulong number)
    {
        ulong status = Find(ref cpu, index, vcpu.X[1], out ulong target);
        if (status != Status.Ok)
        {
            vcpu.X[0] = status;
            return;
        }
        ref VcpuState other = ref State.Vcpu(target);
        switch (number)
        {
            case Call.ReadRegister:
                ReadRegister(ref cpu, ref vcpu, ref other, target);
                break;
            case Call.WriteRegister:
                vcpu.X[0] = WriteRegister(ref cpu, ref other, target, vcpu.X[2], vcpu.X[3]);
                break;
            case Call.Start:
                vcpu.X[0] = Start(ref cpu, ref other, target, vcpu.X[2], vcpu.X[3]);
                break;
            case Call.Stop:
                vcpu.X[0] = Stop(ref cpu, ref other, target, index);
                break;
            case Call.WriteVirtual:
                vcpu.X[0] = VirtualInterrupts.Write(ref cpu, ref other, target, vcpu.X[2], vcpu.X[3], vcpu.X[4]);
                break;
            case Call.ReadVirtual:
                ReadVirtual(ref cpu, ref vcpu, ref other, target);
                break;
            default:
                vcpu.X[0] = SetPriority(ref other, vcpu.X[2], vcpu.X[3]);
                break;
        }
    }

    /// <summary>Resumes the vCPU that x1 names.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Resume(ref CpuState cpu, ref VcpuState vcpu, ulong index, ulong action)
    {
        ulong status = Find(ref cpu, index, vcpu.X[1], out ulong target);
        return status != Status.Ok ? status : Faults.Resume(ref cpu, ref State.Vcpu(target), target, action, ref vcpu);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Find(ref CpuState cpu, ulong index, ulong slot, out ulong target)
    {
        ulong capability = Calls.Lookup(index, slot);
        target = Capability.Target(capability);
        return Capability.Kind(capability) != Capability.Vcpu ? Status.BadSlot
            : State.CpuOf(target) != cpu.Number ? Status.WrongCpu
            : Status.Ok;
    }

    private static void ReadRegister(ref CpuState cpu, ref VcpuState vcpu, ref VcpuState other, ulong target)
    {
        ulong number = vcpu.X[2];
        if (!Registers.IsKnown(number))
        {
            vcpu.X[0] = Status.BadArgument;
            return;
        }
        if (other.Lifecycle == Lifecycle.Ready)
        {
            vcpu.X[0] = Status.BadState;
            return;
        }
        Switch.Publish(ref cpu, ref other, target);
        vcpu.X[0] = Status.Ok;
        vcpu.X[1] = Registers.Read(ref other, number);
    }

    private static ulong WriteRegister(ref CpuState cpu, ref VcpuState other, ulong target, ulong number, ulong value)
    {
        if (!Registers.IsKnown(number) || (number == Register.Pstate && !Registers.IsAllowedPstate(target, value)))
        {
            return Status.BadArgument;
        }
        if (other.Lifecycle != Lifecycle.Off && other.Lifecycle != Lifecycle.Faulted)
        {
            return Status.BadState;
        }
        Switch.Publish(ref cpu, ref other, target);
        Registers.Write(ref other, number, value);
        Switch.Reload(ref cpu, ref other, target);
        return Status.Ok;
    }

    private static ulong Start(ref CpuState cpu, ref VcpuState other, ulong target, ulong entry, ulong context)
    {
        if (other.Lifecycle != Lifecycle.Off)
        {
            return Status.BadState;
        }
        Lifecycles.Start(ref cpu, ref other, target, entry, context);
        return Status.Ok;
    }

    /// <summary>A vCPU doesn't stop itself: who runs is ready, and a guest who runs is resident.</summary>
    private static ulong Stop(ref CpuState cpu, ref VcpuState other, ulong target, ulong caller)
    {
        if (target == caller)
        {
            return Status.BadState;
        }
        Lifecycles.Stop(ref cpu, ref other, target);
        return Status.Ok;
    }

    private static void ReadVirtual(ref CpuState cpu, ref VcpuState vcpu, ref VcpuState other, ulong target)
    {
        ulong field = vcpu.X[2];
        if (field >= VirtualField.Count)
        {
            vcpu.X[0] = Status.BadArgument;
            return;
        }
        vcpu.X[0] = Status.Ok;
        vcpu.X[1] = VirtualInterrupts.Read(ref cpu, ref other, target, field);
    }

    private static ulong SetPriority(ref VcpuState other, ulong intid, ulong priority)
    {
        if (intid >= Limits.VirtualInterrupts || priority > 0xff)
        {
            return Status.BadArgument;
        }
        other.Templates[(int)intid] = other.Templates[(int)intid].WithPriority(priority);
        return Status.Ok;
    }
}
