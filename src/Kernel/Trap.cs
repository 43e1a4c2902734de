using System.Runtime;
using Redoubt.Abi;

namespace Redoubt.Kernel;

/// <summary>The two ways into the kernel after boot and the one out of it, called by Vectors.S.</summary>
internal static class Trap
{
    // Kinds of trap, as in Vectors.S.
    private const ulong Exception = 0, Interrupt = 1;

    /// <summary>A vCPU was interrupted or trapped; its registers are saved. Returns the CPU's number.</summary>
    [RuntimeExport("trap")]
    public static ulong Take(ref VcpuState vcpu, ulong kind)
    {
        ulong index = State.IndexOf(ref vcpu);
        ref CpuState cpu = ref State.Cpu(State.CpuOf(index));
        switch (kind)
        {
            case Exception:
                Exceptions.Take(ref cpu, ref vcpu, index);
                break;
            case Interrupt:
                vcpu.Account[(int)AccountItem.Interrupts]++;
                Interrupts.Take(ref cpu);
                break;
            default:
                Faults.Raise(ref cpu, ref vcpu, index, FaultKind.SError);
                break;
        }
        return cpu.Number;
    }

    /// <summary>An idle CPU woke up. Returns its number.</summary>
    [RuntimeExport("awake")]
    public static ulong Awake(ulong number)
    {
        ref CpuState cpu = ref State.Cpu(number);
        Interrupts.Take(ref cpu);
        return number;
    }

    /// <summary>Chooses what the CPU does next. Returns the address of the vCPU to run, or 0 to idle.</summary>
    [RuntimeExport("schedule")]
    public static ulong Schedule(ulong number) => Scheduler.Next(ref State.Cpu(number));
}
