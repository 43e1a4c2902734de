using Redoubt.Proof.Isa;
using Redoubt.Proof.Programs;

namespace Redoubt.Proof.Theorems;

/// <summary>A kernel with one instruction changed for the worse: the proof has to refuse it.</summary>
/// <param name="Address">Of the instruction.</param>
/// <param name="Word">What it becomes.</param>
/// <param name="Change">What that means, for people.</param>
public sealed record Mutant(ulong Address, uint Word, string Change)
{
    private const uint MoveZero = 0xaa1f_03ff, ConditionBit = 1, NonzeroBit = 1 << 24, PairOffset = 1 << 16;
    private static readonly HashSet<string> Loaders = ["resume", "context_load_world", "context_set_cptr"];

    /// <summary>
    /// Changes that break what is proved: an instruction dropped from the code that loads a vCPU and what confines it, a stack frame left by
    /// 16 bytes too many, a bounds check inverted.
    /// </summary>
    public static IEnumerable<Mutant> Of(ElfProgram program)
    {
        foreach (Symbol function in program.Functions)
        {
            for (ulong address = function.Address; address < program.EndOf(function); address += 4)
            {
                if (program.InstructionAt(address) is not { } word || Decoder.TryDecode(address, word) is not { } instruction)
                    continue;
                string place = $"{function.Name}+0x{address - function.Address:x}";
                if (Loaders.Contains(function.Name) && instruction.Opcode is Opcode.WriteSystem or Opcode.LoadPair or Opcode.Load)
                    yield return new Mutant(address, MoveZero, $"{place}: {instruction.Opcode} dropped");
                else if (instruction is { Opcode: Opcode.LoadPair, Addressing: Addressing.After, Rn: 31 })
                    yield return new Mutant(address, word + PairOffset, $"{place}: stack frame left by 16 bytes too many");
                else if (IsBoundsCheck(program, instruction))
                    yield return new Mutant(address, word ^ (instruction.Opcode == Opcode.BranchConditional ? ConditionBit : NonzeroBit), $"{place}: bounds check inverted");
            }
        }
    }

    private static bool IsBoundsCheck(ElfProgram program, Instruction instruction) =>
        instruction.Opcode is Opcode.BranchConditional or Opcode.CompareBranch
        && program.InstructionAt(instruction.Immediate) is { } word
        && Decoder.TryDecode(instruction.Immediate, word) is { Opcode: Opcode.Branch, Flag: true } call
        && program.FunctionAt(call.Immediate)?.Name.Contains("ThrowHelpers", StringComparison.Ordinal) == true;
}

/// <summary>What became of a mutant.</summary>
/// <param name="Change">What was changed.</param>
/// <param name="CaughtBy">The first finding; null if the proof did not notice.</param>
public sealed record MutantVerdict(string Change, string? CaughtBy);
