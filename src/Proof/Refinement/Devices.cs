using Redoubt.Abi;
using Redoubt.Proof.Execution;
using Redoubt.Proof.Terms;
using Redoubt.Proof.Theorems;

namespace Redoubt.Proof.Refinement;

/// <summary>Fields for what the hardware around the CPU knows: no address reaches them.</summary>
public static class Devices
{
    /// <summary>Whether a physical interrupt is active, by INTID; that of the virtual timer, by CPU; whether a CPU was told that it has mail.</summary>
    public static readonly Field Active = Word("gic.Active", 1), TimerActive = Word("gic.TimerActive", 1), Announced = Word("gic.Announced", 1);

    /// <summary>The counter as it was last read.</summary>
    public static readonly Field Time = Word("time", ~0UL);

    /// <summary>What firmware was last asked to do with the machine (0 nothing, 1 off, 2 reset), and its answer.</summary>
    public static readonly Field Power = Word("firmware.Power", 3), Answer = Word("firmware.Answer", ~0UL);

    private static Field Word(string name, ulong ones) => new(name, 0, 8, 1, ones);

    /// <summary>The word of such a field.</summary>
    public static Term Get(SymbolicState state, Field field, Term index) => state.Cells(field)[index, Term.Constant(0)];

    /// <summary>Changes it, if a truth holds.</summary>
    public static void Set(SymbolicState state, Field field, Term index, Term value, Term? guard = null) =>
        state.SetCells(field, state.Cells(field).With(index, Term.Constant(0), value, guard ?? Term.Truth(true)));

    /// <summary>A CPU is told that it has mail, if a truth holds.</summary>
    public static void Announce(SymbolicState state, Term cpu, Term guard) =>
        state.SetCells(Announced, state.Cells(Announced).Adding(cpu, Term.Constant(0), Term.Constant(1), guard));
}

/// <summary>The interrupt controller (IHI0069): which physical interrupts are active, and interrupts that tell a CPU of its mail.</summary>
/// <param name="cpu">Number of the CPU that runs.</param>
public sealed class InterruptController(Term cpu) : Hardware
{
    private const ulong TimerInterrupt = GuestMap.TimerInterrupt, Special = 1020, Own = 32;

    // Redistributor, SGI_base: GICR_ISACTIVER0, GICR_ICACTIVER0
    private const ulong SetActive = 0x1_0300, ClearActive = 0x1_0380;

    // ICC_SGI1R_EL1: Aff3, Aff2, Aff1 and a bit for Aff0 below 16 (12.2.21); MPIDR_EL1 has them in other places
    private const ulong Affinity = 0xff;

    /// <summary>At the beginning of a handler none of the CPU's own interrupts is active, but for that of the virtual timer.</summary>
    public static Cells Beginning => Cells.Of((intid, _) =>
        Term.Choose(Term.Less(intid, Word(Own)), Word(0), Term.Cell(Devices.Active.Name, [intid], Devices.Active.Ones)));

    /// <summary>At the beginning of a handler the virtual timer's interrupt is not active for nobody.</summary>
    public static Cells TimerBeginning(Term cpu, Term resident)
    {
        Cells any = Cells.Initial(Devices.TimerActive);
        return any.With(cpu, Word(0), Term.Choose(Term.Equal(resident, Word(Limits.NoVcpu)), Word(0), any[cpu, Word(0)]));
    }

    /// <summary>The same at the end.</summary>
    public static Term TimerIsResidents(SymbolicState state, Term cpu, Term resident) =>
        Term.Either(Term.Not(Term.Equal(resident, Word(Limits.NoVcpu))), Term.Equal(Devices.Get(state, Devices.TimerActive, cpu), Word(0)));

    /// <summary>The value of ICC_SGI1R_EL1 that interrupts one CPU: INTID 0, no broadcast.</summary>
    public static Term TellingValue(Term mpidr) =>
        (Word(1) << (mpidr & Word(Affinity) & Word(15))) | ((mpidr & Word(Affinity << 8)) << Word(8)) | ((mpidr & Word(Affinity << 16)) << Word(16))
        | (((mpidr >>> Word(32)) & Word(Affinity)) << Word(48));

    public override void Read(SymbolicState state, int register, Term value)
    {
        if (register != SystemRegisters.IccIar1El1)
            return;
        // Acknowledged: active, and pending no more (4.1.2).
        Term timer = Term.Equal(value, Word(TimerInterrupt));
        Devices.Set(state, Devices.TimerActive, cpu, Word(1), timer);
        Devices.Set(state, Devices.Active, value, Word(1), Term.Both(Term.Less(value, Word(Special)), Term.Not(timer)));
        Devices.Set(state, Devices.Announced, cpu, Word(0), Term.Equal(value, Word(0)));
    }

    public override void Write(SymbolicState state, int register, Term value)
    {
        if (register == SystemRegisters.IccDirEl1)
        {
            Term timer = Term.Equal(value, Word(TimerInterrupt));
            Devices.Set(state, Devices.TimerActive, cpu, Word(0), timer);
            Devices.Set(state, Devices.Active, value, Word(0), Term.Not(timer));
        }
        else if (register == SystemRegisters.IccSgi1rEl1)
        {
            Tell(state, value);
        }
    }

    public override Term Load(SymbolicState state, Device device, Term offset, Term unknown)
    {
        if (offset != Word(SetActive))
            return unknown;
        Term bit = Word(1UL << (int)TimerInterrupt);
        return (unknown & ~bit) | (Devices.Get(state, Devices.TimerActive, cpu) << Word(TimerInterrupt));
    }

    public override void Store(SymbolicState state, Device device, Term offset, Term value)
    {
        // Whatever else is written is a change that nothing here stands for.
        bool set = offset == Word(SetActive);
        state.Require("safety", Term.Truth(set || offset == Word(ClearActive)), "only the active state of own interrupts is changed in the redistributor");
        state.Require("safety", Term.Equal(value, Word(1UL << (int)TimerInterrupt)), "and only that of the virtual timer's");
        Devices.Set(state, Devices.TimerActive, cpu, Word(set ? 1UL : 0));
    }

    /// <summary>Who leaves mail in an empty inbox tells its CPU: other CPUs do, as the proof of their handlers shows.</summary>
    public override void Gain(SymbolicState state, Field field, Term row, Term before, Term added)
    {
        if (field.Name == "cpu.Inbox")
            Devices.Announce(state, row, IsFirstMail(before, added));
    }

    /// <summary>Whether bits that are added to an inbox are the first ones there.</summary>
    public static Term IsFirstMail(Term inbox, Term added) => Term.Both(Term.Equal(inbox, Word(0)), Term.Not(Term.Equal(added, Word(0))));

    /// <summary>The CPU whose affinity stands in the value is told. CPUs differ in their affinity.</summary>
    private static void Tell(SymbolicState state, Term value)
    {
        Term? mpidr = Find(value);
        Term told = mpidr?.Arguments[0] ?? Word(0);
        state.Require("safety", mpidr is null ? Term.Truth(false) : Term.Equal(value, TellingValue(mpidr)), "the interrupt goes to one CPU and is the one for mail");
        Devices.Announce(state, told, Term.Truth(true));
    }

    /// <summary>The word of the configuration that a value is made of.</summary>
    private static Term? Find(Term term) =>
        term.Kind == Kind.Cell && term.Name == "config.cpu.Mpidr" ? term : term.Arguments.Select(Find).FirstOrDefault(found => found is not null);

    private static Term Word(ulong value) => Term.Constant(value);
}

/// <summary>The counter: when it was last read.</summary>
public sealed class Counter : Hardware
{
    public override void Read(SymbolicState state, int register, Term value)
    {
        if (register == SystemRegisters.CntpctEl0)
            Devices.Set(state, Devices.Time, Term.Constant(0), value);
    }
}

/// <summary>Firmware, called by SMC (PSCI, DEN0022): it switches off or resets, or answers in x0.</summary>
public sealed class Firmware : Hardware
{
    private const ulong SystemOff = 0x8400_0008, SystemReset = 0x8400_0009;

    public override void Call(SymbolicState state)
    {
        Term function = state[0], off = Term.Equal(function, Term.Constant(SystemOff)), reset = Term.Equal(function, Term.Constant(SystemReset));
        state.Require("safety", Term.Either(off, reset), "firmware is asked for nothing but to switch off or reset");
        Devices.Set(state, Devices.Power, Term.Constant(0), Term.Choose(off, Term.Constant(1), Term.Constant(2)));
    }

    public override void Answer(SymbolicState state) => Devices.Set(state, Devices.Answer, Term.Constant(0), state[0]);
}
