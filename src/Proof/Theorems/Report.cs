using System.Text.Json.Serialization;
using Redoubt.Proof.Reporting;

namespace Redoubt.Proof.Theorems;

/// <summary>Outcome of one property of one handler.</summary>
/// <param name="Handler">The handler.</param>
/// <param name="Property">The property.</param>
/// <param name="Proved">All its obligations hold.</param>
/// <param name="Simplified">Cases of obligations that simplification decided.</param>
/// <param name="Solved">Cases that the solver decided, or that follow from what it decided.</param>
/// <param name="Milliseconds">Time of asking.</param>
public sealed record Verdict(string Handler, string Property, bool Proved, int Simplified, int Solved, double Milliseconds);

/// <summary>The worst case of one handler.</summary>
/// <param name="Handler">The handler.</param>
/// <param name="Instructions">Most instructions on any path, each exclusive access counted once.</param>
/// <param name="StackBytes">Most bytes of the stack in use.</param>
/// <param name="Milliseconds">How long the proof took, when it was done.</param>
public sealed record WorstCase(string Handler, int Instructions, ulong StackBytes, long Milliseconds);

/// <summary>A solver that took part.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Version">What it says of its version.</param>
public sealed record SolverVersion(string Name, string Version);

/// <summary>Sums over all handlers.</summary>
/// <param name="Handlers">Handlers that were looked at.</param>
/// <param name="RememberedHandlers">Of these, shown by an earlier run from the same kernel, prover and solver.</param>
/// <param name="Properties">Pairs of handler and property.</param>
/// <param name="Proved">Of these, proved.</param>
/// <param name="Obligations">What had to hold at an instruction, in one handler.</param>
/// <param name="Simplified">Cases of obligations that simplification decided.</param>
/// <param name="Solved">Cases that a solver decided, or that follow from what it decided.</param>
/// <param name="Impossible">Of these, cases that turned out to be on no path at all.</param>
/// <param name="Questions">Questions put to solvers, and answered from the cache.</param>
/// <param name="RememberedQuestions">Of these, answered from the cache.</param>
/// <param name="Steps">Instructions that were followed.</param>
/// <param name="Agreed">If there is a second solver: of the solved cases, those that it decides alike.</param>
/// <param name="Open">If there is a second solver: of the solved cases, those that it does not decide.</param>
public sealed record Totals(int Handlers, int RememberedHandlers, int Properties, int Proved, int Obligations, int Simplified, int Solved, int Impossible,
    int Questions, int RememberedQuestions, int Steps, int Agreed, int Open);

/// <summary>What a run of the proof found.</summary>
/// <param name="Kernel">SHA-256 of the kernel file.</param>
/// <param name="Solvers">The solvers.</param>
/// <param name="Seconds">How long it took.</param>
/// <param name="Totals">Sums.</param>
/// <param name="Verdicts">One for each pair of handler and property.</param>
/// <param name="Worst">One for each handler.</param>
/// <param name="Failures">What could not be shown, with the source line.</param>
/// <param name="DecidedByOne">If there is a second solver: obligations of which it does not decide every case, and which solver did.</param>
/// <param name="Obligations">All obligations.</param>
public sealed record Report(string Kernel, IReadOnlyList<SolverVersion> Solvers, double Seconds, Totals Totals, IReadOnlyList<Verdict> Verdicts,
    IReadOnlyList<WorstCase> Worst, IReadOnlyList<string> Failures, IReadOnlyList<string> DecidedByOne, IReadOnlyList<ObligationEntry> Obligations)
{
    /// <summary>What solvers said that ended over a question, although it was asked once more.</summary>
    public IReadOnlyList<string> Complaints { get; init; } = [];

    /// <summary>States from which a handler does what it must not do.</summary>
    [JsonIgnore]
    public IReadOnlyList<Counterexample> Counterexamples { get; init; } = [];

    /// <summary>States and inputs with which an act of the specification does what it must not do.</summary>
    [JsonIgnore]
    public IReadOnlyList<Instance> Instances { get; init; } = [];

    /// <summary>What is known of each word of the kernel's code; null if not all handlers were looked at.</summary>
    public Coverage? Code { get; init; }

    /// <summary>Every pair that has to be there is proved, and nothing else is wrong.</summary>
    public bool IsProved => Failures.Count == 0 && Verdicts.All(verdict => verdict.Proved);

    /// <summary>How many instructions handlers reach; how many words of code there are is told by <see cref="Code"/>.</summary>
    public int InstructionsReached => Reached.Count;

    /// <summary>Addresses of the instructions that handlers reach.</summary>
    [JsonIgnore]
    public IReadOnlySet<ulong> Reached { get; init; } = new HashSet<ulong>();

    /// <summary>The same with what is known of the kernel's code; words of which nothing is shown are failures.</summary>
    /// <param name="code">What is known.</param>
    /// <param name="refusals">Why boot is not as it must be.</param>
    public Report With(Coverage code, IEnumerable<string> refusals) =>
        this with { Code = code, Failures = [.. Failures, .. refusals, .. code.Open.Select(word => $"nothing is shown of the word of code at {word}")] };
}
