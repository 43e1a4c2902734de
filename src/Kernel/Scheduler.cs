using System.Numerics;
using System.Runtime.CompilerServices;
using Redoubt.Abi;

namespace Redoubt.Kernel;

/// <summary>Which vCPU runs: in a time slot the ready one of lowest rank among the slot's, then among those that may use what is left.</summary>
internal static class Scheduler
{
    /// <summary>No time: later than every counter value.</summary>
    public const ulong Never = ~0UL;

    private const int LengthShift = 20;

    /// <summary>Marks a vCPU of this CPU as ready.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void MakeReady(ref CpuState cpu, ref VcpuState vcpu, ulong index)
    {
        vcpu.Lifecycle = Lifecycle.Ready;
        cpu.Ready |= State.RankBit(index);
    }

    /// <summary>Takes a vCPU of this CPU from the ready ones.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Block(ref CpuState cpu, ref VcpuState vcpu, ulong index, ulong lifecycle)
    {
        vcpu.Lifecycle = lifecycle;
        cpu.Ready &= ~State.RankBit(index);
    }

    /// <summary>Chooses the vCPU to run and loads what of it the vector code does not. Returns its address, or 0 to idle.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Next(ref CpuState cpu)
    {
        ulong candidates = cpu.Ready & cpu.Mask;
        if (candidates == 0)
        {
            candidates = cpu.Ready & cpu.Fallback;
        }
        ulong next = State.IndexOf(cpu.Number, (ulong)BitOperations.TrailingZeroCount(candidates));
        if (candidates == 0 || next != cpu.Current || cpu.Idle != 0)
        {
            return Change(ref cpu, candidates == 0, next);
        }
        return State.AddressOf(ref State.Vcpu(next));
    }

    /// <summary>The CPU goes to another vCPU, or idle, or back from it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Change(ref CpuState cpu, bool idle, ulong next)
    {
        Charge(ref cpu);
        if (idle)
        {
            cpu.Idle = 1;
            return 0;
        }
        cpu.Idle = 0;
        if (next != cpu.Current)
        {
            Switch.To(ref cpu, next);
        }
        return State.AddressOf(ref State.Vcpu(next));
    }

    /// <summary>Charges the time since the last change to the vCPU that had it.</summary>
    public static void Charge(ref CpuState cpu)
    {
        ulong now = Cpu.Time();
        if (cpu.Idle == 0 && cpu.Current != Limits.NoVcpu)
        {
            State.Vcpu(cpu.Current).Account[(int)AccountItem.Runtime] += now - cpu.Since;
        }
        cpu.Since = now;
    }

    /// <summary>Begins a time slot at a counter value.</summary>
    public static void Begin(ref CpuState cpu, ulong slot, ulong start)
    {
        ref SlotConfig config = ref State.CpuConfig(cpu.Number).Slots[(int)slot];
        cpu.Slot = slot;
        cpu.Mask = config.Mask;
        cpu.Fallback = config.Fallback;
        cpu.SlotEnd = config.Length == 0 ? Never : start + ((config.Length * State.Found.Frequency) >> LengthShift);
    }

    /// <summary>Begins the next time slot if the current one is over. A CPU that is late by more than a slot starts anew at this moment.</summary>
    public static void Advance(ref CpuState cpu, ulong now)
    {
        if (now < cpu.SlotEnd)
        {
            return;
        }
        ulong next = cpu.Slot + 1 < State.CpuConfig(cpu.Number).SlotCount ? cpu.Slot + 1 : 0;
        Begin(ref cpu, next, cpu.SlotEnd);
        if (cpu.SlotEnd <= now)
        {
            Begin(ref cpu, next, now);
        }
    }
}
