namespace Redoubt.Proof.Isa;

/// <summary>What each instruction does (Arm ARM, C6), the same for a machine that runs and for one that is proved.</summary>
/// <typeparam name="T">Kind of word.</typeparam>
public static partial class Interpreter<T>
    where T : IWord<T>
{
    private const ulong Low32 = 0xffff_ffff;

    /// <summary>Carries out one instruction and says where control goes.</summary>
    public static Flow<T> Execute(Instruction i, IState<T> state)
    {
        switch (i.Opcode)
        {
            case Opcode.Adr:
                Set(state, i.Rd, Constant(i.Immediate));
                break;
            case Opcode.AddSub:
                AddSub(i, state);
                break;
            case Opcode.Logical:
                Logical(i, state);
                break;
            case Opcode.MoveWide:
                MoveWide(i, state);
                break;
            case Opcode.Bitfield:
                Bitfield(i, state);
                break;
            case Opcode.Extract:
                T high = Get(state, i.Rn, i.Wide), low = Get(state, i.Rm, i.Wide);
                int width = i.Wide ? 64 : 32;
                Set(state, i.Rd, i.Amount == 0 ? low : Narrow((low >>> Constant((ulong)i.Amount)) | (high << Constant((ulong)(width - i.Amount))), i.Wide));
                break;
            case Opcode.ConditionalSelect:
                ConditionalSelect(i, state);
                break;
            case Opcode.ConditionalCompare:
                ConditionalCompare(i, state);
                break;
            case Opcode.VariableShift:
                T amount = Get(state, i.Rm, true) & Constant(i.Wide ? 63UL : 31);
                Set(state, i.Rd, Narrow(Shift(Get(state, i.Rn, i.Wide), i.Operand, amount, i.Wide), i.Wide));
                break;
            case Opcode.OneSource:
                OneSource(i, state);
                break;
            case Opcode.MultiplyAdd:
                T product = Get(state, i.Rn, i.Wide) * Get(state, i.Rm, i.Wide), addend = Get(state, i.Ra, i.Wide);
                Set(state, i.Rd, Narrow(i.Flag ? addend - product : addend + product, i.Wide));
                break;
            case Opcode.MultiplyHigh:
                Set(state, i.Rd, MultiplyHigh(Get(state, i.Rn, true), Get(state, i.Rm, true)));
                break;
            case Opcode.ReadSystem:
                Set(state, i.Rd, state.ReadSystem(i.System));
                break;
            case Opcode.WriteSystem:
                state.WriteSystem(i.System, Get(state, i.Rd, true));
                break;
            case Opcode.Maintain:
                state.Maintain(i.System, Get(state, i.Rd, true));
                break;
            case Opcode.Barrier:
                state.Barrier(i);
                break;
            case Opcode.MaskInterrupts:
                state.MaskInterrupts(i.Immediate);
                break;
            case Opcode.SelectStack:
                state.SelectStack(i.Immediate);
                break;
            case Opcode.Nop or Opcode.WaitForEvent:
                break;
            case >= Opcode.Load and <= Opcode.StoreRelease:
                Access(i, state);
                break;
            default:
                return Transfer(i, state);
        }

        return new Flow<T>(FlowKind.Next);
    }

    /// <summary>The truth of a condition code.</summary>
    public static T Holds(int condition, Flags<T> flags)
    {
        T holds = (condition >> 1) switch
        {
            0 => flags.Zero,
            1 => flags.Carry,
            2 => flags.Negative,
            3 => flags.Overflow,
            4 => T.Both(flags.Carry, T.Not(flags.Zero)),
            5 => Same(flags.Negative, flags.Overflow),
            6 => T.Both(Same(flags.Negative, flags.Overflow), T.Not(flags.Zero)),
            _ => T.Truth(true),
        };
        return (condition & 1) != 0 && condition != 15 ? T.Not(holds) : holds;
    }

    private static T Same(T a, T b) => T.Choose(a, b, T.Not(b));

    private static T Constant(ulong value) => T.Constant(value);

    private static T Narrow(T value, bool wide) => wide ? value : value & Constant(Low32);

    /// <summary>A general register; 31 is zero.</summary>
    private static T Get(IState<T> state, int register, bool wide) => register == 31 ? Constant(0) : Narrow(state[register], wide);

    private static void Set(IState<T> state, int register, T value)
    {
        if (register != 31)
            state[register] = value;
    }

    private static void AddSub(Instruction i, IState<T> state)
    {
        bool stackSource = i.Operand is Operand.Immediate or >= Operand.ExtendUnsigned8;
        T a = i.Rn == 31 && stackSource ? Narrow(state[31], i.Wide) : Get(state, i.Rn, i.Wide);
        T b = Second(i, state);
        T result = Narrow(i.Flag ? a - b : a + b, i.Wide);
        if (i.SetsFlags)
        {
            state.Flags = Compare(a, b, i.Flag, i.Wide);
            Set(state, i.Rd, result);
        }
        else if (i.Rd == 31 && stackSource)
        {
            state[31] = result;
        }
        else
        {
            Set(state, i.Rd, result);
        }
    }

    /// <summary>Flags of a sum or difference of words already cut to the width.</summary>
    private static Flags<T> Compare(T a, T b, bool subtract, bool wide)
    {
        T sum = subtract ? a - b : a + b, result = Narrow(sum, wide);
        int sign = wide ? 63 : 31;
        T carry = subtract ? T.Not(T.Less(a, b)) : wide ? T.Less(result, a) : T.Bit(sum, 32);
        T differ = subtract ? a ^ b : ~(a ^ b);
        return new Flags<T>(
            T.Bit(result, sign),
            subtract ? T.Equal(a, b) : T.Equal(result, Constant(0)),
            carry,
            T.Both(T.Bit(differ, sign), T.Bit(a ^ result, sign)));
    }

    /// <summary>The second operand: immediate, shifted or extended register.</summary>
    private static T Second(Instruction i, IState<T> state)
    {
        if (i.Operand == Operand.Immediate)
            return Constant(i.Immediate);
        if (i.Operand >= Operand.ExtendUnsigned8)
            return Narrow(Extend(Get(state, i.Rm, true), i.Operand) << Constant((ulong)i.Amount), i.Wide);
        T register = Get(state, i.Rm, i.Wide);
        return i.Amount == 0 ? register : Narrow(Shift(register, i.Operand, Constant((ulong)i.Amount), i.Wide), i.Wide);
    }

    private static T Extend(T value, Operand extend)
    {
        int bits = 8 << ((extend - Operand.ExtendUnsigned8) & 3);
        return extend < Operand.ExtendSigned8 ? value & Constant(Bits.Ones(bits)) : SignExtend(value, bits);
    }

    private static T SignExtend(T value, int bits) => bits == 64 ? value
        : T.ShiftSigned(value << Constant((ulong)(64 - bits)), Constant((ulong)(64 - bits)));

    private static T Shift(T value, Operand kind, T amount, bool wide)
    {
        T width = Constant(wide ? 64UL : 32);
        return kind switch
        {
            Operand.ShiftLeft => value << amount,
            Operand.ShiftRight => value >>> amount,
            Operand.ShiftSigned => T.ShiftSigned(wide ? value : SignExtend(value, 32), amount),
            _ => (value >>> amount) | (value << ((width - amount) & Constant(wide ? 63UL : 31))),
        };
    }

    private static void Logical(Instruction i, IState<T> state)
    {
        T a = Get(state, i.Rn, i.Wide), b = Second(i, state);
        if (i.Flag)
            b = Narrow(~b, i.Wide);
        T result = i.Variant switch { 1 => a | b, 2 => a ^ b, _ => a & b };
        if (i.SetsFlags)
        {
            T no = T.Truth(false);
            state.Flags = new Flags<T>(T.Bit(result, i.Wide ? 63 : 31), T.Equal(result, Constant(0)), no, no);
        }

        if (i.Rd == 31 && i is { Operand: Operand.Immediate, SetsFlags: false })
            state[31] = result;
        else
            Set(state, i.Rd, result);
    }

    private static void MoveWide(Instruction i, IState<T> state)
    {
        ulong value = i.Immediate << i.Amount;
        Set(state, i.Rd, i.Variant switch
        {
            0 => Constant(i.Wide ? ~value : ~value & Low32),
            2 => Constant(value),
            _ => (Get(state, i.Rd, i.Wide) & Constant(~(0xffffUL << i.Amount))) | Constant(value),
        });
    }

    /// <summary>SBFM and UBFM: an extract if the highest bit is not below the rotation, otherwise an insert into zero.</summary>
    private static void Bitfield(Instruction i, IState<T> state)
    {
        T source = Get(state, i.Rn, i.Wide);
        int length = i.Top >= i.Amount ? i.Top - i.Amount + 1 : i.Top + 1;
        T field = (i.Top >= i.Amount ? source >>> Constant((ulong)i.Amount) : source) & Constant(Bits.Ones(length));
        if (i.Signed)
            field = SignExtend(field, length);
        if (i.Top < i.Amount)
            field <<= Constant((ulong)((i.Wide ? 64 : 32) - i.Amount));
        Set(state, i.Rd, Narrow(field, i.Wide));
    }

    private static void ConditionalSelect(Instruction i, IState<T> state)
    {
        T other = Get(state, i.Rm, i.Wide);
        other = i.Variant switch
        {
            0 => other,
            1 => other + Constant(1),
            2 => ~other,
            _ => Constant(0) - other,
        };
        Set(state, i.Rd, T.Choose(Holds(i.Condition, state.Flags), Get(state, i.Rn, i.Wide), Narrow(other, i.Wide)));
    }

    private static void ConditionalCompare(Instruction i, IState<T> state)
    {
        T holds = Holds(i.Condition, state.Flags);
        Flags<T> compared = Compare(Get(state, i.Rn, i.Wide), Second(i, state), i.Flag, i.Wide);
        T Given(T flag, int bit) => T.Choose(holds, flag, T.Truth(((i.Top >> bit) & 1) != 0));
        state.Flags = new Flags<T>(Given(compared.Negative, 3), Given(compared.Zero, 2), Given(compared.Carry, 1), Given(compared.Overflow, 0));
    }

    /// <summary>Upper half of a product, from products of halves, none of which overflows.</summary>
    private static T MultiplyHigh(T a, T b)
    {
        T half = Constant(32), mask = Constant(Low32);
        (T lowA, T highA, T lowB, T highB) = (a & mask, a >>> half, b & mask, b >>> half);
        T cross = (highA * lowB) + ((lowA * lowB) >>> half);
        T middle = (lowA * highB) + (cross & mask);
        return (highA * highB) + (cross >>> half) + (middle >>> half);
    }

    private static void OneSource(Instruction i, IState<T> state)
    {
        T source = Get(state, i.Rn, i.Wide);
        T above = Constant(32);
        Set(state, i.Rd, (i.Variant, i.Wide) switch
        {
            (0, true) => T.Reverse(source),
            (0, false) => T.Reverse(source) >>> above,
            (_, true) => T.LeadingZeros(source),
            _ => T.LeadingZeros(source) - above,
        });
    }
}
