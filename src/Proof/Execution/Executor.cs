using Redoubt.Proof.Isa;
using Redoubt.Proof.Programs;
using Redoubt.Proof.Terms;

namespace Redoubt.Proof.Execution;

/// <summary>
/// Follows all paths of a program from a state to its declared ends. Where paths meet they become one state, exactly: what differs is a
/// choice between the two. The next instruction is always a constant; anything else is a finding, never an end.
/// </summary>
public sealed class Executor
{
    private const int MostIterations = 256, MostSteps = 100_000, MostValues = 16;
    private readonly Environment _environment;
    private readonly ElfProgram _program;
    private readonly Dictionary<ulong, (Symbol Function, ControlFlow Flow)> _functions = [];
    private readonly Dictionary<ulong, Instruction?> _decoded = [];
    private readonly Func<SymbolicState, FlowKind, bool> _end;
    private readonly Func<Symbol, bool> _forbidden;
    private readonly List<SymbolicState> _waiting = [];

    /// <summary>Prepares a run.</summary>
    /// <param name="environment">What may be touched.</param>
    /// <param name="end">Called where the code leaves for elsewhere (exception return, wait for interrupt); true if that is a declared end.</param>
    /// <param name="forbidden">Functions that must not be reached.</param>
    public Executor(Environment environment, Func<SymbolicState, FlowKind, bool> end, Func<Symbol, bool> forbidden) =>
        (_environment, _program, _end, _forbidden) = (environment, environment.Program, end, forbidden);

    /// <summary>Addresses that were reached.</summary>
    public HashSet<ulong> Reached { get; } = [];

    /// <summary>An address that is a declared end if no call is open there; 0 for none.</summary>
    public ulong Seam { get; init; }

    /// <summary>Told of each instruction before it is carried out; null if nobody wants to know.</summary>
    public Action<SymbolicState, Instruction>? Watch { get; init; }

    /// <summary>Instructions carried out.</summary>
    public int Steps { get; private set; }

    /// <summary>The declared ends that were reached: addresses, and the paths there.</summary>
    public List<(ulong Address, PathCondition Path)> Ends { get; } = [];

    /// <summary>Most instructions and most bytes of stack on any path that came to an end.</summary>
    public int Instructions { get; private set; }

    public ulong StackBytes { get; private set; }

    /// <summary>Follows all paths from a state.</summary>
    public void Run(SymbolicState start)
    {
        _waiting.Add(start);
        while (_waiting.Count > 0 && !_environment.Obligations.IsDecided)
        {
            Follow(Take());
        }
    }

    /// <summary>Goes on with a state until it has to wait for others or ends.</summary>
    private void Follow(SymbolicState state)
    {
        do
        {
            if (++Steps > MostSteps)
            {
                state.Fail($"the handler takes no more than {MostSteps} steps");
                _waiting.Clear();
                return;
            }
        }
        while (Step(state) && !_environment.Obligations.IsDecided);
    }

    /// <summary>The earliest waiting state, and with it all that are at the same place in the same calls.</summary>
    private SymbolicState Take()
    {
        int[][] places = _waiting.ConvertAll(Place).ToArray();
        int[] first = places.Aggregate((a, b) => Earlier(b, a) ? b : a);
        SymbolicState any = _waiting[Array.IndexOf(places, first)];
        List<SymbolicState> together = _waiting.Where((state, i) => state.Address == any.Address && state.Frame == any.Frame && places[i].AsSpan().SequenceEqual(first)).ToList();
        _waiting.RemoveAll(together.Contains);
        while (together.Count > 1)
        {
            // Those that parted last meet first, so that what they differed in goes away.
            (int a, int b, int shared) = (0, 1, -1);
            for (int i = 0; i < together.Count; i++)
            {
                for (int j = i + 1; j < together.Count; j++)
                {
                    int length = PathCondition.Shared(together[i].Path, together[j].Path);
                    if (length > shared)
                        (a, b, shared) = (i, j, length);
                }
            }

            SymbolicState met = SymbolicState.Meet(together[a], together[b]);
            together.RemoveAt(b);
            together[a] = met;
        }

        return together[0];
    }

    /// <summary>Carries out one instruction; false if the state does not go on by itself.</summary>
    private bool Step(SymbolicState state)
    {
        ulong address = state.Address;
        if (address == Seam && state.Frame.Caller is null)
            return Finish(state, FlowKind.Stop);
        (Symbol function, ControlFlow control) = FunctionAt(address);
        if (_forbidden(function))
        {
            state.Fail($"{function.Name} is not reached");
            return false;
        }

        if (DecodeAt(address) is not { } instruction)
        {
            state.Fail("the word is an instruction that is known");
            return false;
        }

        if (instruction.Opcode == Opcode.StoreExclusive && !IsRetry(address + 4))
            state.Fail("an exclusive store that fails is repeated from its load, and leaves no trace");
        Reached.Add(address);
        Flow<Term> flow;
        try
        {
            Watch?.Invoke(state, instruction);
            flow = Interpreter<Term>.Execute(instruction, state);
        }
        catch (SplitException split)
        {
            Split(state, split.Term);
            return false;
        }

        state.Instructions++;
        switch (flow.Kind)
        {
            case FlowKind.Next:
                return Go(state, control, address + 4);
            case FlowKind.Jump:
                return Go(state, control, flow.Target);
            case FlowKind.Call:
                state[30] = Term.Constant(address + 4);
                state.Callers = state.Callers.Push(CallersRegisters.Of(state));
                state.Frame = state.Frame.Call(address + 4, PlaceIn(state));
                return Enter(state, flow.Target);
            case FlowKind.Fork:
                return Fork(state, control, flow.Condition!, flow.Target);
            case FlowKind.Indirect when flow.Register!.Kind == Kind.Constant:
                return Go(state, control, flow.Register.Value);
            case FlowKind.Return:
                return Return(state, flow.Register!);
            case FlowKind.SecureCall:
                state.CallFirmware();
                return Go(state, control, address + 4);
            case FlowKind.ExceptionReturn or FlowKind.Wait:
                return Finish(state, flow.Kind);
            default:
                state.Fail($"the code does not go on from here ({flow.Kind})");
                return false;
        }
    }

    /// <summary>The path is at an end, a declared one if it may be.</summary>
    private bool Finish(SymbolicState state, FlowKind kind)
    {
        if (_end(state, kind))
        {
            Ends.Add((state.Address, state.Path));
            Instructions = Math.Max(Instructions, state.Instructions);
            StackBytes = Math.Max(StackBytes, state.StackBytes);
        }
        else
        {
            state.Fail($"the code does not go on from here ({kind})");
        }

        return false;
    }

    private bool Fork(SymbolicState state, ControlFlow control, Term condition, ulong target)
    {
        if (state.Known(condition) is { } known)
            return Go(state, control, known ? target : state.Address + 4);
        SymbolicState other = state.Clone();
        other.Assume(condition);
        if (Go(other, control, target))
            _waiting.Add(other);
        state.Assume(Term.Not(condition));
        if (Go(state, control, state.Address + 4))
            _waiting.Add(state);
        return false;
    }

    private bool Return(SymbolicState state, Term target)
    {
        if (state.Frame.Caller is null || target.Kind != Kind.Constant || target.Value != state.Frame.ReturnAddress)
        {
            state.Fail("a function returns to where it was called");
            return false;
        }

        state.Callers = state.Callers.Pop(out CallersRegisters callers);
        state.Require("safety", callers.AreIn(state), "a function leaves its caller's registers as they were");
        int depth = state.Frame.Depth;
        state.Iterations = state.Iterations.RemoveRange(state.Iterations.Keys.Where(key => key.Depth >= depth));
        state.Frame = state.Frame.Caller;
        return Enter(state, target.Value);
    }

    /// <summary>Goes on at a place where paths of different calls may meet.</summary>
    private bool Enter(SymbolicState state, ulong target)
    {
        state.Address = target;
        _waiting.Add(state);
        return false;
    }

    /// <summary>Goes on within a function; waits where paths meet.</summary>
    private bool Go(SymbolicState state, ControlFlow control, ulong target)
    {
        ulong from = state.Address;
        state.Address = target;
        if (control.IsHead(target))
        {
            (int, ulong) loop = (state.Frame.Depth, target);
            int iteration = control.IsBack(from, target) ? state.Iterations.GetValueOrDefault(loop) + 1 : 0;
            if (iteration > MostIterations)
            {
                state.Fail($"the loop ends after at most {MostIterations} iterations");
                return false;
            }

            state.Iterations = state.Iterations.SetItem(loop, iteration);
        }

        if (!control.IsJoin(target))
            return true;
        _waiting.Add(state);
        return false;
    }

    /// <summary>Splits a path on a truth, or on the values that a word can have on it. The parts go on at once, or they would meet again.</summary>
    private void Split(SymbolicState state, Term term)
    {
        if (term.IsTruth)
        {
            SymbolicState other = state.Clone();
            other.Assume(term);
            state.Assume(Term.Not(term));
            Follow(other);
            Follow(state);
            return;
        }

        state.Require("safety", Term.Less(term, Term.Constant(MostValues)), $"the index into a table is below {MostValues}");
        for (ulong value = 0; value < MostValues; value++)
        {
            Term equal = Term.Equal(term, Term.Constant(value));
            if (_environment.Obligations.IsPossible(state.Address, [equal, .. state.Path.Truths]))
            {
                SymbolicState one = state.Clone();
                one.Assume(equal);
                one.Fixes = one.Fixes.SetItem(term, value);
                Follow(one);
            }
        }
    }

    /// <summary>
    /// Whether a branch only repeats an exclusive access: load exclusive, computations, store exclusive, branch back if it failed, where
    /// nothing is read that an earlier attempt wrote. A failed attempt then leaves no trace.
    /// </summary>
    private bool IsRetry(ulong branch)
    {
        if (DecodeAt(branch) is not { Opcode: Opcode.CompareBranch, Flag: true } again || again.Immediate >= branch
            || DecodeAt(branch - 4) is not { Opcode: Opcode.StoreExclusive } store || store.Rm != again.Rd
            || DecodeAt(again.Immediate) is not { Opcode: Opcode.LoadExclusive } load || load.Rn != store.Rn)
            return false;
        HashSet<int> written = [load.Rd, store.Rm], ready = [load.Rd];
        List<Instruction> between = [];
        for (ulong address = again.Immediate + 4; address < branch - 4; address += 4)
        {
            if (DecodeAt(address) is not { Opcode: Opcode.Logical or Opcode.OneSource or Opcode.VariableShift, SetsFlags: false } computation)
                return false;
            between.Add(computation);
            written.Add(computation.Rd);
        }

        foreach (Instruction computation in between)
        {
            if (!Ready(computation.Rn) || ((computation.Opcode == Opcode.VariableShift || computation.Operand != Operand.Immediate) && !Ready(computation.Rm)))
                return false;
            ready.Add(computation.Rd);
        }

        return Ready(store.Rd) && !written.Contains(store.Rn);
        bool Ready(int register) => ready.Contains(register) || !written.Contains(register);
    }

    private int[] Place(SymbolicState state) => [.. state.Frame.Place, .. PlaceIn(state)];

    /// <summary>Place of a state within its function.</summary>
    private IEnumerable<int> PlaceIn(SymbolicState state)
    {
        (Symbol function, ControlFlow control) = FunctionAt(state.Address);
        return control.Place(state.Address, head => state.Iterations.GetValueOrDefault((state.Frame.Depth, head)))
            .Prepend(state.Frame.Depth == 0 ? (int)(function.Address & int.MaxValue) : 0);
    }

    private static bool Earlier(int[] a, int[] b)
    {
        for (int i = 0; i < a.Length && i < b.Length; i++)
        {
            if (a[i] != b[i])
                return a[i] < b[i];
        }

        return a.Length > b.Length;
    }

    private (Symbol Function, ControlFlow Flow) FunctionAt(ulong address)
    {
        Symbol function = _program.FunctionAt(address) ?? new Symbol($"0x{address:x}", address);
        if (!_functions.TryGetValue(function.Address, out (Symbol, ControlFlow) known))
            _functions[function.Address] = known = (function, new ControlFlow(_program, function));
        return known;
    }

    private Instruction? DecodeAt(ulong address)
    {
        if (!_decoded.TryGetValue(address, out Instruction? instruction))
            _decoded[address] = instruction = _program.InstructionAt(address) is { } word ? Decoder.TryDecode(address, word) : null;
        return instruction;
    }
}
