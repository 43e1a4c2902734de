using Redoubt.Abi;
using S = Redoubt.Spec.Specification<Redoubt.Proof.Terms.Term>;

namespace Redoubt.Proof.Security;

/// <summary>Something that changes the state: an operation, the schedule that ends every entry to EL2, or what the processor does without EL2.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Begins">When it takes place.</param>
/// <param name="Do">What it does.</param>
internal sealed record Act(string Name, IReadOnlyList<Func<S.Step, S.Truth>> Begins, Action<S.Step> Do)
{
    /// <summary>What it does, one after another.</summary>
    public required IReadOnlyList<Stage> Stages { get; init; }

    /// <summary>All that it does as one stage; an operation begins where EL2 is entered.</summary>
    public Stage Whole => new("", Do) { Before = Operation is null ? Stages[0].Before : _ => S.Invariants };

    /// <summary>The operation, if it is one.</summary>
    public S.Operation? Operation { get; init; }

    /// <summary>What the entry to EL2 begins with; null if this is none.</summary>
    public S.Occasion? Occasion => Operation?.Occasion;

    /// <summary>Whether it is the schedule.</summary>
    public bool IsSchedule { get; private init; }

    /// <summary>Whether the processor does it without EL2.</summary>
    public bool IsGuests => Operation is null && !IsSchedule;

    /// <summary>All of a manual: an entry to EL2 is one of the operations, then the schedule.</summary>
    public static IReadOnlyList<Act> Of(S.Manual manual) =>
    [
        .. manual.Operations.Select((operation, i) => Of(operation, [.. manual.Operations.Take(i).Where(before => before.Occasion == operation.Occasion)])),
        new("schedule", [], s => s.Schedule()) { IsSchedule = true, Stages = [new("", s => s.Schedule()) { After = _ => S.Invariants }] },
        Guest("acknowledge", s => !s.IsService & s.Self.Lists[List].IsPending & !s.Self.Lists[List].IsActive, s => s.GuestAcknowledges(List)),
        Guest("end", s => !s.IsService & s.Self.Lists[List].IsActive, s => s.GuestEnds(List)),
        Guest("mode", s => S.IsMode(Mode, s.IsService), s => s.Self.Pstate = (s.Self.Pstate & ~0x1fUL) | Mode),
    ];

    private static S.Word List => Unknown.Word("list", Limits.ListRegisters - 1);

    private static S.Word Mode => Unknown.Word("mode", 0x1f);

    /// <summary>An operation, which takes place if it applies and none before it does.</summary>
    private static Act Of(S.Operation operation, IReadOnlyList<S.Operation> before) =>
        new(operation.Name, [s => Occurs(s, operation.Occasion), operation.Applies, .. before.Select<S.Operation, Func<S.Step, S.Truth>>(other => s => !other.Applies(s))],
            s => S.Manual.Operate(s, operation))
        {
            Operation = operation,
            Stages = Stage.Of(operation),
        };

    private static Act Guest(string name, Func<S.Step, S.Truth> begins, Action<S.Step> does) => new($"{name} by the guest", [Runs, begins], does)
    {
        Stages = [new("", does) { Before = _ => S.Invariants, After = _ => S.Invariants }],
    };

    /// <summary>A trap comes from a vCPU that runs; a physical interrupt that fires is not active.</summary>
    private static S.Truth Occurs(S.Step s, S.Occasion occasion)
    {
        if (occasion != S.Occasion.Interrupt)
            return Runs(s);
        S.Word intid = s.Entry.Interrupt;
        S.Truth timer = (intid == S.Step.TimerInterrupt) & (s.Cpu.Resident != Limits.NoVcpu);
        return !(timer & (s.State.Vcpu(s.Cpu.Resident).TimerActive != 0)) & (timer | (s.State.Active[intid] == 0));
    }

    private static S.Truth Runs(S.Step s) => s.Cpu.Idle == 0;
}
