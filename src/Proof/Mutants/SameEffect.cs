using Redoubt.Proof.Execution;
using Redoubt.Proof.Isa;
using Redoubt.Proof.Terms;

namespace Redoubt.Proof.Mutants;

/// <summary>
/// Whether a changed instruction does what the one in its place did, in every state in which a handler gets there: then the mutant is no change, and that is proved.
/// </summary>
/// <param name="mutant">The change.</param>
public sealed class SameEffect(Mutant mutant)
{
    private const string Property = "same effect";

    private readonly Instruction _changed = Decoder.TryDecode(mutant.Address, mutant.Word) ?? throw new ArgumentException("a mutant is an instruction that is known", nameof(mutant));

    /// <summary>Whether the instruction was met at all.</summary>
    public bool IsMet { get; private set; }

    /// <summary>What an instruction does is seen in registers, flags and memory, and in where it goes on. Of others there may be more than the state tells.</summary>
    /// <param name="was">The instruction in its place.</param>
    public bool IsSeen(Instruction was) => IsPlain(was.Opcode) && IsPlain(_changed.Opcode);

    /// <summary>The two leave the same state, and go on at the same place.</summary>
    /// <param name="state">The state before.</param>
    /// <param name="was">The instruction in its place.</param>
    public void Require(SymbolicState state, Instruction was)
    {
        if (state.Address != mutant.Address)
            return;
        IsMet = true;
        SymbolicState before = state.Clone(), after = state.Clone();
        Term next = Next(before, was), changed = Next(after, _changed);
        Same(next, changed, "the next address");
        for (int register = 0; register < 32; register++)
        {
            Same(before[register], after[register], $"x{register}");
        }

        Same(before.Flags.Negative, after.Flags.Negative, "N");
        Same(before.Flags.Zero, after.Flags.Zero, "Z");
        Same(before.Flags.Carry, after.Flags.Carry, "C");
        Same(before.Flags.Overflow, after.Flags.Overflow, "V");
        // A device keeps to itself what it is told.
        if (IsStore(was) && before.Touched.All(field => before.Cells(field) == state.Cells(field)))
            state.Fail("what is stored is stored in memory");
        Term outer = Term.Variable("any.outer"), inner = Term.Variable("any.inner");
        foreach (Field field in before.Touched.Union(after.Touched))
        {
            if (before.Cells(field) != after.Cells(field))
                Same(before.Cells(field)[outer, inner], after.Cells(field)[outer, inner], field.Name);
        }

        void Same(Term a, Term b, string what)
        {
            if (a != b)
                state.Require(Property, a.IsTruth ? Term.Choose(a, b, Term.Not(b)) : Term.Equal(a, b), $"{what} is the same");
        }
    }

    /// <summary>Carries out an instruction; where the code goes on.</summary>
    private static Term Next(SymbolicState state, Instruction instruction)
    {
        Term following = Term.Constant(state.Address + 4);
        Flow<Term> flow = Interpreter<Term>.Execute(instruction, state);
        return flow.Kind switch
        {
            FlowKind.Jump => Term.Constant(flow.Target),
            FlowKind.Fork => Term.Choose(flow.Condition!, Term.Constant(flow.Target), following),
            _ => following,
        };
    }

    private static bool IsStore(Instruction instruction) => instruction.Opcode is Opcode.Store or Opcode.StorePair;

    private static bool IsPlain(Opcode opcode) => opcode is Opcode.Adr or Opcode.AddSub or Opcode.Logical or Opcode.MoveWide or Opcode.Bitfield or Opcode.Extract
        or Opcode.ConditionalSelect or Opcode.ConditionalCompare or Opcode.VariableShift or Opcode.OneSource or Opcode.MultiplyAdd or Opcode.MultiplyHigh
        or Opcode.Load or Opcode.LoadPair or Opcode.Store or Opcode.StorePair or Opcode.BranchConditional or Opcode.CompareBranch or Opcode.TestBranch;
}
