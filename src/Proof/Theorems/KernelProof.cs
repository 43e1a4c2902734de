using System.Diagnostics;
using Redoubt.Abi;
using Redoubt.Proof.Execution;
using Redoubt.Proof.Isa;
using Redoubt.Proof.Ordering;
using Redoubt.Proof.Programs;
using Redoubt.Proof.Refinement;
using Redoubt.Proof.Reporting;
using Redoubt.Proof.Terms;
using Environment = Redoubt.Proof.Execution.Environment;

namespace Redoubt.Proof.Theorems;

/// <summary>The proof of one handler: its start under the invariant, all its paths, what must hold where they end.</summary>
/// <param name="program">The kernel as shipped.</param>
/// <param name="solver">Decides.</param>
/// <param name="told">Told of each case of an obligation, for those who export them.</param>
public sealed class KernelProof(ElfProgram program, Solver solver, Action<Case>? told = null)
{
    private const ulong RankBits = Limits.VcpusPerCpu - 1;
    private const ulong VcpuShift = 11;

    /// <summary>The label in Vectors.S where every handler comes by with an empty stack: the proof is cut there.</summary>
    private const string Seam = "choose";

    private const string Panic = "redoubt_panic", Helpers = "ThrowHelpers";

    private static Term Cpu => Term.Variable("cpu", Limits.Cpus - 1);

    /// <summary>The vCPU that trapped, or that ran last before the CPU became idle.</summary>
    private static Term Trapped => (Cpu * Term.Constant(Limits.VcpusPerCpu)) + Term.Variable("rank", RankBits);

    private static Term Zero => Term.Constant(0);

    /// <summary>If there is one, nothing is proved: what the handler does with these values is looked at.</summary>
    public Model? Given { get; init; }

    /// <summary>Only whether the handler is proved is of interest: the proof ends at the first finding.</summary>
    public bool UntilFirst { get; init; }

    /// <summary>
    /// With <see cref="UntilFirst"/>: for so long what the solver does not decide is left out in favour of what it sees to fail. The end of it is a finding that was not decided.
    /// Null if the first thing that it does not decide is the end.
    /// </summary>
    public TimeSpan? Patience { get; init; }

    /// <summary>Milliseconds that the solver is given for each question.</summary>
    public int Limit { get; init; } = Solver.Milliseconds;

    /// <summary>Told of each instruction before it is carried out: then this is what is of interest, and what holds at the end is not looked at. Null for nobody.</summary>
    public Action<SymbolicState, Instruction>? Watch { get; init; }

    /// <summary>Proves one handler.</summary>
    public HandlerResult Prove(Handler handler)
    {
        long start = Stopwatch.GetTimestamp();
        (int asked, int remembered) = (solver.Asked, solver.Remembered);
        Obligations obligations = new(solver, cell => Invariant.Of(cell, Cpu))
        {
            Asked = told,
            Given = Given,
            UntilFirst = UntilFirst,
            Limit = Limit,
            Patience = Patience,
        };
        Environment environment = new()
        {
            Program = program,
            Obligations = obligations,
            Regions = KernelLayout.Regions,
            Devices = KernelLayout.Devices,
            Cpu = Cpu,
            CpuShift = 4,
            Stacks = KernelLayout.Stacks,
            Readable = KernelRegisters.Readable,
            Writable = KernelRegisters.Writable,
            Operations = KernelRegisters.Operations,
            VectorFunctions = new HashSet<string> { "context_save_simd", "context_load_simd" },
            Shared = new HashSet<string> { "cpu.Inbox", "vcpu.InboxVirtual", "vcpu.InboxEvents" },
            Constant = new HashSet<string>([.. World.Fields, "vcpu.Hardware"]),
            Hardware = [new InterruptController(Cpu), new Counter(), new Firmware(), new TranslationCaches(Cpu), new Barriers(), new RunningPriority()],
        };
        new TranslationCaches(Cpu).Begin(environment);
        Barriers.Begin(environment, handler.Entry == Entry.Schedule);
        RunningPriority.Begin(environment);
        (SymbolicState state, Dictionary<string, Cells> words) = Start(environment, handler);
        ForwardSimulation simulation = new(handler, Cpu, state.Clone(), words, obligations);
        Assume(state, simulation.Assumption);
        Assume(state, new TranslationCaches(Cpu).ResidentIsOnRecord(state));
        SymbolicState beginning = state.Clone();
        Executor executor = new(environment, (end, kind) => Watch is not null || End(end, kind, simulation), symbol => symbol.Name == Panic || symbol.Name.Contains(Helpers))
        {
            Seam = handler.Entry == Entry.Schedule ? 0 : program.AddressOf(Seam),
            Watch = Watch,
        };
        obligations.RequirePossible([(state.Address, state.Path)], "what is assumed at the start can be true");
        executor.Run(state);
        obligations.RequirePossible(executor.Ends, "an end of the handler can be reached");
        if (obligations.IsExhausted)
            obligations.Findings.Add(new Finding("vacuity", executor.Ends.LastOrDefault().Address, "the handler is soon followed to its end", Answer.Unknown));
        return new HandlerResult(handler.Name, [.. obligations.All], obligations.Findings, [.. executor.Reached.Order()], executor.Steps, executor.Ends.Count,
            executor.Instructions, executor.StackBytes, solver.Asked - asked + solver.Remembered - remembered, solver.Remembered - remembered,
            (long)Stopwatch.GetElapsedTime(start).TotalMilliseconds)
        {
            Counterexamples = [.. obligations.Findings.Where(finding => finding.Model is not null)
                .Select(finding => Counterexample.Of(program, handler.Name, finding, finding.Model!, beginning, environment))],
        };
    }

    private (SymbolicState State, Dictionary<string, Cells> Words) Start(Environment environment, Handler handler)
    {
        // The CPU's own number, the vCPU that has it, and the guest whose registers are loaded.
        bool trap = handler.Entry == Entry.Trap, schedule = handler.Entry == Entry.Schedule;
        Begin(environment, "cpu.Number", Cpu);
        Begin(environment, "cpu.Current", trap ? Trapped : IndexOrNone("no vCPU ran", Trapped));
        Begin(environment, "cpu.Resident", IndexOrNone("no guest is resident", (Cpu * Term.Constant(Limits.VcpusPerCpu)) + Term.Variable("resident rank", RankBits)));
        if (!schedule)
            Begin(environment, "cpu.Idle", Term.Constant(trap ? 0UL : 1));
        Begin(environment, "cpu.Mask", Invariant.SlotWord("Mask", Cpu));
        Begin(environment, "cpu.Fallback", Invariant.SlotWord("Fallback", Cpu));
        environment.Begin(Devices.Active, InterruptController.Beginning);
        foreach (string shared in environment.Shared)
        {
            environment.Begin(Environment.OthersOf(KernelLayout.Field(shared)), Cells.Of((_, _) => Zero));
        }

        SymbolicState state = new(environment) { Frame = Frame.Outermost() };
        Term current = Current(state), resident = Own(state, "cpu.Resident");
        environment.Begin(Devices.TimerActive, InterruptController.TimerBeginning(Cpu, resident));
        if (handler.Argument is { } argument)
            environment.Begin(KernelLayout.Field("vcpu.X"), Cells.Initial(KernelLayout.Field("vcpu.X")).With(Trapped, Zero, argument));
        Dictionary<string, Cells> words = Loaded.Scatter(state, environment, trap ? Trapped : null, current, resident);
        Assume(state, handler.Assumptions);
        Assume(state, GuestIsResident(state), ResidentIsNotOff(state));
        state[31] = StackTop;
        foreach ((int register, Term value) in World.Of(Trapped))
        {
            Term before = Term.Variable($"before.{SystemRegisters.Name(register)}");
            state.System = state.System.SetItem(register, Term.Choose(NoVcpu(current), before, value));
        }

        if (schedule)
            state[0] = Cpu;
        state.System = state.System.SetItem(SystemRegisters.TpidrEl2, AddressOf(Trapped));
        if (handler.Syndrome is { } syndrome)
            state.System = state.System.SetItem(SystemRegisters.EsrEl2, syndrome);
        if (handler.Intid is { } intid)
            state.System = state.System.SetItem(SystemRegisters.IccIar1El1, intid);
        Mirrored.Begin(state);
        state.Address = trap ? program.AddressOf("vectors") + handler.Vector : schedule ? program.AddressOf(Seam) : AfterIdle();
        return (state, words);
    }

    /// <summary>
    /// The declared ends: of the schedule ERET and the WFI of the idle loop, of all else the place where the schedule begins. The invariant has
    /// to hold again.
    /// </summary>
    private bool End(SymbolicState state, FlowKind kind, ForwardSimulation simulation)
    {
        bool idle = kind == FlowKind.Wait, seam = kind == FlowKind.Stop;
        if (idle && state.Address + 4 != AfterIdle())
            return false;
        state.Require("safety", Term.Equal(state[31], StackTop), "the stack is empty");
        if (seam)
            state.Require("safety", Term.Equal(state[0], Cpu), "the schedule is that of this CPU");
        else
            state.Require("invariant", Term.Equal(Own(state, "cpu.Idle"), Term.Constant(idle ? 1UL : 0)), "the CPU knows whether it is idle");
        state.Require("invariant", Term.Equal(Own(state, "cpu.Number"), Cpu), "the CPU's number is the same");
        Term current = Current(state);
        state.Require("invariant", Invariant.IsVcpuOf(current, Cpu), "the current vCPU is of this CPU");
        state.Require("invariant", Invariant.IsVcpuOf(Own(state, "cpu.Resident"), Cpu), "the resident vCPU is of this CPU");
        state.Require("invariant", GuestIsResident(state), "a guest that is current is resident");
        state.Require("invariant", ResidentIsNotOff(state), "a guest that is resident is not off");
        state.Require("invariant", Term.Both(IsOfSlot(state, "Mask"), IsOfSlot(state, "Fallback")), "the ranks that may run are those of the time slot");
        Term any = Term.Variable("any", Limits.Vcpus - 1);
        state.Require("invariant", Invariant.IsAllowedPstate(At(state, "vcpu.Pstate", any), Invariant.IsService(any)), "every vCPU has a PSTATE that it may have");
        if (idle || seam)
            RequireWorld(state, Running(state), NoVcpu(current));
        else
            RequireReturn(state, current);
        new TranslationCaches(Cpu).Require(state, idle || seam ? null : Entered(state));
        RunningPriority.Require(state);
        Mirrored.Require(state);
        state.Require("invariant", InterruptController.TimerIsResidents(state, Cpu, Own(state, "cpu.Resident")), "the virtual timer's interrupt is active for the resident guest only");
        simulation.RequireInvariants(state);
        simulation.Require(state);
        return true;
    }

    /// <summary>The registers that confine a vCPU are those of this one.</summary>
    private static void RequireWorld(SymbolicState state, Term vcpu, Term unless)
    {
        foreach ((int register, Term value) in World.Of(vcpu))
        {
            state.Require("world", Term.Either(unless, Term.Equal(state.Register(register), value)), $"{SystemRegisters.Name(register)} is that of the current vCPU");
        }
    }

    /// <summary>ERET enters the current vCPU, at EL1 or EL0, with its registers and nobody else's.</summary>
    private static void RequireReturn(SymbolicState state, Term current)
    {
        // First that the vCPU that TPIDR_EL2 names is the current one; the rest is then about that one.
        Term vcpu = Entered(state);
        state.Require("world", Term.Equal(state.Register(SystemRegisters.TpidrEl2), AddressOf(vcpu)), "TPIDR_EL2 is the address of a vCPU");
        state.Require("world", Term.Equal(current, vcpu), "TPIDR_EL2 names the current vCPU");
        RequireWorld(state, vcpu, Term.Truth(false));
        Term pstate = state.Register(SystemRegisters.SpsrEl2);
        state.Require("world", Invariant.IsAllowedPstate(pstate, Invariant.IsService(vcpu)), "ERET goes to a mode that the vCPU may have");
        state.Require("registers", Term.Equal(pstate, At(state, "vcpu.Pstate", vcpu)), "SPSR_EL2 is the vCPU's");
        state.Require("registers", Term.Equal(state.Register(SystemRegisters.ElrEl2), At(state, "vcpu.Pc", vcpu)), "ELR_EL2 is the vCPU's");
        Cells saved = state.Cells(KernelLayout.Field("vcpu.X"));
        for (ulong i = 0; i < 31; i++)
        {
            state.Require("registers", Term.Equal(state[(int)i], saved[vcpu, Term.Constant(i)]), $"x{i} is the vCPU's");
        }
    }

    /// <summary>The vCPU that TPIDR_EL2 names.</summary>
    private static Term Entered(SymbolicState state) =>
        (state.Register(SystemRegisters.TpidrEl2) - Term.Constant(KernelLayout.Vcpus.Base)) >>> Term.Constant(VcpuShift);

    /// <summary>If a guest is current, its EL1 registers are loaded.</summary>
    private static Term GuestIsResident(SymbolicState state)
    {
        Term current = Current(state);
        return Term.Either(Term.Either(NoVcpu(current), Invariant.IsService(Running(state))), Term.Equal(Own(state, "cpu.Resident"), current));
    }

    /// <summary>What of a vCPU stands in registers is not to be reset: one that is stopped is taken from them.</summary>
    private static Term ResidentIsNotOff(SymbolicState state)
    {
        Term resident = Own(state, "cpu.Resident"), none = NoVcpu(resident);
        return Term.Either(none, Term.Not(Term.Equal(At(state, "vcpu.Lifecycle", Term.Given(none, false, resident)), Term.Constant(Lifecycle.Off))));
    }

    private static Term IsOfSlot(SymbolicState state, string name) => Term.Equal(Own(state, $"cpu.{name}"),
        Cells.Initial(KernelLayout.Field($"config.cpu.Slots.{name}"))[Cpu, Own(state, "cpu.Slot")]);

    private static Term NoVcpu(Term word) => Term.Equal(word, Term.Constant(Limits.NoVcpu));

    /// <summary>A word of the state of the CPU that runs.</summary>
    public static Term Own(SymbolicState state, string field) => At(state, field, Cpu);

    private static Term Current(SymbolicState state) => Own(state, "cpu.Current");

    /// <summary>A vCPU, or none.</summary>
    private static Term IndexOrNone(string none, Term vcpu) => Term.Choose(Term.Bit(Term.Variable(none, 1), 0), Term.Constant(Limits.NoVcpu), vcpu);

    /// <summary>The current vCPU as an index; meaningless if there is none.</summary>
    private static Term Running(SymbolicState state) => Current(state) & Term.Constant(Limits.Vcpus - 1);

    private static Term StackTop => (Cpu * Term.Constant(KernelLayout.Stacks.Stride)) + Term.Constant(KernelLayout.Stacks.Base + KernelLayout.Stacks.Stride);

    private static Term AddressOf(Term vcpu) => (vcpu * Term.Constant(KernelLayout.Vcpus.Stride)) + Term.Constant(KernelLayout.Vcpus.Base);

    private static Term At(SymbolicState state, string field, Term index) => state.Cells(KernelLayout.Field(field))[index, Zero];

    private static void Assume(SymbolicState state, params ReadOnlySpan<Term> truths)
    {
        foreach (Term truth in truths)
        {
            state.Path = state.Path.And(truth);
        }
    }

    private static void Begin(Environment environment, string name, Term value)
    {
        Field field = KernelLayout.Field(name);
        environment.Begin(field, Cells.Initial(field).With(Cpu, Zero, value));
    }

    /// <summary>The instruction after the WFI of the idle loop.</summary>
    private ulong AfterIdle()
    {
        for (ulong address = program.AddressOf("idle"); ; address += 4)
        {
            if (program.InstructionAt(address) is not { } word)
                throw new InvalidDataException($"{program.Path}: no WFI in the idle loop");
            if (Decoder.TryDecode(address, word)?.Opcode == Opcode.WaitForInterrupt)
                return address + 4;
        }
    }
}
