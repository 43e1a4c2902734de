namespace Redoubt.Proof.Isa;

/// <summary>
/// Decodes A64 words of the classes that occur in kernel and loader (Arm ARM, C4.1). Anything else, reserved and unallocated bits
/// included, is no instruction.
/// </summary>
public static partial class Decoder
{
    /// <summary>Decodes a word.</summary>
    /// <exception cref="DecodeException">It is of no known class.</exception>
    public static Instruction Decode(ulong address, uint word) => TryDecode(address, word) ?? throw new DecodeException(address, word);

    /// <summary>Decodes a word; null if it is of no known class.</summary>
    public static Instruction? TryDecode(ulong address, uint word) => word.Field(28, 25) switch
    {
        8 or 9 => Immediate(address, word),
        10 or 11 => Branch(address, word),
        4 or 12 or 6 or 14 => Memory(address, word),
        5 or 13 => Register(word),
        _ => null,
    };

    private static Instruction? Immediate(ulong address, uint word) => word.Field(25, 23) switch
    {
        0 or 1 => Address(address, word),
        2 => AddSubImmediate(word),
        4 => LogicalImmediate(word),
        5 => MoveWide(word),
        6 => Bitfield(word),
        7 => Extract(word),
        _ => null,
    };

    private static Instruction Address(ulong address, uint word)
    {
        long offset = (word.SignedField(23, 5) << 2) | (long)word.Field(30, 29);
        return new Instruction(Opcode.Adr)
        {
            Rd = word.Field(4, 0),
            Immediate = word.Is(31) ? (address & ~0xfffUL) + (ulong)(offset << 12) : address + (ulong)offset,
        };
    }

    private static Instruction AddSubImmediate(uint word) => new(Opcode.AddSub)
    {
        Wide = word.Is(31),
        Flag = word.Is(30),
        SetsFlags = word.Is(29),
        Rd = word.Field(4, 0),
        Rn = word.Field(9, 5),
        Immediate = (ulong)word.Field(21, 10) << (word.Is(22) ? 12 : 0),
        Operand = Operand.Immediate,
    };

    private static Instruction? LogicalImmediate(uint word)
    {
        bool wide = word.Is(31);
        if (!wide && word.Is(22))
            return null;
        if (BitMask(word.Field(22, 22), word.Field(15, 10), word.Field(21, 16)) is not { } mask)
            return null;
        return new Instruction(Opcode.Logical)
        {
            Wide = wide,
            Variant = word.Field(30, 29),
            SetsFlags = word.Field(30, 29) == 3,
            Rd = word.Field(4, 0),
            Rn = word.Field(9, 5),
            Immediate = wide ? mask : mask & 0xffff_ffff,
            Operand = Operand.Immediate,
        };
    }

    /// <summary>DecodeBitMasks of the Arm manual: an element of ones, rotated, repeated.</summary>
    private static ulong? BitMask(int n, int imms, int immr)
    {
        int combined = (n << 6) | (~imms & 0x3f);
        if (combined < 2)
            return null;
        int size = 1 << (31 - int.LeadingZeroCount(combined));
        int ones = imms & (size - 1), rotation = immr & (size - 1);
        if (ones == size - 1)
            return null;
        ulong element = Bits.RotateRight(Bits.Ones(ones + 1), rotation, size);
        ulong mask = 0;
        for (int at = 0; at < 64; at += size)
        {
            mask |= element << at;
        }

        return mask;
    }

    private static Instruction? MoveWide(uint word)
    {
        bool wide = word.Is(31);
        int variant = word.Field(30, 29), half = word.Field(22, 21);
        return variant == 1 || (!wide && half > 1) ? null : new Instruction(Opcode.MoveWide)
        {
            Wide = wide,
            Variant = variant,
            Rd = word.Field(4, 0),
            Immediate = (ulong)word.Field(20, 5),
            Amount = half * 16,
        };
    }

    private static Instruction? Bitfield(uint word)
    {
        bool wide = word.Is(31);
        int variant = word.Field(30, 29);
        if (variant is 1 or 3 || word.Is(22) != wide || (!wide && (word.Is(21) || word.Is(15))))
            return null;
        return new Instruction(Opcode.Bitfield)
        {
            Wide = wide,
            Signed = variant == 0,
            Rd = word.Field(4, 0),
            Rn = word.Field(9, 5),
            Amount = word.Field(21, 16),
            Top = word.Field(15, 10),
        };
    }

    private static Instruction? Extract(uint word)
    {
        bool wide = word.Is(31);
        if (word.Field(30, 29) != 0 || word.Is(21) || word.Is(22) != wide || (!wide && word.Is(15)))
            return null;
        return new Instruction(Opcode.Extract)
        {
            Wide = wide,
            Rd = word.Field(4, 0),
            Rn = word.Field(9, 5),
            Rm = word.Field(20, 16),
            Amount = word.Field(15, 10),
        };
    }

    private static Instruction? Register(uint word)
    {
        if (!word.Is(28))
            return word.Is(24) ? AddSubRegister(word) : LogicalRegister(word);
        return (word.Is(24), word.Field(23, 21)) switch
        {
            (true, 0) => MultiplyAdd(word),
            (true, 6) => MultiplyHigh(word),
            (false, 2) => ConditionalCompare(word),
            (false, 4) => ConditionalSelect(word),
            (false, 6) => word.Is(30) ? OneSource(word) : TwoSource(word),
            _ => null,
        };
    }

    private static Instruction? LogicalRegister(uint word)
    {
        bool wide = word.Is(31);
        return !wide && word.Is(15) ? null : new Instruction(Opcode.Logical)
        {
            Wide = wide,
            Variant = word.Field(30, 29),
            SetsFlags = word.Field(30, 29) == 3,
            Flag = word.Is(21),
            Operand = Operand.ShiftLeft + word.Field(23, 22),
            Amount = word.Field(15, 10),
            Rd = word.Field(4, 0),
            Rn = word.Field(9, 5),
            Rm = word.Field(20, 16),
        };
    }

    private static Instruction? AddSubRegister(uint word)
    {
        bool wide = word.Is(31), extended = word.Is(21);
        int amount = extended ? word.Field(12, 10) : word.Field(15, 10);
        if (extended ? word.Field(23, 22) != 0 || amount > 4 : word.Field(23, 22) == 3 || (!wide && amount > 31))
            return null;
        return new Instruction(Opcode.AddSub)
        {
            Wide = wide,
            Flag = word.Is(30),
            SetsFlags = word.Is(29),
            Operand = extended ? Operand.ExtendUnsigned8 + word.Field(15, 13) : Operand.ShiftLeft + word.Field(23, 22),
            Amount = amount,
            Rd = word.Field(4, 0),
            Rn = word.Field(9, 5),
            Rm = word.Field(20, 16),
        };
    }

    private static Instruction? ConditionalCompare(uint word) => !word.Is(29) || word.Is(10) || word.Is(4) ? null : new Instruction(Opcode.ConditionalCompare)
    {
        Wide = word.Is(31),
        Flag = word.Is(30),
        Operand = word.Is(11) ? Operand.Immediate : Operand.ShiftLeft,
        Immediate = (ulong)word.Field(20, 16),
        Rm = word.Field(20, 16),
        Rn = word.Field(9, 5),
        Condition = word.Field(15, 12),
        Top = word.Field(3, 0),
    };

    private static Instruction? ConditionalSelect(uint word) => word.Is(29) || word.Is(11) ? null : new Instruction(Opcode.ConditionalSelect)
    {
        Wide = word.Is(31),
        Variant = (word.Field(30, 30) << 1) | word.Field(10, 10),
        Rd = word.Field(4, 0),
        Rn = word.Field(9, 5),
        Rm = word.Field(20, 16),
        Condition = word.Field(15, 12),
    };

    private static Instruction? TwoSource(uint word) => word.Is(29) || word.Field(15, 12) != 2 ? null : new Instruction(Opcode.VariableShift)
    {
        Wide = word.Is(31),
        Operand = Operand.ShiftLeft + word.Field(11, 10),
        Rd = word.Field(4, 0),
        Rn = word.Field(9, 5),
        Rm = word.Field(20, 16),
    };

    private static Instruction? OneSource(uint word) =>
        word.Is(29) || word.Field(20, 16) != 0 || word.Field(15, 10) is not (0 or 4) ? null : new Instruction(Opcode.OneSource)
        {
            Wide = word.Is(31),
            Variant = word.Field(15, 10),
            Rd = word.Field(4, 0),
            Rn = word.Field(9, 5),
        };

    private static Instruction? MultiplyAdd(uint word) => word.Field(30, 29) != 0 ? null : new Instruction(Opcode.MultiplyAdd)
    {
        Wide = word.Is(31),
        Flag = word.Is(15),
        Rd = word.Field(4, 0),
        Rn = word.Field(9, 5),
        Rm = word.Field(20, 16),
        Ra = word.Field(14, 10),
    };

    /// <summary>UMULH.</summary>
    private static Instruction? MultiplyHigh(uint word) => word.Field(31, 29) != 4 || word.Field(15, 10) != 31 ? null : new Instruction(Opcode.MultiplyHigh)
    {
        Wide = true,
        Rd = word.Field(4, 0),
        Rn = word.Field(9, 5),
        Rm = word.Field(20, 16),
    };
}
