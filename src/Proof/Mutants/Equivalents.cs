namespace Redoubt.Proof.Mutants;

/// <summary>Mutants that do what the kernel does: no proof can refuse them. Each stands in docs/proof.md, too.</summary>
public static class Equivalents
{
    private const string NoCaller = "the assembly that calls it reads none of x19 to x22 afterwards: resume loads all registers, the idle loop uses x0 and x1 alone";

    private const string Store = "store dropped", Load = "load dropped", Offset = "offset changed", Swap = "registers swapped";

    /// <param name="Function">Symbol.</param>
    /// <param name="Instruction">As <see cref="Mutant.Instruction"/> has it.</param>
    /// <param name="Operators">Each of them.</param>
    /// <param name="Reason">Why.</param>
    private sealed record Known(string Function, string Instruction, string[] Operators, string Reason);

    private static readonly Known[] All =
    [
        new("trap", "StorePair d=19 n=31 a=20 immediate=24 size=8", [Store, Offset, Swap], NoCaller),
        new("trap", "Store d=21 n=31 immediate=40 size=8", [Store, Offset], NoCaller),
        new("trap", "Load d=21 n=31 immediate=40 size=8", [Load, Offset], NoCaller),
        new("trap", "LoadPair d=19 n=31 a=20 immediate=24 size=8", [Load, Offset, Swap], NoCaller),
        new("schedule", "StorePair d=19 n=31 a=20 immediate=24 size=8", [Store, Offset, Swap], NoCaller),
        new("schedule", "Store d=21 n=31 immediate=40 size=8", [Store, Offset], NoCaller),
        new("schedule", "Load d=21 n=31 immediate=40 size=8", [Load, Offset], NoCaller),
        new("schedule", "LoadPair d=19 n=31 a=20 immediate=24 size=8", [Load, Offset, Swap], NoCaller),
        new("awake", "StorePair d=19 n=31 a=20 immediate=16 size=8", [Store, Offset, Swap], NoCaller),
        new("awake", "StorePair d=21 n=31 a=22 immediate=32 size=8", [Store, Swap], NoCaller),
        new("awake", "LoadPair d=21 n=31 a=22 immediate=32 size=8", [Load, Swap], NoCaller),
        new("awake", "LoadPair d=19 n=31 a=20 immediate=16 size=8", [Load, Offset, Swap], NoCaller),
    ];

    /// <summary>Why a mutant does what the kernel does; null if that is not known.</summary>
    public static string? ReasonOf(Mutant mutant) =>
        Array.Find(All, known => (known.Function, known.Instruction) == (mutant.Function, mutant.Instruction) && known.Operators.Contains(mutant.Operator))?.Reason;
}
