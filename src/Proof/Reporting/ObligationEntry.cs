using Redoubt.Proof.Execution;

namespace Redoubt.Proof.Reporting;

/// <summary>An obligation of a handler as it is reported.</summary>
/// <param name="Handler">The handler.</param>
/// <param name="Property">The property.</param>
/// <param name="Place">Function and offset of the instruction.</param>
/// <param name="Goal">What has to hold.</param>
/// <param name="Result">What came of it.</param>
/// <param name="Solver">What decided it: a solver, both with a plus between if the second one decides every case alike, or simplification.</param>
/// <param name="Simplified">Cases that simplification decided.</param>
/// <param name="Solved">Cases that the solver decided, or that follow from what it decided.</param>
/// <param name="Milliseconds">Time of asking.</param>
/// <param name="Second">What a second solver says of the cases that the first one decided; null if none was asked.</param>
public sealed record ObligationEntry(string Handler, string Property, string Place, string Goal, Outcome Result, string Solver, int Simplified, int Solved, double Milliseconds,
    SecondResult? Second = null)
{
    /// <summary>Its name, for people.</summary>
    public override string ToString() => $"{Handler}: {Property}: {Goal}, at {Place}";
}

/// <summary>What a second solver says of the cases of an obligation.</summary>
/// <param name="Solver">The solver.</param>
/// <param name="Agreed">Cases that it decides alike.</param>
/// <param name="Open">Cases that it does not decide, or the first one did not.</param>
/// <param name="Opposed">Cases of which it says the opposite.</param>
public sealed record SecondResult(string Solver, int Agreed, int Open, int Opposed);
