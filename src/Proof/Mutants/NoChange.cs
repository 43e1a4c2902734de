using Redoubt.Proof.Isa;
using Redoubt.Proof.Programs;

namespace Redoubt.Proof.Mutants;

/// <summary>Mutants that do what the kernel does, as the form of the code tells: they are not tried.</summary>
internal static class NoChange
{
    private const int FramePointer = 29, StackPointer = 31, Discarded = 31, NotEqual = 1;

    /// <summary>Whether a mutant is none.</summary>
    /// <param name="program">The kernel as it is.</param>
    /// <param name="function">The function that the instruction stands in.</param>
    /// <param name="address">Of the instruction.</param>
    /// <param name="instruction">As it was.</param>
    /// <param name="name">The operator.</param>
    public static bool Is(ElfProgram program, Symbol function, ulong address, Instruction instruction, string name) => name switch
    {
        // That a bounds-check helper is never reached is part of safety: its call and the branch to it are never taken.
        Operators.BranchDropped => IsBranch(instruction) && IsHelperCall(program, instruction.Immediate),
        Operators.CallDropped => IsHelperCall(program, address),
        // Equal is symmetric.
        Operators.RegistersSwapped => instruction is { Opcode: Opcode.AddSub, Rd: Discarded, Amount: 0 }
            && At(program, address + 4) is { Opcode: Opcode.BranchConditional or Opcode.ConditionalSelect, Condition: <= NotEqual } asked
            && !UsesFlags(program, address + 8) && !(IsBranch(asked) && UsesFlags(program, asked.Immediate)),
        // The frame pointer is kept for people who look at a stack. What a caller had in it is loaded again at the end (AAPCS64, 6.1.1).
        Operators.ImmediateChanged => instruction is { Opcode: Opcode.AddSub, Rd: FramePointer, Rn: StackPointer } && !UsesFramePointer(program, function),
        // Loaded into nothing, to fault if the address is null: another cell of the same structure does as well, and what is accessed is mapped (safety).
        Operators.OffsetChanged => instruction is { Opcode: Opcode.Load, Rd: Discarded },
        _ => false,
    };

    private static bool IsBranch(Instruction instruction) => instruction.Opcode is Opcode.BranchConditional or Opcode.CompareBranch or Opcode.TestBranch;

    private static bool UsesFlags(ElfProgram program, ulong address) =>
        At(program, address) is { Opcode: Opcode.BranchConditional or Opcode.ConditionalSelect or Opcode.ConditionalCompare };

    private static bool IsHelperCall(ElfProgram program, ulong address) =>
        At(program, address) is { Opcode: Opcode.Branch, Flag: true } call && program.FunctionAt(call.Immediate)?.Name.Contains("ThrowHelpers", StringComparison.Ordinal) == true;

    private static bool UsesFramePointer(ElfProgram program, Symbol function)
    {
        for (ulong address = function.Address; address < program.EndOf(function); address += 4)
        {
            if (At(program, address) is { } instruction && Reads(instruction))
                return true;
        }

        return false;
    }

    private static bool Reads(Instruction instruction) =>
        instruction.Rn == FramePointer || instruction.Rm == FramePointer || instruction.Ra == FramePointer
        || (instruction.Opcode is Opcode.Store or Opcode.StorePair && instruction.Rd == FramePointer && instruction.Rn != StackPointer);

    private static Instruction? At(ElfProgram program, ulong address) => program.InstructionAt(address) is { } word ? Decoder.TryDecode(address, word) : null;
}
