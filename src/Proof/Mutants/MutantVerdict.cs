namespace Redoubt.Proof.Mutants;

/// <summary>How a mutant was noticed: the first thing that could not be shown of it.</summary>
/// <param name="Handler">The handler.</param>
/// <param name="Property">The property.</param>
/// <param name="Goal">What should hold.</param>
/// <param name="Place">Where, by function and offset.</param>
/// <param name="Line">Where, by source file and line; empty if the program doesn't tell.</param>
/// <param name="Decided">The solver knows that it can fail; otherwise it gave up, which is no proof either.</param>
public sealed record Refusal(string Handler, string Property, string Goal, string Place, string Line, bool Decided)
{
    public override string ToString() => $"{Handler}: {Property}: {(Decided ? "can fail" : "not decided")}: {Goal}, at {Place} ({Line})";
}

/// <summary>What became of a mutant.</summary>
/// <param name="Mutant">What was changed.</param>
/// <param name="Line">Source file and line of the instruction.</param>
/// <param name="CaughtBy">How the proof noticed; null if it did not.</param>
/// <param name="Equivalent">Why this kernel does what the unbroken one does; null if it does not, as far as anybody knows.</param>
/// <param name="Milliseconds">How long it took.</param>
public sealed record MutantVerdict(Mutant Mutant, string Line, Refusal? CaughtBy, string? Equivalent, long Milliseconds)
{
    /// <summary>The proof did not notice, and should have.</summary>
    public bool Survives => CaughtBy is null && Equivalent is null;

    /// <summary>It was taken for equivalent, and the solver knows that it is not.</summary>
    public bool IsMistaken => CaughtBy is { Decided: true } && Equivalent is not null;

    public override string ToString() =>
        $"{Mutant} ({Line}): {(IsMistaken ? "TAKEN FOR EQUIVALENT: " : "")}{CaughtBy?.ToString() ?? (Equivalent is null ? "NOT CAUGHT" : $"equivalent: {Equivalent}")}";
}

/// <summary>What became of many.</summary>
/// <param name="Kernel">SHA-256 of the kernel's file as it is.</param>
/// <param name="Unproved">Handlers that are not proved of the kernel as it is: they can't tell a mutant from it and took no part.</param>
/// <param name="Mutants">One entry for each.</param>
public sealed record MutantReport(string Kernel, IReadOnlyList<string> Unproved, IReadOnlyList<MutantVerdict> Mutants);
