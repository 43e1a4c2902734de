using Redoubt.Proof.Terms;

namespace Redoubt.Proof.Execution;

/// <summary>What came of an obligation.</summary>
public enum Outcome
{
    /// <summary>It holds in every case.</summary>
    Proved,

    /// <summary>It does not.</summary>
    Refuted,

    /// <summary>In some case the solver gave up, and none is refuted.</summary>
    Undecided,
}

/// <summary>What has to hold whenever a handler is at an instruction: each path that leads there is a case of it.</summary>
/// <param name="Property">The property that it belongs to.</param>
/// <param name="Address">Of the instruction.</param>
/// <param name="Goal">What has to hold, for people.</param>
/// <param name="Outcome">What came of it.</param>
/// <param name="Simplified">Cases that simplification decided.</param>
/// <param name="Solved">Cases that the solver decided, or that follow from one that it decided.</param>
/// <param name="Impossible">Of these, cases that the solver showed to be on no path at all: it did not need the goal.</param>
/// <param name="Milliseconds">Time of asking.</param>
public sealed record Obligation(string Property, ulong Address, string Goal, Outcome Outcome, int Simplified, int Solved, int Impossible, double Milliseconds);

/// <summary>How a case of an obligation was decided.</summary>
/// <param name="Property">The property.</param>
/// <param name="Address">Of the instruction.</param>
/// <param name="Goal">What has to hold, for people.</param>
/// <param name="Question">The question whose answer decides it; null if simplification did.</param>
/// <param name="Answer">The answer.</param>
/// <param name="IsPossible">The answer wanted is that the truths can hold together, not that they can't.</param>
public readonly record struct Case(string Property, ulong Address, string Goal, string? Question, Answer Answer = Answer.Unsatisfiable, bool IsPossible = false)
{
    /// <summary>
    /// Writes the question with all that is known in this case, and exactly. If <see cref="Question"/> can't be so, neither can this; if it can, that means
    /// nothing as long as this can't. Null if the two are the same.
    /// </summary>
    public Func<string>? Whole { get; init; }
}
