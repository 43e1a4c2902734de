using S = Redoubt.Spec.Specification<Redoubt.Proof.Terms.Term>;

namespace Redoubt.Proof.Security;

/// <summary>
/// A step that belongs to one partition: an operation, or a part of one that is about several. Loops over vCPUs are a step for each of them; an interrupt is one
/// step for who is interrupted and one for whom it is about.
/// </summary>
/// <param name="Name">Its name.</param>
/// <param name="About">The vCPU to whose partition it belongs; null for the schedule, which belongs to nobody.</param>
/// <param name="Do">What it does.</param>
internal sealed record Piece(string Name, Func<S.Step, S.Word>? About, Action<S.Step> Do)
{
    /// <summary>What it begins with; null for the schedule and for what a guest does without EL2.</summary>
    public S.Occasion? Occasion { get; init; }

    /// <summary>Whether it begins where EL2 is entered.</summary>
    public bool IsWhole { get; init; }

    /// <summary>Whether it is an abort, whose addresses are inputs; otherwise they are left over from anybody's.</summary>
    public bool IsAbort { get; init; }

    /// <summary>Whether the vCPU that runs brings it about.</summary>
    public bool IsOfRunning { get; init; }

    /// <summary>Whose mail is taken is part of what the step is.</summary>
    public bool TakesMail { get; init; }

    /// <summary>The pieces that an act consists of.</summary>
    public static IReadOnlyList<Piece> Of(Act act)
    {
        if (act.IsSchedule)
            return Schedule;
        if (act.Operation is { } operation && Parts(operation) is { } parts)
            return [.. operation.Effects.SelectMany((effect, i) => i == 1 ? parts : [OfCurrent(act, effect.Text, effect.Do)]).Select(piece => piece with { Occasion = act.Occasion })];
        return [OfCurrent(act, "", act.Do) with { IsWhole = true, IsAbort = act.Name.EndsWith("abort", StringComparison.Ordinal) }];
    }

    private static IReadOnlyList<Piece> Schedule =>
    [
        new("run a vCPU", null, s => s.Run(s.Cpu.VcpuOf(Unknown.Word("next")))),
        new("rest", null, s => s.Rest()),
    ];

    /// <summary>The pieces of an operation's second effect, if it is not about the vCPU that runs.</summary>
    private static IReadOnlyList<Piece>? Parts(S.Operation operation)
    {
        Action<S.Step> effect = operation.Effects.Count > 1 ? operation.Effects[1].Do : _ => { };
        return operation.Name switch
        {
            Loop.Messages => [new("to one vCPU", s => s.Cpu.Current, s => s.SendInterrupt(Loop.Value, Loop.Number)) { IsOfRunning = true }],
            Loop.Deadlines =>
            [
                new("deadline of one vCPU", s => s.Cpu.VcpuOf(Loop.Rank), s => s.Expire(s.State.Vcpu(s.Cpu.VcpuOf(Loop.Rank)), Loop.Earliest)),
                new("next time slot", s => s.Cpu.Current, s => Loop.Advance(s, Loop.Earliest)),
            ],
            "mail" => [new("to one vCPU", s => s.Cpu.VcpuOf(s.Cpu.Inbox.TrailingZeros), effect) { TakesMail = true }],
            "virtual timer" or "maintenance" => [new("for the guest", s => s.Cpu.Resident, effect)],
            "device" => [new("for its vCPU", s => s.Configuration.Sink(s.Entry.Interrupt).Target, effect)],
            _ => null,
        };
    }

    private static Piece OfCurrent(Act act, string name, Action<S.Step> does) =>
        new(name, s => s.Cpu.Current, does) { Occasion = act.Occasion, IsOfRunning = act.Occasion != S.Occasion.Interrupt };
}
