using Redoubt.Proof.Isa;
using Redoubt.Proof.Programs;

namespace Redoubt.Proof.Mutants;

/// <summary>A kernel with one instruction changed.</summary>
/// <param name="Operator">What was done to it, by one of <see cref="Operators"/>.</param>
/// <param name="Function">Symbol of the function that it stands in.</param>
/// <param name="Instruction">The instruction as it was, in words that don't depend on where it stands.</param>
/// <param name="Place">Function and offset.</param>
/// <param name="Address">Of the instruction.</param>
/// <param name="Word">What it becomes.</param>
public sealed record Mutant(string Operator, string Function, string Instruction, string Place, ulong Address, uint Word)
{
    /// <summary>All mutants of the instructions at some addresses, in their order.</summary>
    /// <param name="program">The kernel as it is.</param>
    /// <param name="addresses">Which instructions.</param>
    public static IEnumerable<Mutant> Of(ElfProgram program, IEnumerable<ulong> addresses)
    {
        HashSet<ulong> wanted = [.. addresses];
        foreach (Symbol function in program.Functions.DistinctBy(function => function.Address))
        {
            Dictionary<string, int> seen = [];
            for (ulong address = function.Address; address < program.EndOf(function); address += 4)
            {
                if (program.InstructionAt(address) is not { } word || Decoder.TryDecode(address, word) is not { } instruction)
                    continue;
                string text = Describe(instruction, address);
                int number = seen[text] = seen.GetValueOrDefault(text) + 1;
                if (!wanted.Contains(address))
                    continue;
                foreach ((string name, uint changed) in Operators.Apply(address, word, instruction).Where(changed => !NoChange.Is(program, function, address, instruction, changed.Name)))
                    yield return new Mutant(name, function.Name, number > 1 ? $"{text} ({number})" : text, program.PlaceOf(address), address, changed);
            }
        }
    }

    public override string ToString() => $"{Place}: {Operator}: {Instruction}";

    /// <summary>Class and operands. Branch targets are relative; the address that ADR makes is left out.</summary>
    private static string Describe(Instruction instruction, ulong address)
    {
        long immediate = instruction.Opcode switch
        {
            Opcode.Adr => 0,
            Opcode.Branch or Opcode.BranchConditional or Opcode.CompareBranch or Opcode.TestBranch => instruction.Flag && instruction.Opcode == Opcode.Branch ? 0 : (long)(instruction.Immediate - address),
            Opcode.Load when instruction.Addressing == Addressing.Literal => 0,
            _ => (long)instruction.Immediate,
        };
        (string Name, long Value)[] operands =
        [
            ("d", instruction.Rd), ("n", instruction.Rn), ("m", instruction.Rm), ("a", instruction.Ra), ("immediate", immediate), ("amount", instruction.Amount),
            ("top", instruction.Top), ("condition", instruction.Condition), ("size", instruction.Size), ("system", instruction.System),
        ];
        return string.Join(' ', [$"{instruction.Opcode}", .. operands.Where(operand => operand.Value != 0).Select(operand => $"{operand.Name}={operand.Value}")]);
    }
}
