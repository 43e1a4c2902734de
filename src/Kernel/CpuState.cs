using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Redoubt.Abi;

namespace Redoubt.Kernel;

/// <summary>State of one CPU. Only that CPU touches it, the inbox excepted.</summary>
[StructLayout(LayoutKind.Sequential, Size = 512)]
public struct CpuState
{
    /// <summary>Number of this CPU.</summary>
    public ulong Number;

    /// <summary>vCPU whose stage 2 and EL0 registers are loaded; <see cref="Abi.Limits.NoVcpu"/> before the first.</summary>
    public ulong Current;

    /// <summary>Guest vCPU whose EL1, SIMD, timer and virtual interrupt registers are loaded.</summary>
    public ulong Resident;

    /// <summary>1 while no vCPU runs.</summary>
    public ulong Idle;

    /// <summary>Counter value since which <see cref="Current"/> runs.</summary>
    public ulong Since;

    /// <summary>Ranks that are ready.</summary>
    public ulong Ready;

    /// <summary>The current time slot: its number, its ranks, those that use what is left, its end as a counter value.</summary>
    public ulong Slot;
    public ulong Mask;
    public ulong Fallback;
    public ulong SlotEnd;

    /// <summary>Counter value the hypervisor timer is set to; ~0 if it is off.</summary>
    public ulong Alarm;

    /// <summary>Ranks for which something was left: set by atomic OR, taken by the owner.</summary>
    public ulong Inbox;

    /// <summary>For each partition the guest vCPU of it that ran here last.</summary>
    public LastVcpus Last;
}

[InlineArray(Limits.Partitions)]
public struct LastVcpus
{
    private ulong _first;
}
