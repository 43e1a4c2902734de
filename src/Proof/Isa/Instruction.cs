namespace Redoubt.Proof.Isa;

/// <summary>Classes of A64 instructions that occur in the programs of Redoubt (Arm ARM, C4 and C6).</summary>
public enum Opcode
{
    Adr, AddSub, Logical, MoveWide, Bitfield, Extract, ConditionalSelect, ConditionalCompare, VariableShift, OneSource, MultiplyAdd, MultiplyHigh,
    Load, Store, LoadPair, StorePair, LoadVectorPair, StoreVectorPair, LoadExclusive, StoreExclusive, LoadAcquire, StoreRelease,
    Branch, BranchConditional, CompareBranch, TestBranch, BranchRegister, Return, ExceptionReturn, SecureCall, Breakpoint,
    Nop, WaitForInterrupt, WaitForEvent, MaskInterrupts, SelectStack, Barrier, ReadSystem, WriteSystem, Maintain,
}

/// <summary>How a register operand is changed before use.</summary>
public enum Operand
{
    Immediate, ShiftLeft, ShiftRight, ShiftSigned, Rotate,
    ExtendUnsigned8, ExtendUnsigned16, ExtendUnsigned32, ExtendUnsigned64, ExtendSigned8, ExtendSigned16, ExtendSigned32, ExtendSigned64,
}

/// <summary>How a load or store finds its address.</summary>
public enum Addressing
{
    /// <summary>Base plus offset.</summary>
    Offset,

    /// <summary>Base plus offset, which the base then becomes.</summary>
    Before,

    /// <summary>Base, which then becomes base plus offset.</summary>
    After,

    /// <summary>A constant address.</summary>
    Literal,
}

/// <summary>A decoded instruction. Which fields count depends on the opcode.</summary>
public readonly record struct Instruction(Opcode Opcode)
{
    /// <summary>Register numbers; 31 is the zero register or the stack pointer, as the opcode has it.</summary>
    public int Rd { get; init; }

    public int Rn { get; init; }

    public int Rm { get; init; }

    /// <summary>Second register of a pair, addend of a multiplication.</summary>
    public int Ra { get; init; }

    /// <summary>64-bit operation; otherwise 32-bit.</summary>
    public bool Wide { get; init; }

    /// <summary>Immediate operand, offset, or absolute target of a branch.</summary>
    public ulong Immediate { get; init; }

    public Operand Operand { get; init; }

    /// <summary>Shift of the register operand, bit of a test, rotation of a bit field (immr), position of a move.</summary>
    public int Amount { get; init; }

    /// <summary>Highest bit of a bit field (imms).</summary>
    public int Top { get; init; }

    /// <summary>Opcode bits that tell variants of a class apart, as in the encoding.</summary>
    public int Variant { get; init; }

    /// <summary>Sets the flags.</summary>
    public bool SetsFlags { get; init; }

    /// <summary>Condition; NZCV if a conditional comparison fails is in <see cref="Top"/>.</summary>
    public int Condition { get; init; }

    /// <summary>Bytes of a memory access.</summary>
    public int Size { get; init; }

    /// <summary>The loaded value is signed.</summary>
    public bool Signed { get; init; }

    public Addressing Addressing { get; init; }

    /// <summary>A branch that leaves a return address, a subtraction, a branch on not zero, an inverted operand, acquire or release.</summary>
    public bool Flag { get; init; }

    /// <summary>System register or operation: op0, op1, CRn, CRm, op2 in bits 15:0 as in the encoding (bits 20:5).</summary>
    public int System { get; init; }
}

/// <summary>A word that is no instruction of the known classes.</summary>
/// <param name="address">Where it stands.</param>
/// <param name="word">The word.</param>
public sealed class DecodeException(ulong address, uint word)
    : Exception($"0x{address:x}: no instruction that is known: {word:x8}")
{
    /// <summary>Where it stands.</summary>
    public ulong Address { get; } = address;
}
