using System.Collections.Immutable;
using Redoubt.Proof.Isa;
using Redoubt.Proof.Terms;

namespace Redoubt.Proof.Execution;

/// <summary>A machine state over unknowns, on one path or on several that met.</summary>
public sealed partial class SymbolicState : IState<Term>
{
    private readonly Environment _environment;
    private Term[] _registers;
    private Term[] _vectors;
    private ImmutableDictionary<Field, Cells> _memory = ImmutableDictionary<Field, Cells>.Empty;
    private Term? _mark;

    /// <summary>A state of which nothing is known.</summary>
    public SymbolicState(Environment environment)
    {
        _environment = environment;
        _registers = Enumerable.Range(0, 32).Select(i => Term.Variable($"x{i}")).ToArray();
        _vectors = Enumerable.Range(0, 64).Select(i => Term.Variable($"v{i / 2}.{i % 2}")).ToArray();
        Flags = new(Unknown("n"), Unknown("z"), Unknown("c"), Unknown("v"));
    }

    private SymbolicState(SymbolicState other)
    {
        _environment = other._environment;
        _registers = (Term[])other._registers.Clone();
        _vectors = other._vectors;
        _memory = other._memory;
        _mark = other._mark;
        (Flags, System, Path, Frame, Callers, Address, Instructions, StackBytes, Iterations, Fixes) =
            (other.Flags, other.System, other.Path, other.Frame, other.Callers, other.Address, other.Instructions, other.StackBytes, other.Iterations, other.Fixes);
    }

    public Flags<Term> Flags { get; set; }

    /// <summary>System registers by encoding; those never written or read stand for themselves.</summary>
    public ImmutableDictionary<int, Term> System { get; set; } = ImmutableDictionary<int, Term>.Empty;

    public PathCondition Path { get; set; } = PathCondition.Empty;

    public required Frame Frame { get; set; }

    /// <summary>For each call that has not returned, innermost first, the registers that belong to its caller.</summary>
    public ImmutableStack<CallersRegisters> Callers { get; set; } = [];

    /// <summary>Address of the next instruction.</summary>
    public ulong Address { get; set; }

    /// <summary>Most instructions on any of the paths that led here.</summary>
    public int Instructions { get; set; }

    /// <summary>Most bytes of the stack in use on any of them.</summary>
    public ulong StackBytes { get; private set; }

    /// <summary>Words whose value the path has fixed.</summary>
    public ImmutableDictionary<Term, ulong> Fixes { get; set; } = ImmutableDictionary<Term, ulong>.Empty;

    /// <summary>Iterations of the loops of the current calls, by depth and head.</summary>
    public ImmutableDictionary<(int Depth, ulong Head), int> Iterations { get; set; } = ImmutableDictionary<(int, ulong), int>.Empty;

    public Term this[int register]
    {
        get => _registers[register];
        set
        {
            _registers[register] = value;
            if (register == 31)
                MeasureStack(value);
        }
    }

    /// <summary>V0 to V31, two words each.</summary>
    public Term[] Vectors
    {
        get => (Term[])_vectors.Clone();
        set => _vectors = value;
    }

    public SymbolicState Clone() => new(this) { Frame = Frame };

    /// <summary>The truths of the path are known: a truth that is among them, or whose opposite is.</summary>
    public bool? Known(Term truth) => truth.IsConstant ? truth.IsTrue : Path.Holds(truth) ? true : Path.Holds(Term.Not(truth)) ? false : null;

    /// <summary>The path goes where a truth holds; registers that were a choice on it no longer are.</summary>
    public void Assume(Term truth)
    {
        Path = Path.And(truth);
        for (int i = 0; i < _registers.Length; i++)
        {
            _registers[i] = Term.Given(truth, true, _registers[i]);
        }

        foreach ((int register, Term value) in System)
        {
            System = System.SetItem(register, Term.Given(truth, true, value));
        }
    }

    /// <summary>Two states at the same place become one.</summary>
    public static SymbolicState Meet(SymbolicState a, SymbolicState b)
    {
        (PathCondition common, Term onA, Term onB) = PathCondition.Split(a.Path, b.Path);
        SymbolicState met = a.Clone();
        met.Path = common.And(Term.Either(onA, onB));
        Term Choose(Term x, Term y) => x == y ? x : Term.Choose(onA, x, y);
        for (int i = 0; i < 32; i++)
        {
            met._registers[i] = Choose(a._registers[i], b._registers[i]);
        }

        if (a._vectors != b._vectors)
            met._vectors = a._vectors.Zip(b._vectors, Choose).ToArray();
        met.Flags = new(Choose(a.Flags.Negative, b.Flags.Negative), Choose(a.Flags.Zero, b.Flags.Zero), Choose(a.Flags.Carry, b.Flags.Carry), Choose(a.Flags.Overflow, b.Flags.Overflow));
        foreach (int register in a.System.Keys.Union(b.System.Keys))
        {
            met.System = met.System.SetItem(register, Choose(a.Register(register), b.Register(register)));
        }

        foreach (Field field in a._memory.Keys.Union(b._memory.Keys))
        {
            Cells x = a.Cells(field), y = b.Cells(field);
            if (x != y)
                met._memory = met._memory.SetItem(field, Execution.Cells.Choose(onA, x, y));
        }

        if (a.Callers != b.Callers)
            met.Callers = [.. a.Callers.Zip(b.Callers, (x, y) => CallersRegisters.Choose(Choose, x, y)).Reverse()];
        met._mark = a._mark == b._mark ? a._mark : null;
        met.Fixes = a.Fixes == b.Fixes ? a.Fixes : ImmutableDictionary<Term, ulong>.Empty;
        met.Instructions = Math.Max(a.Instructions, b.Instructions);
        met.StackBytes = Math.Max(a.StackBytes, b.StackBytes);
        return met;
    }

    /// <summary>Value of a system register.</summary>
    public Term Register(int register) => System.TryGetValue(register, out Term? value) ? value : Term.Variable(SystemRegisters.Name(register));

    public Term ReadSystem(int register)
    {
        if (!_environment.Readable.TryGetValue(register, out bool changes))
        {
            Fail($"reads {SystemRegisters.Name(register)}, which is not among the registers that it may read");
            return _environment.Fresh(SystemRegisters.Name(register));
        }

        Term value = Register(register);
        if (changes)
            System = System.SetItem(register, _environment.Fresh(SystemRegisters.Name(register)));
        foreach (Hardware part in _environment.Hardware)
        {
            part.Read(this, register, value);
        }

        return value;
    }

    public void WriteSystem(int register, Term value)
    {
        if (!_environment.Writable.Contains(register))
            Fail($"writes {SystemRegisters.Name(register)}, which is not among the registers that it may write");
        System = System.SetItem(register, value);
        foreach (Hardware part in _environment.Hardware)
        {
            part.Write(this, register, value);
        }
    }

    public void Maintain(int operation, Term value)
    {
        if (!_environment.Operations.Contains(operation))
            Fail($"uses operation {SystemRegisters.Name(operation)}, which is not among those that it may use");
        foreach (Hardware part in _environment.Hardware)
        {
            part.Maintain(this, operation, value);
        }
    }

    /// <summary>Accesses of one CPU to its own state happen in order; barriers matter to hardware only.</summary>
    public void Barrier(Instruction barrier)
    {
        foreach (Hardware part in _environment.Hardware)
        {
            part.Order(this, barrier);
        }
    }

    public void MaskInterrupts(ulong mask) => Fail("changes the interrupt mask");

    public void SelectStack(ulong stack) => Fail("changes the stack pointer's choice");

    /// <summary>A function of the firmware below: by the SMC Calling Convention x0 to x17 may change (DEN0028, 2.6), and nothing of EL2.</summary>
    public void CallFirmware()
    {
        foreach (Hardware part in _environment.Hardware)
        {
            part.Call(this);
        }

        for (int i = 0; i < 18; i++)
        {
            this[i] = _environment.Fresh("firmware");
        }

        foreach (Hardware part in _environment.Hardware)
        {
            part.Answer(this);
        }
    }

    /// <summary>Something has to hold here.</summary>
    public void Require(string property, Term goal, string message) => _environment.Obligations.Require(property, Address, goal, Path, message);

    /// <summary>This must not be reached.</summary>
    public void Fail(string message) => Require("safety", Term.Truth(false), message);

    private static Term Unknown(string flag) => Term.Bit(Term.Variable($"flag.{flag}"), 0);

    private void MeasureStack(Term pointer)
    {
        Region stacks = _environment.Stacks;
        Term used = Term.Constant(stacks.Base + stacks.Stride) + (_environment.Cpu * Term.Constant(stacks.Stride)) - pointer;
        if (used.Kind != Kind.Constant || used.Value > stacks.Stride || used.Value % 16 != 0)
            Fail("the stack pointer leaves the CPU's stack or is not aligned");
        else
            StackBytes = Math.Max(StackBytes, used.Value);
    }
}
