using Redoubt.Abi;
using Redoubt.Spec;
using S = Redoubt.Spec.Specification<Redoubt.Proof.Terms.Term>;

namespace Redoubt.Proof.Security;

/// <summary>A part of an act that keeps what it finds: what comes after it may start from there.</summary>
/// <param name="Name">Its name; empty if it is all there is.</param>
/// <param name="Do">What it does.</param>
internal sealed record Stage(string Name, Action<S.Step> Do)
{
    /// <summary>What holds at its beginning.</summary>
    public Func<S.Step, IReadOnlyList<S.Invariant>> Before { get; init; } = Midway;

    /// <summary>What holds at its end.</summary>
    public Func<S.Step, IReadOnlyList<S.Invariant>> After { get; init; } = Midway;

    /// <summary>Whether it is a step of a loop, which may follow upon itself.</summary>
    public bool Repeats { get; init; }

    /// <summary>Whether nothing follows if it does anything.</summary>
    public bool MayEnd { get; init; }

    /// <summary>What the operation has found out before, beside that it takes place.</summary>
    public IReadOnlyList<Func<S.Step, S.Truth>> Found { get; init; } = [];

    /// <summary>What holds between what an entry to EL2 does and the schedule that ends it: on the CPU itself the vCPU that ran may have blocked.</summary>
    public static IReadOnlyList<S.Invariant> Midway(S.Step step) => Without(S.Invariants, invariant => invariant == S.RunningIsReady, step.Cpu.Index);

    /// <summary>An operation is counted, it may be refused, then its effects take place.</summary>
    public static IReadOnlyList<Stage> Of(S.Operation operation)
    {
        List<Stage> stages = [];
        if (operation.Occasion == S.Occasion.Call)
            stages.Add(new("counted", s => s.Self.Account[AccountItem.Calls] += 1));
        if (operation.Checks.Count > 0)
            stages.Add(new("refused", s => (operation with { Effects = [] }).Run(s)) { MayEnd = true });
        Func<S.Step, S.Truth>[] found = [.. operation.Checks.Select<S.Check, Func<S.Step, S.Truth>>(check => s => !check.Holds(s))];
        stages.AddRange(Effects(operation).Select((stage, i) => i == 0 ? stage with { Found = found } : stage));
        return stages;
    }

    private static IEnumerable<Stage> Effects(S.Operation operation)
    {
        Stage[] stages = [.. operation.Effects.Select(effect => new Stage(effect.Text, effect.Do))];
        return operation.Name switch
        {
            "write virtual interrupts" =>
            [
                new("written", s =>
                {
                    // A case for each field.
                    S.Word field = s.Self.X[2];
                    _ = (field == VirtualField.Enabled) || (field == VirtualField.Pending) || (field == VirtualField.Line);
                    foreach (Stage stage in stages[..^2])
                        stage.Do(s);
                })
                { After = s => Unannounced(s, s.Target.Index) },
                stages[^2] with { Before = s => Unannounced(s, s.Target.Index) },
                stages[^1],
            ],
            Loop.Messages => [stages[0], new("sent to one vCPU", s => s.SendInterrupt(Loop.Value, Loop.Number)) { Repeats = true }, .. stages[2..]],
            Loop.Deadlines => [stages[0], .. Deadlines()],
            _ => stages,
        };
    }

    /// <summary>A loop over ranks, as a step for any rank: then no vCPU of a rank up to it waits for a time before the earliest one. What follows the loop may use that.</summary>
    private static Stage[] Deadlines()
    {
        S.Word left = Loop.Earliest;
        return
        [
            new("deadline of one vCPU", s => left = s.Expire(s.State.Vcpu(s.Cpu.VcpuOf(Loop.Rank)), Loop.Earliest))
            {
                Repeats = true,
                Before = s => [.. Midway(s), Waits(s, Loop.Rank, Loop.Earliest)],
                After = s => [.. Midway(s), Waits(s, Loop.Rank + 1, left)],
            },
            new("next time slot", s => Loop.Advance(s, Loop.Earliest)) { Before = s => [.. Midway(s), Waits(s, Limits.VcpusPerCpu, Loop.Earliest)] },
        ];
    }

    private static S.Invariant Waits(S.Step step, S.Word ranks, S.Word earliest) =>
        new(StateFields.Lifecycle, "No vCPU that was looked at waits for an earlier time.", (state, _, vcpu, _) =>
            ((vcpu >> 4 == step.Cpu.Index) & ((vcpu & (Limits.VcpusPerCpu - 1)) < ranks) & (state.Vcpu(vcpu).Lifecycle == Lifecycle.Waiting)).Implies(earliest <= state.Vcpu(vcpu).Deadline));

    /// <summary>The invariant, as long as what can be announced to a vCPU is still to be announced.</summary>
    private static IReadOnlyList<S.Invariant> Unannounced(S.Step step, S.Word vcpu) => Without(Midway(step), invariant => invariant.IsByAnnouncing, vcpu);

    private static IReadOnlyList<S.Invariant> Without(IReadOnlyList<S.Invariant> all, Func<S.Invariant, bool> which, S.Word row) =>
    [
        .. all.Select(invariant => !which(invariant) ? invariant
            : invariant with { Holds = (state, configuration, subject, column) => (subject == row) | invariant.Holds(state, configuration, subject, column) }),
    ];
}
