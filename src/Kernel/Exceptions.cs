using Redoubt.Abi;

namespace Redoubt.Kernel;

/// <summary>Synchronous exceptions from a vCPU, by exception class.</summary>
internal static class Exceptions
{
    public static void Take(ref CpuState cpu, ref VcpuState vcpu, ulong index)
    {
        bool service = (State.PartitionOf(index).Flags & PartitionFlags.Service) != 0;
        ulong ec = vcpu.Esr.Ec;
        if (ec == (service ? ExceptionClass.Svc64 : ExceptionClass.Hvc64))
        {
            vcpu.Account[(int)AccountItem.Calls]++;
            Calls.Take(ref cpu, ref vcpu, index);
        }
        else if (service)
        {
            Faults.Raise(ref cpu, ref vcpu, index, FaultKind.Other);
        }
        else if (ec == ExceptionClass.SystemRegister)
        {
            vcpu.Account[(int)AccountItem.Registers]++;
            SystemRegisterTraps.Take(ref cpu, ref vcpu, index);
        }
        else if (ec == ExceptionClass.WaitFor)
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
