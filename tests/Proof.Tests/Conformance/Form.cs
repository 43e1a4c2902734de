using Redoubt.Proof.Isa;
using Redoubt.Proof.Programs;

namespace Redoubt.Proof.Tests.Conformance;

/// <summary>
/// Forms of instructions: what is left of one when registers, immediates and conditions no longer count. Instructions of one form take
/// the same way through the interpreter.
/// </summary>
internal static class Form
{
    /// <summary>The form of an instruction, as an instruction.</summary>
    public static Instruction Of(Instruction instruction) => instruction with
    {
        Rd = 0,
        Rn = 0,
        Rm = 0,
        Ra = 0,
        Immediate = 0,
        Condition = 0,
        Amount = instruction.Opcode != Opcode.TestBranch && instruction.Amount != 0 ? 1 : 0,
        Top = instruction.Opcode switch
        {
            Opcode.Bitfield => instruction.Top < instruction.Amount ? 1 : 0,
            Opcode.Barrier => instruction.Top,
            _ => 0,
        },
    };

    /// <summary>
    /// The forms of all words of a program that are instructions. Literals and padding among the code are no matter: those that happen to
    /// be instructions only add to the forms that have to be compared.
    /// </summary>
    public static IEnumerable<Instruction> In(ElfProgram program) =>
        (from segment in program.Segments
         where segment.Executable
         from offset in Enumerable.Range(0, segment.Content.Length / 4)
         let address = segment.Address + ((ulong)offset * 4)
         let instruction = Decoder.TryDecode(address, program.InstructionAt(address)!.Value)
         where instruction is not null
         select Of(instruction.Value)).Distinct();
}
