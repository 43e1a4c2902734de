using System.Runtime.CompilerServices;
using Redoubt.Abi;

namespace Redoubt.Kernel;

/// <summary>Hypercalls: x0 names the call, x1 the capability slot where there is one. <see cref="Call"/> describes each.</summary>
internal static class Calls
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Take(ref CpuState cpu, ref VcpuState vcpu, ulong index)
    {
        ulong number = vcpu.X[0] - Call.Base;
        switch (number)
        {
            case Call.Discover:
                Discover(ref vcpu, index);
                break;
            case Call.Wait:
                Events.Wait(ref cpu, ref vcpu, index, vcpu.X[1]);
                break;
            case Call.Notify:
                vcpu.X[0] = Notify(ref cpu, ref vcpu, index);
                break;
            case Call.Acknowledge:
                vcpu.X[0] = Acknowledge(ref vcpu, index);
                break;
            case Call.Account:
                Account(ref cpu, ref vcpu, index);
                break;
            case Call.Machine:
                vcpu.X[0] = Machine(ref vcpu, index);
                break;
            case Call.Resume:
                Resume(ref cpu, ref vcpu, index);
                break;
            case Call.ReadRegister:
            case Call.WriteRegister:
            case Call.Start:
            case Call.Stop:
            case Call.WriteVirtual:
            case Call.ReadVirtual:
            case Call.SetPriority:
                VcpuCalls.Take(ref cpu, ref vcpu, index, number);
                break;
            default:
                Query(ref cpu, ref vcpu, index);
                break;
        }
    }

    /// <summary>The capability in a slot of the caller's partition; <see cref="Capability.None"/> beyond the last slot.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Lookup(ulong index, ulong slot) =>
        slot < Limits.Capabilities ? State.PartitionOf(index).Capabilities[(int)slot] : Capability.None;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Discover(ref VcpuState vcpu, ulong index)
    {
        ref VcpuConfig config = ref State.VcpuConfig(index);
        vcpu.X[0] = Status.Ok;
        vcpu.X[1] = Call.Version;
        vcpu.X[2] = config.Partition;
        vcpu.X[3] = config.Number;
        vcpu.X[4] = State.Found.Frequency;
    }

    private static ulong Notify(ref CpuState cpu, ref VcpuState vcpu, ulong index)
    {
        ulong capability = Lookup(index, vcpu.X[1]);
        ulong kind = Capability.Kind(capability);
        if (kind != Capability.Event && kind != Capability.Virtual)
        {
            return Status.BadSlot;
        }
        Mail.Deliver(ref cpu, Capability.Target(capability), capability);
        return Status.Ok;
    }

    private static ulong Acknowledge(ref VcpuState vcpu, ulong index)
    {
        ulong capability = Lookup(index, vcpu.X[1]);
        if (Capability.Kind(capability) != Capability.Interrupt)
        {
            return Status.BadSlot;
        }
        Cpu.Deactivate(Capability.Number(capability));
        return Status.Ok;
    }

    private static void Resume(ref CpuState cpu, ref VcpuState vcpu, ulong index)
    {
        ulong action = vcpu.X[2];
        ulong deadline = vcpu.X[7];
        vcpu.X[0] = VcpuCalls.Resume(ref cpu, ref vcpu, index, action);
        if (vcpu.X[0] == Status.Ok && (action & ResumeAction.Wait) != 0)
        {
            Events.Wait(ref cpu, ref vcpu, index, deadline);
        }
    }

    private static void Account(ref CpuState cpu, ref VcpuState vcpu, ulong index)
    {
        ulong capability = Lookup(index, vcpu.X[1]);
        ulong kind = Capability.Kind(capability);
        ulong item = vcpu.X[2];
        ref VcpuState target = ref State.Vcpu(Capability.Target(capability));
        vcpu.X[0] = kind != Capability.Account && kind != Capability.Vcpu ? Status.BadSlot
            : State.CpuOf(Capability.Target(capability)) != cpu.Number ? Status.WrongCpu
            : item >= AccountItem.Count ? Status.BadArgument
            : Status.Ok;
        if (vcpu.X[0] == Status.Ok)
        {
            Scheduler.Charge(ref cpu);
            vcpu.X[1] = item == AccountItem.State ? target.Lifecycle : target.Account[(int)item];
        }
    }

    private static ulong Machine(ref VcpuState vcpu, ulong index)
    {
        const ulong SystemOff = 0x8400_0008, SystemReset = 0x8400_0009;
        if (Capability.Kind(Lookup(index, vcpu.X[1])) != Capability.Machine)
        {
            return Status.BadSlot;
        }
        return vcpu.X[2] switch
        {
            MachineAction.Off => Cpu.Firmware(SystemOff, 0, 0, 0),
            MachineAction.Reset => Cpu.Firmware(SystemReset, 0, 0, 0),
            _ => Status.BadArgument,
        };
    }

    /// <summary>The general queries of the SMC Calling Convention; any other call of a guest is its monitor's.</summary>
    private static void Query(ref CpuState cpu, ref VcpuState vcpu, ulong index)
    {
        if (vcpu.X[0] == Call.Uid)
        {
            vcpu.X[0] = Call.Uid0;
            vcpu.X[1] = Call.Uid1;
            vcpu.X[2] = Call.Uid2;
            vcpu.X[3] = Call.Uid3;
        }
        else if (vcpu.X[0] == Call.Revision)
        {
            vcpu.X[0] = Call.Version;
            vcpu.X[1] = 0;
        }
        else if ((State.PartitionOf(index).Flags & PartitionFlags.Service) != 0)
        {
            vcpu.X[0] = Status.NotSupported;
        }
        else
        {
            Faults.Raise(ref cpu, ref vcpu, index, FaultKind.Call);
        }
    }
}
