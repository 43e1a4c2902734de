using Redoubt.Proof.Execution;

namespace Redoubt.Proof.Theorems;

/// <summary>Outcome of one property of one handler.</summary>
/// <param name="Handler">The handler.</param>
/// <param name="Property">The property.</param>
/// <param name="Proved">All its obligations hold.</param>
/// <param name="Simplified">Obligations that simplification decided.</param>
/// <param name="Solved">Obligations that the solver decided, or that follow from what it decided.</param>
public sealed record Verdict(string Handler, string Property, bool Proved, int Simplified, int Solved);

/// <summary>The worst case of one handler.</summary>
/// <param name="Handler">The handler.</param>
/// <param name="Instructions">Most instructions on any path, each exclusive access counted once.</param>
/// <param name="StackBytes">Most bytes of the stack in use.</param>
/// <param name="Milliseconds">How long the proof took.</param>
public sealed record WorstCase(string Handler, int Instructions, ulong StackBytes, long Milliseconds);

/// <summary>What a run of the proof found.</summary>
/// <param name="Kernel">SHA-256 of the kernel file.</param>
/// <param name="Solver">Name of the solver.</param>
/// <param name="Verdicts">One for each pair of handler and property.</param>
/// <param name="Worst">One for each handler.</param>
/// <param name="Failures">What could not be shown, with the source line.</param>
/// <param name="Reached">Instructions that a handler reaches.</param>
/// <param name="Steps">Instructions that were followed.</param>
/// <param name="Questions">Questions put to the solver, and answered from the cache.</param>
/// <param name="Remembered">Of these, answered from the cache.</param>
/// <param name="Seconds">How long it took.</param>
public sealed record Report(string Kernel, string Solver, IReadOnlyList<Verdict> Verdicts, IReadOnlyList<WorstCase> Worst, IReadOnlyList<string> Failures,
    int Reached, int Steps, int Questions, int Remembered, double Seconds)
{
    /// <summary>Every pair that has to be there is proved.</summary>
    public bool IsProved => Failures.Count == 0 && Verdicts.All(verdict => verdict.Proved);
}
