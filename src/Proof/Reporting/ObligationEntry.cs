using Redoubt.Proof.Execution;

namespace Redoubt.Proof.Reporting;

/// <summary>An obligation of a handler as it is reported.</summary>
/// <param name="Handler">The handler.</param>
/// <param name="Property">The property.</param>
/// <param name="Place">Function and offset of the instruction.</param>
/// <param name="Goal">What has to hold.</param>
/// <param name="Result">What came of it.</param>
/// <param name="Solver">What decided it: a solver, both with a plus between, or simplification.</param>
/// <param name="Simplified">Cases that simplification decided.</param>
/// <param name="Solved">Cases that the solver decided, or that follow from what it decided.</param>
/// <param name="Milliseconds">Time of asking, of all solvers.</param>
public sealed record ObligationEntry(string Handler, string Property, string Place, string Goal, Outcome Result, string Solver, int Simplified, int Solved, double Milliseconds)
{
    /// <summary>Its name, for people.</summary>
    public override string ToString() => $"{Handler}: {Property}: {Goal}, at {Place}";
}
