using Redoubt.Proof.Execution;
using Redoubt.Proof.Programs;
using Redoubt.Proof.Refinement;
using Redoubt.Spec;
using S = Redoubt.Spec.Specification<Redoubt.Spec.Words.Number>;

namespace Redoubt.Proof.Tests.Conformance;

/// <summary>A real machine with one CPU, and the specification beside it: what happens between the traps is taken as it is, what a trap does is compared.</summary>
internal sealed class RealTwin
{
    private const uint ExceptionReturn = 0xd69f_03e0, WaitForInterrupt = 0xd503_207f, AnyRegister = 0x1f;
    private const int Sample = 8;
    private const ulong Nothing = 1023, Instruction = 4;

    /// <summary>Words that may stand in a register which does not keep all of their bits.</summary>
    private static readonly Dictionary<(Spec.Field, int), RegisterBehaviour> Behaviours = Loaded.InRegisters
        .Join(RegisterTable.Together(Harness.Plain), word => word.Register, behaviour => behaviour.Register, (word, behaviour) => (Place(word.Field, (int)word.Column), behaviour))
        .ToDictionary();

    private readonly Debugger _debugger;
    private readonly ElfProgram _kernel;
    private readonly Dictionary<ulong, S.Occasion> _entries;
    private readonly HashSet<ulong> _returns, _waits, _stops;

    // Where the value that an instruction has read can be seen, and its register.
    private readonly Dictionary<ulong, uint> _times, _taken;
    private readonly NumberStore _configuration = new(ConfigurationFields.All), _before = new(StateFields.All), _actual = new(StateFields.All), _expected = new(StateFields.All);
    private RealState? _state;

    /// <summary>A machine that has not booted.</summary>
    public RealTwin(Debugger debugger, ElfProgram kernel)
    {
        (_debugger, _kernel) = (debugger, kernel);
        _returns = [.. Find(ExceptionReturn, ~0U).Select(found => found.Address)];
        _waits = [.. Find(WaitForInterrupt, ~0U).Select(found => found.Address)];
        ulong vectors = kernel.AddressOf("vectors");
        // Vectors from a lower exception level (Arm ARM D1.3.1.5), and the end of the idle loop's WFI.
        _entries = new() { [vectors + 0x400] = S.Occasion.Exception, [vectors + 0x480] = S.Occasion.Interrupt, [vectors + 0x580] = S.Occasion.SError };
        foreach (ulong wait in _waits)
            _entries[wait + Instruction] = S.Occasion.Interrupt;
        _times = Readers(SystemRegisters.CntpctEl0);
        _taken = Readers(SystemRegisters.IccIar1El1);
        _stops = [.. _returns, .. _waits, .. _entries.Keys, .. _times.Keys, .. _taken.Keys];
        foreach (ulong stop in _stops)
            debugger.SetBreakpoint(stop);
    }

    /// <summary>What was carried out, and the check that refused it, with counts.</summary>
    public Dictionary<(string Operation, string? Refused), int> Carried { get; } = [];

    /// <summary>Of each check that refused something, and of each effect of what was carried out: whether the specification without it would have done as well, all the time.</summary>
    public Dictionary<string, bool> Missed { get; } = [];

    /// <summary>Follows so many traps, or until the machine is off. Of interrupts, which come often since time goes on while the machine stands still, only some.</summary>
    public void Follow(int traps)
    {
        for (int interrupts = 0; Carried.Values.Sum() < traps && Go() is { } at;)
        {
            if (!_entries.TryGetValue(at.Pc, out S.Occasion occasion) || (occasion == S.Occasion.Interrupt && interrupts++ % Sample != 0))
                continue;
            if (_state is null)
            {
                _state = new RealState(_debugger, _kernel);
                _state.ReadConfiguration(_configuration);
            }

            if (!Trap(_state, occasion, trapped: !_waits.Contains(at.Pc - Instruction)))
                return;
        }
    }

    private bool Trap(RealState state, S.Occasion occasion, bool trapped)
    {
        state.Read(_before, trapped);
        (ulong syndrome, ulong address, ulong page) = state.Trap;
        List<ulong> times = [];
        ulong intid = Nothing;
        Debugger.Registers at;
        do
        {
            if (Go() is not { } stopped)
                return false;
            at = stopped;
            if (_times.TryGetValue(at.Pc, out uint time))
                times.Add(at.General[time]);
            else if (_taken.TryGetValue(at.Pc, out uint register))
                intid = at.General[register];
        }
        while (!_returns.Contains(at.Pc) && !_waits.Contains(at.Pc));
        state.Read(_actual, _returns.Contains(at.Pc));
        S.Entry entry = new(new S.Esr(syndrome), address, page, intid, times.FirstOrDefault(), times.LastOrDefault(), 0);
        (S.Operation operation, S.Check? refused) = S.Manual.Standard.Operate(Begin(entry), occasion);
        Carried[(operation.Name, refused?.Text)] = Carried.GetValueOrDefault((operation.Name, refused?.Text)) + 1;
        Carry(operation, entry);
        if (Difference() is { } difference)
            Assert.Fail($"after {operation.Name}: {difference}");
        foreach ((string text, S.Operation mutant) in Mutants(operation, refused))
        {
            string name = $"{operation.Name} without: {text}";
            Missed[name] = Missed.GetValueOrDefault(name, true) && IsMissed(mutant, entry);
        }

        return true;
    }

    /// <summary>The operation without what it did: the check that refused it, or one of its effects.</summary>
    private static IEnumerable<(string Text, S.Operation Mutant)> Mutants(S.Operation operation, S.Check? refused) => refused is not null
        ? [(refused.Text, operation with { Checks = [.. operation.Checks.Where(check => check != refused)] })]
        : operation.Effects.Select(effect => (effect.Text, operation with { Effects = [.. operation.Effects.Where(other => other != effect)] }));

    private bool IsMissed(S.Operation mutant, S.Entry entry)
    {
        try
        {
            Carry(mutant, entry);
        }
        catch (ArgumentOutOfRangeException)
        {
            // Without its check it speaks of a word that is not there.
            return false;
        }

        return Difference() is null;
    }

    private S.Step Begin(S.Entry entry)
    {
        foreach (Spec.Field field in StateFields.All)
            _before[field].CopyTo(_expected[field], 0);
        return new S.Step(new S.State(_expected), new S.Configuration(_configuration), 0, entry);
    }

    private void Carry(S.Operation operation, S.Entry entry)
    {
        S.Step step = Begin(entry);
        S.Manual.Operate(step, operation);
        step.Schedule();
    }

    /// <summary>The first word in which the machine is not in the state that is expected; null if there is none.</summary>
    private string? Difference()
    {
        foreach (Spec.Field field in StateFields.All)
        {
            ulong[] expected = _expected[field], actual = _actual[field];
            for (int place = expected.AsSpan().CommonPrefixLength(actual); place < expected.Length; place++)
            {
                (int row, int column) = Math.DivRem(place, field.Columns);
                if (Kept(field, column, expected[place]) != Kept(field, column, actual[place]))
                    return $"{field}[{row}, {column}] is {actual[place]:x}, and should be {expected[place]:x}";
            }
        }

        return null;
    }

    private static ulong Kept(Spec.Field field, int column, ulong word) => Behaviours.TryGetValue((field, column), out RegisterBehaviour? behaviour) ? word & behaviour.Kept : word;

    private static (Spec.Field, int) Place(string field, int column) => field switch
    {
        "vcpu.System" => (StateFields.System, column),
        "vcpu.Lists" => (StateFields.Lists, column),
        "vcpu.Vmcr" => (StateFields.Interface, 0),
        "vcpu.ActivePriorities0" => (StateFields.Interface, 1),
        "vcpu.ActivePriorities1" => (StateFields.Interface, 2),
        "vcpu.Fpcr" => (StateFields.Float, 0),
        "vcpu.Fpsr" => (StateFields.Float, 1),
        _ => throw new ArgumentOutOfRangeException(nameof(field), field, "a word of a vCPU that stands in a register"),
    };

    /// <summary>Goes on to the next place of interest; null if the machine is off.</summary>
    private Debugger.Registers? Go()
    {
        ulong from = _debugger.Read().Pc;
        bool on = true;
        if (_waits.Contains(from))
        {
            // A step would end the wait.
            _debugger.ClearBreakpoint(from);
            on = _debugger.Continue();
            _debugger.SetBreakpoint(from);
        }
        else
        {
            if (_stops.Contains(from))
                _debugger.Step();
            if (!_stops.Contains(_debugger.Read().Pc))
                on = _debugger.Continue();
        }

        return on ? _debugger.Read() : null;
    }

    private IEnumerable<(ulong Address, uint Word)> Find(uint word, uint mask)
    {
        Segment text = _kernel.Segments.Single(segment => segment.Executable);
        for (ulong address = text.Address; address + Instruction <= text.Address + (ulong)text.Content.Length; address += Instruction)
        {
            if ((_kernel.InstructionAt(address)!.Value & mask) == word)
                yield return (address, _kernel.InstructionAt(address)!.Value);
        }
    }

    private Dictionary<ulong, uint> Readers(int register) =>
        Find(RegisterCode.Read(register, 0), ~AnyRegister).ToDictionary(found => found.Address + Instruction, found => found.Word & AnyRegister);
}
