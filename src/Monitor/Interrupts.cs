using System.Numerics;
using System.Runtime.CompilerServices;
using Redoubt.Abi;
using Redoubt.Partition;

namespace Redoubt.Monitor;

/// <summary>
/// State of the guest's interrupt controller. Pending and active state live in the kernel, at the vCPU that has the interrupt; here
/// is the rest. A change is made here, and <see cref="Apply"/> then tells the kernel, each vCPU's monitor for its own vCPU.
/// </summary>
public struct Interrupts
{
    /// <summary>First INTID that is shared (SPI).</summary>
    public const int Shared = 32;

    /// <summary>Place of interrupts that are routed to no vCPU.</summary>
    public const int Nowhere = Limits.VcpusPerPartition;

    /// <summary>GICD_CTLR.EnableGrp0 and EnableGrp1.</summary>
    public uint Control;

    /// <summary>SPIs.</summary>
    public Bank SharedBank;

    /// <summary>Each vCPU, and <see cref="Nowhere"/>.</summary>
    public VcpuArray Vcpus;

    /// <summary>vCPUs whose monitors have something to apply, one bit each.</summary>
    public uint Touched;

    private uint _lines;
    private Routes _routes;
    private TargetMasks _targets;
    private ulong _count;

    /// <summary>Takes the values after reset, for a guest of so many vCPUs that are all off.</summary>
    public void Reset(ulong count)
    {
        _count = count;
        Control = 0;
        Touched = 0;
        _lines = 0;
        SharedBank.Reset(0);
        for (int i = 0; i <= Nowhere; i++)
        {
            Vcpus[i].Private.Reset(0xffff);
            Vcpus[i].IsAsleep = true;
            Vcpus[i].Pend = 0;
            Vcpus[i].Forget();
            _targets[i] = 0;
        }

        _targets[0] = ~0U;
        for (int i = 0; i < 32; i++)
            _routes[i] = 0;
    }

    /// <summary>Number of vCPUs.</summary>
    public readonly int Count => (int)_count;

    /// <summary>A device drives its interrupt line.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void SetLine(ulong interrupt, bool level)
    {
        uint bit = 1U << (int)(interrupt - Shared);
        if ((_lines & bit) != 0 != level)
            TurnLine(interrupt, bit, level);
    }

    /// <summary>GICD_IROUTER as written.</summary>
    public readonly ulong Route(int shared) => _routes[shared];

    /// <summary>Routes a shared interrupt, counted from 0, to the vCPU of that affinity, if there is one.</summary>
    public void SetRoute(int shared, ulong affinity)
    {
        int from = Target(shared);
        int to = affinity < _count ? (int)affinity : Nowhere;
        _routes[shared] = affinity;
        if (from == to)
            return;
        uint bit = 1U << shared;
        ulong interrupt = (ulong)bit << Shared;
        _targets[from] &= ~bit;
        _targets[to] |= bit;
        // What was asked of the old target and not done yet is asked of the new one.
        Vcpus[to].Pend = (Vcpus[to].Pend & ~interrupt) | (Vcpus[from].Pend & interrupt);
        Vcpus[from].Pend &= ~interrupt;
        Vcpus[to].Evict &= ~interrupt;
        Vcpus[from].Evict |= from == Nowhere ? 0 : interrupt;
        Vcpus[to].Reprioritise |= interrupt;
        Touch(from);
        Touch(to);
    }

    /// <summary>The vCPUs that have interrupts of this mask, by INTID; the private ones are those of <paramref name="vcpu"/>.</summary>
    public readonly uint Owners(ulong mask, int vcpu)
    {
        uint owners = (uint)mask != 0 ? 1U << vcpu : 0;
        for (int i = 0; i <= Nowhere; i++)
        {
            if ((_targets[i] & (uint)(mask >> Shared)) != 0)
                owners |= 1U << i;
        }

        return owners;
    }

    /// <summary>Interrupts, by INTID, that are this vCPU's: its private ones and the shared ones routed to it.</summary>
    public readonly ulong Owned(int vcpu) => ((ulong)_targets[vcpu] << Shared) | uint.MaxValue;

    /// <summary>The vCPU's monitor has something to apply.</summary>
    public void Touch(int vcpu) => Touched |= 1U << vcpu;

    /// <summary>All vCPUs' monitors have something to apply.</summary>
    public void TouchAll() => Touched |= (1U << Count) - 1;

    /// <summary>vCPU <paramref name="vcpu"/> has started: the kernel knows nothing of its interrupts.</summary>
    public void Restart(int vcpu)
    {
        ref VcpuInterrupts own = ref Vcpus[vcpu];
        own.Forget();
        own.Reprioritise = Owned(vcpu);
    }

    /// <summary>Tells the kernel what has changed for a vCPU of the calling CPU, which is on.</summary>
    public void Apply(int vcpu, ulong slot)
    {
        ref VcpuInterrupts own = ref Vcpus[vcpu];
        ulong shared = (ulong)_targets[vcpu] << Shared;
        ulong enabled = (own.Private.Enabled & own.Private.Group) | (((ulong)(SharedBank.Enabled & SharedBank.Group) << Shared) & shared);
        if ((Control & GicRegisters.EnableGroup1) == 0)
            enabled = 0;
        ulong line = ((ulong)(_lines & ~SharedBank.Edge) << Shared) & shared;
        if (own.Evict != 0)
            MoveEvicted(ref own, slot);
        if (own.Reprioritise != 0)
            TellPriorities(ref own, slot);
        if (own.Unpend != 0)
            Kernel.WriteVirtual(slot, VirtualField.Pending, own.Unpend, 0);
        if (own.Deactivate != 0)
            Kernel.WriteVirtual(slot, VirtualField.Active, own.Deactivate, 0);
        if (enabled != own.ToldEnabled)
            Kernel.WriteVirtual(slot, VirtualField.Enabled, enabled ^ own.ToldEnabled, enabled);
        if (line != own.ToldLine)
            Kernel.WriteVirtual(slot, VirtualField.Line, line ^ own.ToldLine, line);
        if (own.Pend != 0)
            Kernel.WriteVirtual(slot, VirtualField.Pending, own.Pend, own.Pend);
        own.Unpend = 0;
        own.Deactivate = 0;
        own.ToldEnabled = enabled;
        own.ToldLine = line;
        own.Pend = 0;
    }

    /// <summary>Reads pending and active state of a vCPU of the calling CPU.</summary>
    public void Answer(int vcpu, ulong slot)
    {
        ref VcpuInterrupts own = ref Vcpus[vcpu];
        Kernel.ReadVirtual(slot, VirtualField.Pending, out own.Pending);
        Kernel.ReadVirtual(slot, VirtualField.Active, out own.Active);
        own.Answered = own.Asked;
    }

    private void TurnLine(ulong interrupt, uint bit, bool level)
    {
        _lines ^= bit;
        int target = Target((int)(interrupt - Shared));
        if (level && (SharedBank.Edge & bit) != 0)
            Vcpus[target].Pend |= (ulong)bit << Shared;
        Touch(target);
    }

    private readonly int Target(int shared)
    {
        int vcpu = 0;
        while (vcpu < Nowhere && (_targets[vcpu] >> shared & 1) == 0)
            vcpu++;
        return vcpu;
    }

    // Latched interrupts go with their route. What is pending because of its line needs no help.
    private void MoveEvicted(ref VcpuInterrupts own, ulong slot)
    {
        Kernel.ReadVirtual(slot, VirtualField.Pending, out ulong pending);
        Kernel.WriteVirtual(slot, VirtualField.Pending, own.Evict, 0);
        ulong latched = pending & own.Evict & ~own.ToldLine;
        own.Evict = 0;
        for (; latched != 0; latched &= latched - 1)
        {
            int interrupt = BitOperations.TrailingZeroCount(latched);
            int target = Target(interrupt - Shared);
            Vcpus[target].Pend |= 1UL << interrupt;
            Touch(target);
        }
    }

    private void TellPriorities(ref VcpuInterrupts own, ulong slot)
    {
        for (ulong left = own.Reprioritise; left != 0; left &= left - 1)
        {
            int interrupt = BitOperations.TrailingZeroCount(left);
            byte priority = interrupt < Shared ? own.Private.Priorities[interrupt] : SharedBank.Priorities[interrupt - Shared];
            Kernel.SetPriority(slot, (ulong)interrupt, priority);
        }

        own.Reprioritise = 0;
    }
}

/// <summary>A block for each vCPU, and one for interrupts routed nowhere.</summary>
[InlineArray(Limits.VcpusPerPartition + 1)]
public struct VcpuArray
{
    private VcpuInterrupts _first;
}

/// <summary>GICD_IROUTER of each shared interrupt.</summary>
[InlineArray(32)]
public struct Routes
{
    private ulong _first;
}

/// <summary>Shared interrupts routed to each vCPU.</summary>
[InlineArray(Limits.VcpusPerPartition + 1)]
public struct TargetMasks
{
    private uint _first;
}
