using System.Runtime.CompilerServices;
using Redoubt.Abi;
using Redoubt.Partition;

namespace Redoubt.Monitor;

/// <summary>Serves the faults of a guest's vCPU.</summary>
internal static class Faults
{
    /// <summary>
    /// Serves a fault; the lock is held. Returns whether the vCPU goes on, as the reply says; otherwise it stays where it is, or is off.
    /// </summary>
    public static bool Serve(ref Machine machine, int vcpu, in Arrival fault, ref Reply reply)
    {
        // Accesses to devices come most often.
        if (fault.Kind == FaultKind.Data)
            return ServeData(ref machine, vcpu, in fault, ref reply);
        switch (fault.Kind)
        {
            case FaultKind.Call:
                return ServeCall(ref machine, vcpu, in fault, ref reply);
            case FaultKind.Other:
                reply.Action = ResumeAction.Undefined;
                return true;
            case FaultKind.Instruction:
                return machine.Crash(vcpu, CrashCause.Fetch, in fault);
            default:
                return machine.Crash(vcpu, CrashCause.Error, in fault);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool ServeData(ref Machine machine, int vcpu, in Arrival fault, ref Reply reply)
    {
        Syndrome syndrome = new(fault.Syndrome);
        int size = syndrome.Size;
        Device device = machine.Devices.Find(fault.Address, out ulong offset);
        if (device == Device.None || !syndrome.IsDescribed || syndrome.IsTableWalk || (offset & (ulong)(size - 1)) != 0)
            return ServeOddity(ref machine, vcpu, device, in fault, ref reply);
        if (syndrome.IsWrite)
        {
            machine.Devices.Write(device, offset, size, syndrome.Truncate(fault.V0));
            reply.Action = ResumeAction.Advance;
            return true;
        }

        if (BankRegisters.MayBeState(offset))
        {
            machine.Question(vcpu, machine.Devices.Questioned(device, offset));
            if (!machine.Power.IsOn(vcpu))
                return false;
        }

        reply.V0 = syndrome.Extend(machine.Devices.Read(device, offset, size));
        reply.Action = ResumeAction.Advance | ResumeAction.Load;
        return true;
    }

    // Accesses that no driver makes.
    private static bool ServeOddity(ref Machine machine, int vcpu, Device device, in Arrival fault, ref Reply reply)
    {
        Syndrome syndrome = new(fault.Syndrome);
        if (device != Device.None && !syndrome.IsDescribed && !syndrome.IsTableWalk)
        {
            if (!syndrome.IsCacheMaintenance)
                return machine.Crash(vcpu, CrashCause.Device, in fault);
            reply.Action = ResumeAction.Advance;
            return true;
        }

        // Nothing answers there: the bus reports an error, as a real one does.
        reply.Action = ResumeAction.Abort;
        return true;
    }

    private static bool ServeCall(ref Machine machine, int vcpu, in Arrival fault, ref Reply reply)
    {
        Syndrome syndrome = new(fault.Syndrome);
        // A trapped SMC is returned to; after an HVC the PC is past it already.
        reply.Action = syndrome.Class == Syndrome.Smc ? ResumeAction.Result | ResumeAction.Advance : ResumeAction.Result;
        reply.V0 = Smccc.NotSupported;
        reply.V1 = fault.V1;
        reply.V2 = fault.V2;
        reply.V3 = fault.V3;
        uint function = (uint)fault.V0;
        if (syndrome.Immediate != 0)
            return true;
        if (Psci.Has(function))
            return Finish(ref machine, vcpu, Psci.Call(function, fault.V1, fault.V2, fault.V3, ref machine.Power, in machine.Devices.Memory, ref reply), fault.V1);
        // Without a seed there is no generator: better than one that is asked again and again.
        if (Trng.Has(function) && machine.Devices.Generator.IsSeeded)
            Trng.Call(function, fault.V1, ref machine.Devices.Generator, ref reply);
        else if (function == Smccc.Version)
            reply.V0 = Smccc.VersionValue;
        else if (function == Smccc.Features)
            reply.V0 = Smccc.QueryFeature((uint)fault.V1);
        return true;
    }

    private static bool Finish(ref Machine machine, int vcpu, PsciEffect effect, ulong target)
    {
        switch (effect)
        {
            case PsciEffect.Started:
                machine.Devices.Interrupts.Touch((int)(uint)target);
                return true;
            case PsciEffect.CpuOff:
                machine.TurnOff(vcpu);
                return false;
            case PsciEffect.SystemOff:
                machine.End(GuestReport.Off);
                return false;
            case PsciEffect.SystemReset:
                machine.Restart();
                return false;
            default:
                return true;
        }
    }
}
