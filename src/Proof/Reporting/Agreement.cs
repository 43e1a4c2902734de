using Redoubt.Proof.Execution;
using Redoubt.Proof.Programs;
using Redoubt.Proof.Theorems;

namespace Redoubt.Proof.Reporting;

/// <summary>What several solvers showed of one handler, each on its own, put together.</summary>
public sealed class Agreement
{
    private readonly ElfProgram _program;
    private readonly List<ObligationEntry> _obligations = [];
    private readonly List<string> _decidedByOne = [], _failures = [];

    /// <summary>Puts results of one handler together.</summary>
    /// <param name="program">The kernel.</param>
    /// <param name="results">What each solver showed.</param>
    public Agreement(ElfProgram program, IReadOnlyList<(string Solver, HandlerResult Result)> results)
    {
        _program = program;
        Handler = results[0].Result.Handler;
        ILookup<(string, ulong, string), (string Solver, Obligation Obligation)> all = results
            .SelectMany(part => part.Result.Obligations.Select(obligation => (part.Solver, Obligation: obligation)))
            .ToLookup(part => (part.Obligation.Property, part.Obligation.Address, part.Obligation.Goal));
        foreach (IGrouping<(string, ulong, string), (string Solver, Obligation Obligation)> same in all)
        {
            Add([.. same], results.Count);
        }
    }

    /// <summary>Name of the handler.</summary>
    public string Handler { get; }

    /// <summary>All obligations.</summary>
    public IReadOnlyList<ObligationEntry> Obligations => _obligations;

    /// <summary>Obligations that only one of the solvers could decide.</summary>
    public IReadOnlyList<string> DecidedByOne => _decidedByOne;

    /// <summary>What is not shown, and what the solvers don't agree on.</summary>
    public IReadOnlyList<string> Failures => _failures;

    private void Add((string Solver, Obligation Obligation)[] parts, int solvers)
    {
        Obligation any = parts[0].Obligation;
        string[] proving = Of(Outcome.Proved), refuting = Of(Outcome.Refuted), deciding = [.. proving, .. refuting];
        Outcome outcome = refuting.Length > 0 ? Outcome.Refuted : proving.Length > 0 ? Outcome.Proved : Outcome.Undecided;
        bool isAct = Pinned.Acts.Contains(Handler);
        ObligationEntry entry = new(Handler, any.Property, isAct ? Pinned.PlaceOfActs : _program.PlaceOf(any.Address), any.Goal, outcome, any.Solved == 0 ? "simplification" : string.Join('+', deciding),
            any.Simplified, any.Solved, Math.Round(parts.Sum(part => part.Obligation.Milliseconds), 2));
        _obligations.Add(entry);
        if (outcome != Outcome.Proved)
            _failures.Add($"{Handler}: {any.Property}: {(outcome == Outcome.Refuted ? "can fail" : "not decided")}: {any.Goal}, at {entry.Place}{(isAct ? "" : $" ({SourceLines.Of(_program, any.Address)})")}");
        if (proving.Length > 0 && refuting.Length > 0)
            _failures.Add($"{entry}: {string.Join(", ", proving)} proves what {string.Join(", ", refuting)} refutes");
        else if (parts.Length < solvers || parts.Any(part => (part.Obligation.Simplified, part.Obligation.Solved) != (any.Simplified, any.Solved)))
            _failures.Add($"{entry}: the solvers were not asked the same");
        else if (deciding.Length == 1 && solvers > 1)
            _decidedByOne.Add($"{entry}: {deciding[0]}");
        string[] Of(Outcome wanted) => [.. parts.Where(part => part.Obligation.Outcome == wanted).Select(part => part.Solver)];
    }
}
