namespace Redoubt.Proof.Mutants;

/// <summary>Mutants that do what the kernel does: no proof can refuse them. Each stands in docs/proof.md, too.</summary>
public static class Equivalents
{
    /// <param name="Function">Symbol.</param>
    /// <param name="Instruction">As <see cref="Mutant.Instruction"/> has it.</param>
    /// <param name="Operators">Each of them.</param>
    /// <param name="Reason">Why.</param>
    private sealed record Known(string Function, string Instruction, string[] Operators, string Reason);

    private static readonly Known[] All =
    [
    ];

    /// <summary>Why a mutant does what the kernel does; null if that is not known.</summary>
    public static string? ReasonOf(Mutant mutant) =>
        Array.Find(All, known => (known.Function, known.Instruction) == (mutant.Function, mutant.Instruction) && known.Operators.Contains(mutant.Operator))?.Reason;
}
