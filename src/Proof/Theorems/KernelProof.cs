using Redoubt.Abi;
using Redoubt.Proof.Execution;
using Redoubt.Proof.Isa;
using Redoubt.Proof.Programs;
using Redoubt.Proof.Terms;
using Environment = Redoubt.Proof.Execution.Environment;

namespace Redoubt.Proof.Theorems;

/// <summary>What was shown of one handler.</summary>
public sealed record HandlerResult(string Handler, IReadOnlyDictionary<string, (int Simplified, int Solved)> Obligations, IReadOnlyList<Finding> Findings,
    int Steps, int Forks, int Meetings, int Ends, int Instructions, ulong StackBytes, IReadOnlySet<ulong> Reached, TimeSpan Time);

/// <summary>The proof of one handler: its start under the invariant, all its paths, what must hold where they end.</summary>
/// <param name="program">The kernel as shipped.</param>
/// <param name="solver">Decides.</param>
public sealed class KernelProof(ElfProgram program, Solver solver)
{
    private const ulong RankBits = Limits.VcpusPerCpu - 1;
    private const ulong VcpuShift = 11;
    private const string Panic = "redoubt_panic", Helpers = "ThrowHelpers";

    private static Term Cpu => Term.Variable("cpu", Limits.Cpus - 1);

    /// <summary>The vCPU that trapped, or that ran last before the CPU became idle.</summary>
    private static Term Trapped => (Cpu * Term.Constant(Limits.VcpusPerCpu)) + Term.Variable("rank", RankBits);

    private static Term Zero => Term.Constant(0);

    /// <summary>Proves one handler.</summary>
    public HandlerResult Prove(Handler handler)
    {
        long start = global::System.Diagnostics.Stopwatch.GetTimestamp();
        Obligations obligations = new(solver, cell => Invariant.Of(cell, Cpu));
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
        };
        Executor executor = new(environment, End, symbol => symbol.Name == Panic || symbol.Name.Contains(Helpers));
        executor.Run(Start(environment, handler));
        return new HandlerResult(handler.Name, obligations.Counts, obligations.Findings, executor.Steps, executor.Forks, executor.Meetings, executor.Ends,
            executor.Instructions, executor.StackBytes, executor.Reached, global::System.Diagnostics.Stopwatch.GetElapsedTime(start));
    }

    private SymbolicState Start(Environment environment, Handler handler)
    {
        // The CPU's own number, and the vCPU that has it.
        Begin(environment, "cpu.Number", Cpu);
        if (handler.Entry == Entry.Trap)
            Begin(environment, "cpu.Current", Trapped);
        Begin(environment, "cpu.Idle", Term.Constant(handler.Entry == Entry.Trap ? 0UL : 1));
        SymbolicState state = new(environment) { Frame = Frame.Outermost() };
        Term current = Current(state), resident = At(state, "cpu.Resident", Cpu);
        Assume(state, handler.Assumptions);
        Assume(state, GuestIsResident(state));
        state[31] = StackTop;
        Term running = current == Trapped ? Trapped : Running(state);
        foreach ((int register, Term value) in World.Of(running))
        {
            Term before = Term.Variable($"before.{SystemRegisters.Name(register)}");
            state.System = state.System.SetItem(register, current == Trapped ? value : Term.Choose(NoVcpu(current), before, value));
        }

        state.System = state.System.SetItem(SystemRegisters.TpidrEl2, AddressOf(Trapped));
        if (handler.Syndrome is { } syndrome)
            state.System = state.System.SetItem(SystemRegisters.EsrEl2, syndrome);
        if (handler.Intid is { } intid)
            state.System = state.System.SetItem(SystemRegisters.IccIar1El1, intid);
        if (handler.Argument is { } argument)
            state[0] = argument;
        if (handler.Entry == Entry.Awake)
        {
            state.Address = AfterIdle();
            return state;
        }

        // The processor wrote SPSR_EL2 when it took the exception from the vCPU that ran.
        Assume(state, Invariant.IsAllowedPstate(state.Register(SystemRegisters.SpsrEl2), Invariant.IsService(Trapped)));
        state.Address = program.AddressOf("vectors") + handler.Vector;
        return state;
    }

    /// <summary>The two declared ends: ERET, and the WFI of the idle loop. The invariant has to hold again.</summary>
    private bool End(SymbolicState state, FlowKind kind)
    {
        bool idle = kind == FlowKind.Wait;
        if (idle && state.Address + 4 != AfterIdle())
            return false;
        state.Require("safety", Term.Equal(state[31], StackTop), "the stack is empty");
        state.Require("invariant", Term.Equal(At(state, "cpu.Idle", Cpu), Term.Constant(idle ? 1UL : 0)), "the CPU knows whether it is idle");
        state.Require("invariant", Term.Equal(At(state, "cpu.Number", Cpu), Cpu), "the CPU's number is the same");
        Term current = Current(state);
        state.Require("invariant", Invariant.IsVcpuOf(current, Cpu), "the current vCPU is of this CPU");
        state.Require("invariant", Invariant.IsVcpuOf(At(state, "cpu.Resident", Cpu), Cpu), "the resident vCPU is of this CPU");
        state.Require("invariant", GuestIsResident(state), "a guest that is current is resident");
        Term any = Term.Variable("any", Limits.Vcpus - 1);
        state.Require("invariant", Invariant.IsAllowedPstate(At(state, "vcpu.Pstate", any), Invariant.IsService(any)), "every vCPU has a PSTATE that it may have");
        if (idle)
            RequireWorld(state, Running(state), NoVcpu(current));
        else
            RequireReturn(state, current);
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
        Term vcpu = (state.Register(SystemRegisters.TpidrEl2) - Term.Constant(KernelLayout.Vcpus.Base)) >>> Term.Constant(VcpuShift);
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

    /// <summary>If a guest is current, its EL1 registers are loaded.</summary>
    private static Term GuestIsResident(SymbolicState state)
    {
        Term current = Current(state);
        return Term.Either(Term.Either(NoVcpu(current), Invariant.IsService(Running(state))), Term.Equal(At(state, "cpu.Resident", Cpu), current));
    }

    private static Term NoVcpu(Term word) => Term.Equal(word, Term.Constant(Limits.NoVcpu));

    private static Term Current(SymbolicState state) => At(state, "cpu.Current", Cpu);

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
