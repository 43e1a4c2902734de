namespace Redoubt.Spec;

public static partial class Specification<T>
{
    /// <summary>Something that holds whenever EL2 has been left.</summary>
    /// <param name="Field">It is about each word of this field; if the field has one column, about each of its subjects.</param>
    /// <param name="Text">What it says.</param>
    /// <param name="Holds">Whether it holds of a row and column.</param>
    public sealed record Invariant(Field Field, string Text, Func<State, Configuration, Word, Word, Truth> Holds)
    {
        /// <summary>Whether it is announcing that makes it so: until that is done it need not hold of the vCPU.</summary>
        public bool IsByAnnouncing { get; init; }

        /// <summary>Whether it says which physical interrupts are linked to virtual ones.</summary>
        public bool IsOfLinks { get; init; }
    }

    /// <summary>The ready ranks of a CPU are its ready vCPUs.</summary>
    public static Invariant ReadyRanks { get; } =
        OfVcpu("A vCPU is ready if and only if its rank is among the ready ones of its CPU.", (s, _, v) =>
            (v.Lifecycle == Lifecycle.Ready).Is(s.Cpu(v.Cpu).Ready.Has(v.RankBit)));

    /// <summary>Who waits in a call does nothing else.</summary>
    public static Invariant CallersWait { get; } =
        OfVcpu("A vCPU that waits in a call is waiting, and has no events.", (_, _, v) =>
            (v.Calling != 0).Implies((v.Lifecycle == Lifecycle.Waiting) & (v.Events == 0)));

    /// <summary>A fault is gone when its vCPU goes on.</summary>
    public static Invariant FaultsOfFaulted { get; } =
        OfVcpu("Only a faulted vCPU has a fault to tell, and a syndrome.", (_, _, v) =>
            (v.Lifecycle != Lifecycle.Faulted).Implies((v.Fault == FaultKind.None) & (v.Syndrome.Value == 0)));

    /// <summary>Only what is ready is chosen: until the choice that ends an entry to EL2 the vCPU that ran may have blocked.</summary>
    public static Invariant RunningIsReady { get; } =
        OfCpu("A vCPU that runs is ready.", (s, _, p) =>
            (p.Idle != 0) | (p.Current == Limits.NoVcpu) | (s.Vcpu(p.Current & (Limits.Vcpus - 1)).Lifecycle == Lifecycle.Ready));

    /// <summary>Who waits learns nothing of a vCPU that it serves when somebody else wakes it.</summary>
    public static Invariant ToldBeforeWaiting { get; } =
        OfVcpu("A vCPU that waits in a call has been told of the fault of the vCPU that it serves.", (s, c, v) =>
            ((v.Calling != 0) & c.Vcpu(v.Index).HasGuest).Implies(s.Vcpu(c.Vcpu(v.Index).Guest & (Limits.Vcpus - 1)).Fault == FaultKind.None));

    /// <summary>The representation invariant.</summary>
    public static IReadOnlyList<Invariant> Invariants { get; } =
    [
        ReadyRanks,
        CallersWait,
        ToldBeforeWaiting,
        FaultsOfFaulted,
        OfVcpu("Only an abort that is to be told has an intermediate physical address.", (_, _, v) =>
            ((v.Fault != FaultKind.Data) & (v.Fault != FaultKind.Instruction)).Implies(v.Ipa == 0)),
        OfVcpu("A vCPU that waits has no enabled interrupt pending.", (_, _, v) => (v.Lifecycle == Lifecycle.Waiting).Implies(!Step.IsDeliverable(v))) with { IsByAnnouncing = true },
        OfVcpu("The hypervisor's timer fires no later than the deadline of a vCPU that waits.", (s, _, v) =>
            (v.Lifecycle == Lifecycle.Waiting).Implies(s.Cpu(v.Cpu).Alarm <= v.Deadline)),
        OfVcpu("What was sent to a vCPU is noted in the inbox of its CPU.", (s, _, v) =>
            ((v.InboxEvents | v.InboxVirtual) != 0).Implies(s.Cpu(v.Cpu).Inbox.Has(v.RankBit))),
        OfVcpu("A service has no virtual interrupts.", (_, c, v) =>
            c.PartitionOf(v.Index).IsService.Implies((v.Enabled == 0) & OfLists(v, list => list.IsFree))),
        OfVcpu("A vCPU runs at EL0, that of a guest at EL0 or EL1.", (_, c, v) => IsMode(v.Pstate & 0x1f, c.PartitionOf(v.Index).IsService)),
        .. OfInterrupts,
        OfCpu("The vCPU that runs, or ran last, belongs to the CPU.", (_, _, p) => (p.Current == Limits.NoVcpu) | (p.Current >> 4 == p.Index)),
        RunningIsReady,
        OfCpu("On a CPU that is not idle a vCPU runs.", (_, c, p) => IsAbsent(c, p) | (p.Idle != 0) | (p.Current != Limits.NoVcpu)),
        OfCpu("The vCPU that has the virtual timer is a guest's and belongs to the CPU.", (_, c, p) =>
            (p.Resident == Limits.NoVcpu) | ((p.Resident >> 4 == p.Index) & !c.PartitionOf(p.Resident & (Limits.Vcpus - 1)).IsService)),
        OfCpu("A guest that runs, or ran last and is not off, has the virtual timer.", (s, c, p) =>
            (p.Current == Limits.NoVcpu) | c.PartitionOf(p.Current & (Limits.Vcpus - 1)).IsService
                | (s.Vcpu(p.Current & (Limits.Vcpus - 1)).Lifecycle == Lifecycle.Off) | (p.Resident == p.Current)),
        OfCpu("The hypervisor's timer fires no later than the time slot ends.", (_, c, p) => IsAbsent(c, p) | (p.Alarm <= p.SlotEnd)),
        OfCpu("The time slot is one that the CPU has.", (_, c, p) => IsAbsent(c, p) | (p.Slot < c.Cpu(p.Index).SlotCount)),
        new(StateFields.Active, "A physical interrupt that is active goes to a vCPU, which will end it.", (s, c, intid, _) =>
            (s.Active[intid] != 0).Implies(c.Sink(intid).Kind != Abi.Capability.None)),
        OfCpu("A CPU with mail will be told.", (_, _, p) => (p.Inbox != 0).Implies(p.Announced != 0)),
    ];

    private static Invariant OfVcpu(string text, Func<State, Configuration, Vcpu, Truth> holds) =>
        new(StateFields.Lifecycle, text, (state, configuration, index, _) => holds(state, configuration, state.Vcpu(index)));

    private static Invariant OfCpu(string text, Func<State, Configuration, Cpu, Truth> holds) =>
        new(StateFields.Current, text, (state, configuration, number, _) => holds(state, configuration, state.Cpu(number)));

    /// <summary>The machine has no such CPU.</summary>
    private static Truth IsAbsent(Configuration configuration, Cpu cpu) => configuration.Cpu(cpu.Index).SlotCount == 0;

    /// <summary>Modes that a vCPU may be in, as PSTATE says them: EL0, of AArch32 too; of a guest EL1 with either stack pointer.</summary>
    public static Truth IsMode(Word mode, Truth service) =>
        (mode == El0T) | (mode == Aarch32) | (!service & ((mode == El1T) | (mode == El1H)));
}
