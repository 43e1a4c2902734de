namespace Redoubt.Proof.Isa;

/// <summary>Branches, exceptions and system instructions (Arm ARM, C4.1.66).</summary>
public static partial class Decoder
{
    private const uint Eret = 0xd69f_03e0, Smc0 = 0xd400_0003;

    private static Instruction? Branch(ulong address, uint word)
    {
        ulong Target(int high, int low) => address + (ulong)(word.SignedField(high, low) << 2);
        return word switch
        {
            Eret => new Instruction(Opcode.ExceptionReturn),
            Smc0 => new Instruction(Opcode.SecureCall),
            _ when word.Field(30, 26) == 5 => new Instruction(Opcode.Branch) { Flag = word.Is(31), Immediate = Target(25, 0) },
            _ when word.Field(30, 25) == 0b011010 => new Instruction(Opcode.CompareBranch)
            {
                Wide = word.Is(31),
                Flag = word.Is(24),
                Rd = word.Field(4, 0),
                Immediate = Target(23, 5),
            },
            _ when word.Field(30, 25) == 0b011011 => new Instruction(Opcode.TestBranch)
            {
                Flag = word.Is(24),
                Rd = word.Field(4, 0),
                Amount = (word.Field(31, 31) << 5) | word.Field(23, 19),
                Immediate = Target(18, 5),
            },
            _ when word.Field(31, 24) == 0x54 && !word.Is(4) => new Instruction(Opcode.BranchConditional)
            {
                Condition = word.Field(3, 0),
                Immediate = Target(23, 5),
            },
            _ when (word & 0xffff_fc1f) == 0xd61f_0000 => new Instruction(Opcode.BranchRegister) { Rn = word.Field(9, 5) },
            _ when (word & 0xffff_fc1f) == 0xd65f_0000 => new Instruction(Opcode.Return) { Rn = word.Field(9, 5) },
            _ when (word & 0xffe0_001f) == 0xd420_0000 => new Instruction(Opcode.Breakpoint),
            _ when word.Field(31, 22) == 0b1101_0101_00 => System(word),
            _ => null,
        };
    }

    private static Instruction? System(uint word)
    {
        int op0 = word.Field(20, 19), code = word.Field(20, 5), rt = word.Field(4, 0);
        if (op0 >= 2)
            return new Instruction(word.Is(21) ? Opcode.ReadSystem : Opcode.WriteSystem) { System = code, Rd = rt };
        if (op0 == 1)
            return word.Is(21) ? null : new Instruction(Opcode.Maintain) { System = code, Rd = rt };
        if (word.Is(21) || rt != 31)
            return null;
        return (word.Field(18, 16), word.Field(15, 12), word.Field(11, 8), word.Field(7, 5)) switch
        {
            (3, 2, 0, 0) => new Instruction(Opcode.Nop),
            (3, 2, 0, 2) => new Instruction(Opcode.WaitForEvent),
            (3, 2, 0, 3) => new Instruction(Opcode.WaitForInterrupt),
            (3, 3, var domain, 4 or 5) when (domain & 3) != 0 => new Instruction(Opcode.Barrier) { Variant = domain, Top = word.Field(7, 5) },
            (3, 3, 15, 6) => new Instruction(Opcode.Barrier) { Variant = 15, Top = 6 },
            (3, 4, var mask, 6) => new Instruction(Opcode.MaskInterrupts) { Immediate = (ulong)mask },
            (0, 4, 0 or 1, 5) => new Instruction(Opcode.SelectStack) { Immediate = (ulong)word.Field(11, 8) },
            _ => null,
        };
    }
}
