using System.Runtime.CompilerServices;
using Redoubt.Abi;

namespace Redoubt.Kernel;

/// <summary>Synchronous exceptions from a vCPU, by exception class.</summary>
internal static class Exceptions
{
    /// <summary>Serves what a vCPU asked for by an exception, or stops it. Only a guest can execute HVC, and only a service's SVC comes here.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Take(ref CpuState cpu, ref VcpuState vcpu, ulong index)
    {
        ulong ec = vcpu.Esr.Ec;
        if (ec == ExceptionClass.Hvc64 || ec == ExceptionClass.Svc64)
        {
            vcpu.Account[(int)AccountItem.Calls]++;
            Calls.Take(ref cpu, ref vcpu, index);
        }
        else
        {
            TakeTrap(ref cpu, ref vcpu, index, ec);
        }
    }

    private static void TakeTrap(ref CpuState cpu, ref VcpuState vcpu, ulong index, ulong ec)
    {
        bool service = (State.PartitionOf(index).Flags & PartitionFlags.Service) != 0;
        if (ec == ExceptionClass.SystemRegister && !service)
        {
            vcpu.Account[(int)AccountItem.Registers]++;
            SystemRegisterTraps.Take(ref cpu, ref vcpu, index);
        }
        else if (ec == ExceptionClass.WaitFor && !service)
        {
            vcpu.Account[(int)AccountItem.Waits]++;
            vcpu.Pc += vcpu.Esr.Length;
            VirtualInterrupts.Wait(ref cpu, ref vcpu, index);
        }
        else
        {
            Faults.Raise(ref cpu, ref vcpu, index, KindOf(ec));
        }
    }

    private static ulong KindOf(ulong ec) =>
        ec == ExceptionClass.DataAbort ? FaultKind.Data
        : ec == ExceptionClass.InstructionAbort ? FaultKind.Instruction
        : ec == ExceptionClass.Smc64 ? FaultKind.Call
        : FaultKind.Other;
}
