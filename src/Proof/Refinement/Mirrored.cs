using Redoubt.Abi;
using Redoubt.Proof.Execution;
using Redoubt.Proof.Terms;
using Redoubt.Proof.Theorems;

namespace Redoubt.Proof.Refinement;

/// <summary>Registers that are only written: memory always says what they hold, and the specification speaks of that word.</summary>
public static class Mirrored
{
    private static Term Never => Term.Constant(~0UL);

    /// <summary>Lets the registers hold what they do while no handler runs.</summary>
    public static void Begin(SymbolicState state)
    {
        foreach ((int register, Term value, Term unless) in Registers(state))
        {
            state.System = state.System.SetItem(register, Term.Choose(unless, state.Register(register), value));
        }
    }

    /// <summary>They hold that again.</summary>
    public static void Require(SymbolicState state)
    {
        foreach ((int register, Term value, Term unless) in Registers(state))
        {
            state.Require("invariant", Term.Either(unless, Term.Equal(state.Register(register), value)), $"{SystemRegisters.Name(register)} is what the state says");
        }
    }

    /// <summary>
    /// The hypervisor's timer is on and compares with the alarm, or it is off (Arm ARM D19.12); the control of the virtual interrupt interface is the
    /// resident guest's, or the interface is off (IHI0069, 12.4.7).
    /// </summary>
    private static IEnumerable<(int Register, Term Value, Term Unless)> Registers(SymbolicState state)
    {
        Term always = Term.Truth(false), alarm = KernelProof.Own(state, "cpu.Alarm"), off = Term.Equal(alarm, Never);
        yield return (SystemRegisters.CnthpCtlEl2, Term.Choose(off, Term.Constant(0), Term.Constant(1)), always);
        yield return (SystemRegisters.CnthpCvalEl2, alarm, off);
        Term resident = KernelProof.Own(state, "cpu.Resident"), nobody = Term.Equal(resident, Term.Constant(Limits.NoVcpu));
        Term control = state.Cells(KernelLayout.Field("vcpu.Hcr"))[Term.Given(nobody, false, resident), Term.Constant(0)];
        yield return (SystemRegisters.IchHcrEl2, Term.Choose(nobody, Term.Constant(0), control), always);
    }
}
