namespace Redoubt.Spec;

public static partial class Specification<T>
{
    /// <summary>Something that holds whenever EL2 has been left.</summary>
    /// <param name="Field">It is about each word of this field; if the field has one column, about each of its subjects.</param>
    /// <param name="Text">What it says.</param>
    /// <param name="Holds">Whether it holds of a row and column.</param>
    public sealed record Invariant(Field Field, string Text, Func<State, Configuration, Word, Word, Truth> Holds);

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

    /// <summary>Only what is ready is chosen.</summary>
    public static Invariant RunningIsReady { get; } =
        OfCpu("A vCPU that runs is ready.", (s, _, p) =>
            (p.Idle != 0) | (p.Current == Limits.NoVcpu) | (s.Vcpu(p.Current & (Limits.Vcpus - 1)).Lifecycle == Lifecycle.Ready));

    /// <summary>Who waits learns nothing of a vCPU that it serves when somebody else wakes it.</summary>
    public static Invariant ToldBeforeWaiting { get; } =
        OfVcpu("A vCPU that waits in a call has been told of the fault of the vCPU that it serves.", (s, c, v) =>
            ((v.Calling != 0) & c.Vcpu(v.Index).HasGuest).Implies(s.Vcpu(c.Vcpu(v.Index).Guest & (Limits.Vcpus - 1)).Fault == FaultKind.None));

    /// <summary>Physical interrupts are those of the vCPU.</summary>
    public static Invariant LinkedAsTemplate { get; } =
        OfVcpu("A list register that is linked is linked as the template of its interrupt is.", (_, _, v) =>
            ForLists(v, list => !list.IsHardware | (v.Templates[list.Interrupt].IsHardware & (list.Physical == v.Templates[list.Interrupt].Physical))));

    /// <summary>The representation invariant.</summary>
    public static IReadOnlyList<Invariant> Invariants { get; } =
    [
        ReadyRanks,
        CallersWait,
        ToldBeforeWaiting,
        FaultsOfFaulted,
        OfVcpu("Only an abort that is to be told has an intermediate physical address.", (_, _, v) =>
            ((v.Fault != FaultKind.Data) & (v.Fault != FaultKind.Instruction)).Implies(v.Ipa == 0)),
        OfVcpu("A vCPU that waits has no enabled interrupt pending.", (_, _, v) => (v.Lifecycle == Lifecycle.Waiting).Implies(!Step.IsDeliverable(v))),
        OfVcpu("The hypervisor's timer fires no later than the deadline of a vCPU that waits.", (s, _, v) =>
            (v.Lifecycle == Lifecycle.Waiting).Implies(s.Cpu(v.Cpu).Alarm <= v.Deadline)),
        OfVcpu("At most one list register announces a virtual interrupt.", (_, _, v) => ForPairs(v, (a, b) => a.IsFree | b.IsFree | (a.Interrupt != b.Interrupt))),
        OfVcpu("What a list register announces as pending is enabled.", (_, _, v) => ForLists(v, list => list.IsPending.Implies(v.Enabled.Has(list.Bit)))),
        OfVcpu("A linked interrupt is not pending and active at once.", (_, _, v) => ForLists(v, list => !(list.IsHardware & list.IsPending & list.IsActive))),
        LinkedAsTemplate,
        new(StateFields.Templates, "The template of a virtual interrupt names it. One that is linked is linked to the virtual timer, which is 27, or to a physical interrupt that the "
            + "configuration sends to that vCPU.", (s, c, v, n) => (s.Vcpu(v).Templates[n].Interrupt == n) & IsOwn(c, v, s.Vcpu(v).Templates[n])),
        OfVcpu("What is enabled and pending is announced, or a maintenance interrupt will come.", (_, _, v) => IsOnItsWay(v)),
        OfVcpu("What was sent to a vCPU is noted in the inbox of its CPU.", (s, _, v) =>
            ((v.InboxEvents | v.InboxVirtual) != 0).Implies(s.Cpu(v.Cpu).Inbox.Has(v.RankBit))),
        OfVcpu("A service has no virtual interrupts.", (_, c, v) =>
            c.PartitionOf(v.Index).IsService.Implies((v.Enabled == 0) & ForLists(v, list => list.IsFree))),
        OfVcpu("A vCPU runs at EL0, that of a guest at EL0 or EL1.", (_, c, v) => IsMode(v.Pstate & 0x1f, c.PartitionOf(v.Index).IsService)),
        OfCpu("The vCPU that runs, or ran last, belongs to the CPU.", (_, _, p) => (p.Current == Limits.NoVcpu) | (p.Current >> 4 == p.Index)),
        OfCpu("The vCPU that has the virtual timer is a guest's and belongs to the CPU.", (_, c, p) =>
            (p.Resident == Limits.NoVcpu) | ((p.Resident >> 4 == p.Index) & !c.PartitionOf(p.Resident & (Limits.Vcpus - 1)).IsService)),
        RunningIsReady,
        OfCpu("A guest that runs has the virtual timer.", (_, c, p) =>
            (p.Idle != 0) | (p.Current == Limits.NoVcpu) | c.PartitionOf(p.Current & (Limits.Vcpus - 1)).IsService | (p.Resident == p.Current)),
        OfCpu("The hypervisor's timer fires no later than the time slot ends.", (_, _, p) => p.Alarm <= p.SlotEnd),
        OfCpu("The time slot is one that the CPU has.", (_, c, p) => p.Slot < c.Cpu(p.Index).SlotCount),
        OfCpu("A CPU with mail will be told.", (_, _, p) => (p.Inbox != 0).Implies(p.Announced != 0)),
    ];

    private static Invariant OfVcpu(string text, Func<State, Configuration, Vcpu, Truth> holds) =>
        new(StateFields.Lifecycle, text, (state, configuration, index, _) => holds(state, configuration, state.Vcpu(index)));

    private static Invariant OfCpu(string text, Func<State, Configuration, Cpu, Truth> holds) =>
        new(StateFields.Current, text, (state, configuration, number, _) => holds(state, configuration, state.Cpu(number)));

    private static Truth ForLists(Vcpu vcpu, Func<List, Truth> holds)
    {
        Truth all = true;
        for (ulong i = 0; i < Limits.ListRegisters; i++)
            all &= holds(vcpu.Lists[i]);
        return all;
    }

    private static Truth ForPairs(Vcpu vcpu, Func<List, List, Truth> holds)
    {
        Truth all = true;
        for (ulong i = 0; i < Limits.ListRegisters; i++)
        {
            for (ulong j = 0; j < i; j++)
                all &= holds(vcpu.Lists[i], vcpu.Lists[j]);
        }
        return all;
    }

    /// <summary>Announced, or asked for by underflow, or its list register was just ended and will say so.</summary>
    private static Truth IsOnItsWay(Vcpu vcpu)
    {
        Word known = 0;
        for (ulong i = 0; i < Limits.ListRegisters; i++)
            known |= (!vcpu.Lists[i].IsFree | vcpu.Lists[i].SaysEnd).Choose(vcpu.Lists[i].Bit, 0);
        Word left = vcpu.Enabled & (vcpu.Pending | vcpu.Line) & ~known;
        return (left == 0) | (vcpu.Control == Step.UnderflowControl);
    }

    private static Truth IsOwn(Configuration configuration, Word vcpu, List list)
    {
        Capability sink = configuration.Sink(list.Physical);
        Truth timer = (list.Physical == Step.TimerInterrupt) & (list.Interrupt == Step.TimerInterrupt);
        Truth device = (list.Physical >= FirstShared) & (sink.Kind == Abi.Capability.Virtual) & (sink.Target == vcpu);
        return !list.IsHardware | timer | device;
    }

    private static Truth IsMode(Word mode, Truth service) =>
        (mode == El0T) | (mode == Aarch32) | (!service & ((mode == El1T) | (mode == El1H)));
}
