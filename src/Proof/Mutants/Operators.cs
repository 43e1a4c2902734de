using Redoubt.Proof.Execution;
using Redoubt.Proof.Isa;

namespace Redoubt.Proof.Mutants;

/// <summary>Ways to break an instruction. What comes out is an instruction of a known class again: that a word is unknown is no test of a proof.</summary>
public static class Operators
{
    /// <summary>Operators that make nothing of some instructions, see <see cref="NoChange"/>.</summary>
    public const string BranchDropped = "branch dropped", CallDropped = "call dropped", ImmediateChanged = "immediate changed", OffsetChanged = "offset changed", RegistersSwapped = "registers swapped";

    // MOV Xd, XZR is ORR Xd, XZR, XZR (Arm ARM C6.2.247); with XZR as destination it does nothing.
    private const uint MoveZero = 0xaa1f_03e0, Nothing = MoveZero | Zero;
    private const uint AddImmediate = 0x9100_0000, SubtractImmediate = 0xd100_0000;
    private const int Zero = 31, Cell = 8, Always = 14;

    // First bits of fields (Arm ARM C4.1).
    private const int Rd = 0, Rn = 5, Pair = 10, Rm = 16, Low = 10, PairOffset = 15, Unscaled = 12, Wide = 5, Tested = 19, PageLow = 29, Condition = 12, Sense = 24;

    private static readonly (string Name, Func<uint, Instruction, uint?> Change)[] All =
    [
        ("condition inverted", InvertCondition), (BranchDropped, DropBranch), ("store dropped", DropStore), ("load dropped", DropLoad), (CallDropped, DropCall), ("barrier dropped", DropBarrier),
        ("TLBI dropped", DropTlbi), ("IC dropped", DropIc), ("MSR dropped", DropMsr), ("MSR of zero", ZeroMsr), ("MRS of zero", ZeroMrs),
        (ImmediateChanged, ChangeImmediate), (OffsetChanged, ChangeOffset), (RegistersSwapped, SwapRegisters),
    ];

    /// <summary>Names of all.</summary>
    public static IEnumerable<string> Names => All.Select(one => one.Name);

    /// <summary>What an instruction can become.</summary>
    /// <param name="address">Where it stands.</param>
    /// <param name="word">Its word.</param>
    /// <param name="instruction">The same, decoded.</param>
    public static IEnumerable<(string Name, uint Word)> Apply(ulong address, uint word, Instruction instruction)
    {
        foreach ((string name, Func<uint, Instruction, uint?> change) in All)
        {
            if (change(word, instruction) is { } changed && changed != word && Decoder.TryDecode(address, changed) is not null)
                yield return (name, changed);
        }
    }

    private static uint? InvertCondition(uint word, Instruction i) => i.Opcode switch
    {
        Opcode.BranchConditional when i.Condition < Always => word ^ 1,
        Opcode.CompareBranch or Opcode.TestBranch => word ^ (1u << Sense),
        Opcode.ConditionalCompare when i.Condition < Always => word ^ (1u << Condition),
        Opcode.ConditionalSelect when i.Condition < Always && (i.Rn != i.Rm || i.Variant != 0) => word ^ (1u << Condition),
        _ => null,
    };

    private static uint? DropBranch(uint word, Instruction i) => i.Opcode is Opcode.BranchConditional or Opcode.CompareBranch or Opcode.TestBranch ? Nothing : null;

    /// <summary>A base that is written back still is; an exclusive store says that it succeeded.</summary>
    private static uint? DropStore(uint word, Instruction i) => i.Opcode switch
    {
        Opcode.Store or Opcode.StorePair or Opcode.StoreVectorPair or Opcode.StoreRelease => WriteBack(i) ?? Nothing,
        Opcode.StoreExclusive => MoveZero | (uint)i.Rm,
        _ => null,
    };

    /// <summary>Zero is loaded; of a pair the second register, and both if the base is written back, stay what they were.</summary>
    private static uint? DropLoad(uint word, Instruction i) => i.Opcode switch
    {
        Opcode.Load or Opcode.LoadPair or Opcode.LoadAcquire when i.Rd != Zero => WriteBack(i) ?? MoveZero | (uint)i.Rd,
        Opcode.LoadVectorPair => Nothing,
        _ => null,
    };

    private static uint? DropCall(uint word, Instruction i) => i is { Opcode: Opcode.Branch, Flag: true } or { Opcode: Opcode.SecureCall } ? Nothing : null;

    private static uint? DropBarrier(uint word, Instruction i) => i.Opcode == Opcode.Barrier ? Nothing : null;

    private static uint? DropTlbi(uint word, Instruction i) =>
        i.Opcode == Opcode.Maintain && (i.System == SystemRegisters.TlbiAlle1Is || i.System == SystemRegisters.TlbiVmalle1) ? Nothing : null;

    private static uint? DropIc(uint word, Instruction i) => i.Opcode == Opcode.Maintain && i.System == SystemRegisters.IcIalluIs ? Nothing : null;

    private static uint? DropMsr(uint word, Instruction i) => i.Opcode is Opcode.WriteSystem or Opcode.MaskInterrupts or Opcode.SelectStack ? Nothing : null;

    private static uint? ZeroMsr(uint word, Instruction i) => i.Opcode == Opcode.WriteSystem ? word | Zero : null;

    private static uint? ZeroMrs(uint word, Instruction i) => i.Opcode == Opcode.ReadSystem && i.Rd != Zero ? MoveZero | (uint)i.Rd : null;

    /// <summary>By its lowest bit; a mask or a bit field gets one bit more, or where it can't, one less.</summary>
    private static uint? ChangeImmediate(uint word, Instruction i) => i.Opcode switch
    {
        Opcode.MoveWide => word ^ (1u << Wide),
        Opcode.Adr => word ^ (1u << PageLow),
        Opcode.TestBranch => word ^ (1u << Tested),
        Opcode.ConditionalCompare when i.Operand == Operand.Immediate => word ^ (1u << Rm),
        Opcode.AddSub when i.Operand == Operand.Immediate => word ^ (1u << Low),
        Opcode.AddSub or Opcode.Logical when i.Operand != Operand.Immediate && i.Amount > 0 => word ^ (1u << Low),
        Opcode.Logical when i.Operand == Operand.Immediate => Widened(word),
        // A shift to the right ends at the highest bit: its count changes.
        Opcode.Bitfield => i.Top == (i.Wide ? 63 : 31) ? word ^ (1u << Rm) : Widened(word),
        _ => null,
    };

    /// <summary>By a cell of memory.</summary>
    private static uint? ChangeOffset(uint word, Instruction i) => i.Opcode switch
    {
        Opcode.LoadPair or Opcode.StorePair or Opcode.LoadVectorPair or Opcode.StoreVectorPair => word ^ ((uint)Math.Max(Cell / i.Size, 1) << PairOffset),
        Opcode.Load or Opcode.Store when word.Field(29, 27) == 7 && word.Is(24) => word ^ ((uint)(Cell / i.Size) << Low),
        Opcode.Load or Opcode.Store when word.Field(29, 27) == 7 && !word.Is(21) => word ^ ((uint)Cell << Unscaled),
        _ => null,
    };

    /// <summary>Operands that are not interchangeable.</summary>
    private static uint? SwapRegisters(uint word, Instruction i) => i.Opcode switch
    {
        Opcode.StorePair or Opcode.LoadPair or Opcode.StoreVectorPair or Opcode.LoadVectorPair => Swapped(word, Rd, Pair),
        Opcode.AddSub when i.Operand is > Operand.Immediate and < Operand.ExtendUnsigned8 && (i.Flag || i.Amount > 0) => Swapped(word, Rn, Rm),
        Opcode.Logical when i.Operand != Operand.Immediate && (i.Flag || i.Amount > 0) => Swapped(word, Rn, Rm),
        Opcode.ConditionalSelect or Opcode.VariableShift or Opcode.Extract => Swapped(word, Rn, Rm),
        _ => null,
    };

    /// <summary>What is left of an access that changes its base, if it does.</summary>
    private static uint? WriteBack(Instruction i)
    {
        if (i.Addressing is not (Addressing.Before or Addressing.After))
            return null;
        long change = (long)i.Immediate;
        return (change < 0 ? SubtractImmediate : AddImmediate) | ((uint)Math.Abs(change) << Low) | ((uint)i.Rn << Rn) | (uint)i.Rn;
    }

    private static uint? Widened(uint word)
    {
        const uint One = 1u << Low;
        return word.Field(15, 10) != 63 && Decoder.TryDecode(0, word + One) is not null ? word + One : word.Field(15, 10) != 0 ? word - One : null;
    }

    private static uint Swapped(uint word, int one, int other)
    {
        uint difference = ((word >> one) ^ (word >> other)) & 31;
        return word ^ (difference << one) ^ (difference << other);
    }
}
