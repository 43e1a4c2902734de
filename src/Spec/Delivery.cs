namespace Redoubt.Spec;

public static partial class Specification<T>
{
    /// <summary>A state before and after a step.</summary>
    /// <param name="Occasion">What the step begins with; null if it is the schedule.</param>
    /// <param name="Before">The state before.</param>
    /// <param name="After">The state after.</param>
    /// <param name="Step">The step, not carried out yet.</param>
    public sealed record Passage(Occasion? Occasion, State Before, State After, Step Step);

    /// <summary>A condition on what the kernel does, for nothing to be lost.</summary>
    /// <param name="Text">What it says.</param>
    /// <param name="Holds">Whether it holds of a vCPU and a number: a virtual interrupt's or an event's.</param>
    public sealed record Delivery(string Text, Func<Passage, Word, Word, Truth> Holds);

    /// <summary>Nothing that is pending is lost, and nothing comes from nowhere.</summary>
    public static IReadOnlyList<Delivery> Deliveries { get; } =
    [
        new("A virtual interrupt that is owed to a vCPU (latched, its line at 1, announced as pending, or left in the inbox) remains so, unless who holds the vCPU clears it, or the vCPU "
            + "is off.",
            (p, v, n) => IsOwed(p.Before.Vcpu(v), n).Implies(IsOwed(p.After.Vcpu(v), n) | IsCleared(p, v, n) | IsOff(p, v))),
        new("What a list register shows as active remains active there, unless who holds the vCPU clears it, or the vCPU is off.", (p, v, n) => OfEachList(p, v, (before, after) =>
            (before.IsActive & Names(before, n)).Implies((after.IsActive & Names(after, n)) | IsEnded(p, v, n) | IsOff(p, v)))),
        new("No list register begins to show an interrupt as active: only the guest does that.", (p, v, n) => OfEachList(p, v, (before, after) =>
            (after.IsActive & Names(after, n)).Implies(before.IsActive & Names(before, n)))),
        new("A list register is linked to no physical interrupt, or to the virtual timer's or one that the configuration sends to that vCPU.", (p, v, n) =>
            OfLists(p.After.Vcpu(v), list => (Names(list, n) & list.IsHardware).Implies((list.Physical == n) & IsOwn(p.Step.Configuration, p.After.Vcpu(v), n)))),
        new("An event that arrived or was left in the inbox remains so, unless a call returns it, or the vCPU is off.", (p, v, n) =>
            Has(p.Before.Vcpu(v).Events | p.Before.Vcpu(v).InboxEvents, n).Implies(IsThere(p.After.Vcpu(v), n) | IsOff(p, v))),
        new("A virtual interrupt begins to be owed to a vCPU only if it is sent there by a call or a device of that CPU, by a vCPU of the same partition, or by the vCPU's virtual timer; "
            + "or if who holds the vCPU sets it.", (p, v, n) => (!IsOwed(p.Before.Vcpu(v), n) & IsOwed(p.After.Vcpu(v), n)).Implies(
                Sends(p, v, n, Abi.Capability.Virtual) | IsFromPartition(p, v, n) | Fires(p, v, n) | IsSet(p, v, n))),
        new("An event begins to be there for a vCPU only if a call or a device of that CPU sends it there.", (p, v, n) =>
            (!Has(p.Before.Vcpu(v).Events | p.Before.Vcpu(v).InboxEvents, n) & Has(p.After.Vcpu(v).Events | p.After.Vcpu(v).InboxEvents, n)).Implies(Sends(p, v, n, Abi.Capability.Event))),
    ];

    /// <summary>What is sent gets there.</summary>
    public static IReadOnlyList<Delivery> Arrivals { get; } =
    [
        new("A virtual interrupt that is sent is owed to the vCPU it is sent to, unless that is off.", (p, v, n) =>
            Sends(p, v, n, Abi.Capability.Virtual).Implies(IsOwed(p.After.Vcpu(v), n) | IsOff(p, v))),
        new("An event that is sent arrives, is left in the inbox, or is returned by the call that waits for it, unless the vCPU is off.", (p, v, n) =>
            Sends(p, v, n, Abi.Capability.Event).Implies(IsThere(p.After.Vcpu(v), n) | IsOff(p, v))),
    ];

    private static Truth IsOwed(Vcpu vcpu, Word number) =>
        Has(vcpu.Pending | vcpu.Line | vcpu.InboxVirtual, number) | !OfLists(vcpu, list => !(list.IsPending & Names(list, number)));

    /// <summary>It arrived, is on its way, or was returned.</summary>
    private static Truth IsThere(Vcpu vcpu, Word number) =>
        Has(vcpu.Events | vcpu.InboxEvents, number) | ((vcpu.X[0] == Status.Ok) & Has(vcpu.X[1], number) & (vcpu.Lifecycle == Lifecycle.Ready));

    private static Truth IsOff(Passage passage, Word vcpu) =>
        (passage.Before.Vcpu(vcpu).Lifecycle == Lifecycle.Off) | (passage.After.Vcpu(vcpu).Lifecycle == Lifecycle.Off);

    /// <summary>Latch or line of a virtual interrupt without a physical one are written as 0.</summary>
    private static Truth IsCleared(Passage passage, Word vcpu, Word number) => IsOfSoftware(passage, vcpu, number) & Writes(passage, vcpu) & IsWritten(passage, number, one: false);

    private static Truth IsSet(Passage passage, Word vcpu, Word number) => IsOfSoftware(passage, vcpu, number) & Writes(passage, vcpu) & IsWritten(passage, number, one: true);

    private static Truth IsEnded(Passage passage, Word vcpu, Word number) =>
        (passage.Step.Self.X[2] == VirtualField.Active) & Writes(passage, vcpu) & IsWritten(passage, number, one: false);

    private static Truth IsWritten(Passage passage, Word number, bool one)
    {
        Word mask = passage.Step.Self.X[3], value = passage.Step.Self.X[4];
        return Has(mask & (one ? value : ~value), number);
    }

    private static Truth IsOfSoftware(Passage passage, Word vcpu, Word number) =>
        ((passage.Step.Self.X[2] == VirtualField.Pending) | (passage.Step.Self.X[2] == VirtualField.Line)) & !Has(passage.Before.Vcpu(vcpu).Hardware, number);

    /// <summary>The step is a call that writes a field of virtual interrupts, by who holds the vCPU.</summary>
    private static Truth Writes(Passage passage, Word vcpu)
    {
        Step step = passage.Step;
        return passage.Occasion == Occasion.Call & (step.Self.X[0] == Call.Base + Call.WriteVirtual) & step.Names(Abi.Capability.Vcpu) & (step.Named.Target == vcpu);
    }

    private static Truth IsFromPartition(Passage passage, Word vcpu, Word number)
    {
        Step step = passage.Step;
        return passage.Occasion == Occasion.Exception & (step.Entry.Syndrome.Class == Esr.SystemRegister) & (number < 16)
            & (step.Configuration.Vcpu(vcpu).Partition == step.Configuration.Vcpu(step.Self.Index).Partition);
    }

    private static Truth Fires(Passage passage, Word vcpu, Word number) => passage.Occasion == Occasion.Interrupt
        & (passage.Step.Entry.Interrupt == Step.TimerInterrupt) & (number == Step.TimerInterrupt) & (passage.Step.Cpu.Resident == vcpu);

    /// <summary>The step is a call that sends, or an interrupt of a device of this CPU.</summary>
    private static Truth Sends(Passage passage, Word vcpu, Word number, ulong kind)
    {
        Step step = passage.Step;
        Word interrupt = step.Entry.Interrupt;
        Capability sink = passage.Occasion == Occasion.Interrupt ? step.Configuration.Sink(interrupt) : step.Named;
        Truth happens = passage.Occasion switch
        {
            Occasion.Call => step.Self.X[0] == Call.Base + Call.Notify,
            Occasion.Interrupt => (interrupt >= FirstShared) & (interrupt < FirstSpecial) & (vcpu >> 4 == step.Cpu.Index),
            _ => false,
        };
        return happens & (sink.Kind == kind) & (sink.Target == vcpu) & ((sink.Number & (Limits.VirtualInterrupts - 1)) == number);
    }

    private static Truth OfEachList(Passage passage, Word vcpu, Func<List, List, Truth> holds)
    {
        Truth all = true;
        for (ulong i = 0; i < Limits.ListRegisters; i++)
            all &= holds(passage.Before.Vcpu(vcpu).Lists[i], passage.After.Vcpu(vcpu).Lists[i]);
        return all;
    }
}
