using Redoubt.Proof.Execution;
using Redoubt.Proof.Programs;
using Redoubt.Proof.Theorems;

namespace Redoubt.Proof.Reporting;

/// <summary>What a solver showed of one handler, and what a second one says of it, put together.</summary>
public sealed class Agreement
{
    private readonly ElfProgram _program;
    private readonly HandlerResult _result;
    private readonly List<ObligationEntry> _obligations = [];
    private readonly List<string> _decidedByOne = [], _failures = [];

    /// <summary>Puts them together.</summary>
    /// <param name="program">The kernel.</param>
    /// <param name="result">What was shown.</param>
    /// <param name="solver">By which solver.</param>
    /// <param name="second">Which solver was asked then; null for none.</param>
    public Agreement(ElfProgram program, HandlerResult result, string solver, string? second)
    {
        (_program, _result) = (program, result);
        Dictionary<(string, ulong, string), Rechecked> rechecked = result.Rechecked.ToDictionary(one => (one.Property, one.Address, one.Goal));
        foreach (Obligation one in result.Obligations)
            Add(one, solver, second is null ? null : SecondOf(second, rechecked.GetValueOrDefault((one.Property, one.Address, one.Goal))));
    }

    /// <summary>Name of the handler.</summary>
    public string Handler => _result.Handler;

    /// <summary>All obligations.</summary>
    public IReadOnlyList<ObligationEntry> Obligations => _obligations;

    /// <summary>Obligations of which the second solver does not decide every case that the first one decided.</summary>
    public IReadOnlyList<string> DecidedByOne => _decidedByOne;

    /// <summary>What is not shown, and what the solvers don't agree on.</summary>
    public IReadOnlyList<string> Failures => _failures;

    private static SecondResult SecondOf(string second, Rechecked? one) => new(second, one?.Agreed ?? 0, one?.Open ?? 0, one?.Opposed ?? 0);

    private void Add(Obligation one, string solver, SecondResult? second)
    {
        bool isAct = Pinned.Acts.Contains(Handler);
        string by = one.Solved == 0 ? "simplification" : second is not null && second.Agreed == one.Solved ? $"{solver}+{second.Solver}" : solver;
        ObligationEntry entry = new(Handler, one.Property, isAct ? Pinned.PlaceOfActs : _program.PlaceOf(one.Address), one.Goal, one.Outcome, by, one.Simplified, one.Solved,
            Math.Round(one.Milliseconds, 2), second);
        _obligations.Add(entry);
        if (one.Outcome != Outcome.Proved)
            _failures.Add($"{Handler}: {one.Property}: {(one.Outcome == Outcome.Refuted ? "can fail" : "not decided")}: {one.Goal}, at {entry.Place}{Line()}");
        if (second is null)
            return;
        if (second.Opposed > 0)
            _failures.Add($"{entry}{Line()}: {second.Solver} says the opposite of {solver} in {second.Opposed} of {one.Solved} cases");
        if (second.Agreed + second.Open + second.Opposed != one.Solved)
            _failures.Add($"{entry}{Line()}: {second.Solver} was not asked all that {solver} was");
        else if (second.Open > 0 && one.Outcome != Outcome.Undecided)
            _decidedByOne.Add($"{entry}: {solver} ({second.Open} of {one.Solved} cases)");
        string Line() => isAct ? "" : $" ({SourceLines.Of(_program, one.Address)})";
    }
}
