namespace Redoubt.Proof.Mutants;

/// <summary>A change of an instruction that changes nothing of what the kernel does.</summary>
/// <param name="Function">Symbol.</param>
/// <param name="Instruction">As <see cref="Mutant.Instruction"/> has it.</param>
/// <param name="Operator">What is done to it.</param>
/// <param name="Reason">Why.</param>
public sealed record Equivalent(string Function, string Instruction, string Operator, string Reason);

/// <summary>Mutants that do what the kernel does: no proof can refuse them. Each stands in docs/proof.md, too.</summary>
public static class Equivalents
{
    /// <summary>Why a mutant that <see cref="Mutants.SameEffect"/> is proved of does what the kernel does.</summary>
    public const string SameEffect = "it does the same in every state in which a handler gets there, as is proved";

    /// <summary>All that are known; of those that the form of the instruction does not settle, nor the proof that it does the same.</summary>
    public static IReadOnlyList<Equivalent> All { get; } =
    [
        new("vectors", "MoveWide d=1 immediate=2", Operators.ImmediateChanged, "Traps of a kind that is neither 0 nor 1 are all taken for SErrors"),
        new("Kernel_Redoubt_Kernel_Events__WakeByFault", "Load n=19 immediate=296 size=8", "load dropped",
            "A monitor that waits in a call has no events, which is part of the invariant: 0 is loaded"),
        new("Kernel_Redoubt_Kernel_Mail__Deliver", "Bitfield d=3 n=3 top=15", Operators.ImmediateChanged, "What is taken is the distance of a shift, of which the six lowest bits count"),
        new("Kernel_Redoubt_Kernel_Mail__Leave", "CompareBranch d=20 immediate=20", Operators.BranchDropped, "If there is no interrupt to leave, no bit is added to the word"),
        new("Kernel_Redoubt_Kernel_Mail__Take", "Logical n=21 immediate=127", Operators.ImmediateChanged,
            "What is masked is a CPU's number, below 8, before a rank of four bits: it has no bit above the mask"),
        new("Kernel_Redoubt_Kernel_Trap__Awake", "Logical n=21 immediate=127", Operators.ImmediateChanged, "What is masked is the resident vCPU, which is one of this CPU by the invariant: it has no bit above the mask"),
        new("Kernel_Redoubt_Kernel_VcpuCalls__SetPriority", "Bitfield d=4 n=4 amount=61 top=31", Operators.ImmediateChanged,
            "The register was written as one of 32 bits, and is below 64: the bit that is taken too is 0"),
        new("Kernel_Redoubt_Kernel_VirtualInterrupts__Read", "AddSub d=31 n=20 immediate=2 (2)", Operators.ImmediateChanged,
            "Two instructions before, the whole register was found to be no more than 2: it is not 3 either, and nothing else asks for these flags"),
    ];

    /// <summary>Why a mutant does what the kernel does; null if that is not known.</summary>
    public static string? ReasonOf(Mutant mutant) =>
        All.FirstOrDefault(known => (known.Function, known.Instruction, known.Operator) == (mutant.Function, mutant.Instruction, mutant.Operator))?.Reason;
}
