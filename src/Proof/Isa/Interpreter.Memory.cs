namespace Redoubt.Proof.Isa;

/// <summary>Loads, stores and branches.</summary>
public static partial class Interpreter<T>
{
    private static void Access(Instruction i, IState<T> state)
    {
        T address = Address(i, state);
        switch (i.Opcode)
        {
            case Opcode.Load:
                T loaded = state.Load(address, i.Size, i.Rd == 31);
                Set(state, i.Rd, i.Signed ? Narrow(SignExtend(loaded, i.Size * 8), i.Wide) : loaded);
                break;
            case Opcode.Store:
                state.Store(address, i.Size, Get(state, i.Rd, true));
                break;
            case Opcode.LoadPair:
                T first = state.Load(address, i.Size, i.Rd == 31);
                T second = state.Load(Beside(address, i), i.Size, i.Ra == 31);
                Set(state, i.Rd, first);
                Set(state, i.Ra, second);
                break;
            case Opcode.StorePair:
                T high = Get(state, i.Ra, true);
                state.Store(address, i.Size, Get(state, i.Rd, true));
                state.Store(Beside(address, i), i.Size, high);
                break;
            case Opcode.LoadVectorPair:
                state.LoadVector(i.Rd, address);
                state.LoadVector(i.Ra, Beside(address, i));
                break;
            case Opcode.StoreVectorPair:
                state.StoreVector(i.Rd, address);
                state.StoreVector(i.Ra, Beside(address, i));
                break;
            case Opcode.LoadExclusive:
                Set(state, i.Rd, state.LoadExclusive(address, i.Size));
                break;
            case Opcode.StoreExclusive:
                Set(state, i.Rm, state.StoreExclusive(address, i.Size, Get(state, i.Rd, true)));
                break;
            case Opcode.LoadAcquire:
                Set(state, i.Rd, state.Load(address, i.Size, false));
                break;
            default:
                state.Store(address, i.Size, Get(state, i.Rd, true));
                break;
        }

        if (i.Addressing is Addressing.Before or Addressing.After)
            state[i.Rn] = state[i.Rn] + Constant(i.Immediate);
    }

    private static T Beside(T address, Instruction i) => address + Constant((ulong)i.Size);

    private static T Address(Instruction i, IState<T> state)
    {
        if (i.Addressing == Addressing.Literal)
            return Constant(i.Immediate);
        T address = state[i.Rn];
        if (i.Addressing == Addressing.After)
            return address;
        return i.Operand == Operand.Immediate ? address + Constant(i.Immediate)
            : address + (Extend(Get(state, i.Rm, true), i.Operand) << Constant((ulong)i.Amount));
    }

    private static Flow<T> Transfer(Instruction i, IState<T> state)
    {
        switch (i.Opcode)
        {
            case Opcode.Branch:
                return new Flow<T>(i.Flag ? FlowKind.Call : FlowKind.Jump, i.Immediate);
            case Opcode.BranchConditional:
                return new Flow<T>(FlowKind.Fork, i.Immediate, Holds(i.Condition, state.Flags));
            case Opcode.CompareBranch:
                T zero = T.Equal(Get(state, i.Rd, i.Wide), Constant(0));
                return new Flow<T>(FlowKind.Fork, i.Immediate, i.Flag ? T.Not(zero) : zero);
            case Opcode.TestBranch:
                T bit = i.Rd == 31 ? T.Truth(false) : T.Bit(state[i.Rd], i.Amount);
                return new Flow<T>(FlowKind.Fork, i.Immediate, i.Flag ? bit : T.Not(bit));
            case Opcode.BranchRegister:
                return new Flow<T>(FlowKind.Indirect, Register: Get(state, i.Rn, true));
            case Opcode.Return:
                return new Flow<T>(FlowKind.Return, Register: Get(state, i.Rn, true));
            case Opcode.ExceptionReturn:
                return new Flow<T>(FlowKind.ExceptionReturn);
            case Opcode.SecureCall:
                return new Flow<T>(FlowKind.SecureCall);
            case Opcode.WaitForInterrupt:
                return new Flow<T>(FlowKind.Wait);
            case Opcode.Breakpoint:
                return new Flow<T>(FlowKind.Stop);
            default:
                throw new ArgumentOutOfRangeException(nameof(i), i.Opcode, "an opcode without a meaning");
        }
    }
}
