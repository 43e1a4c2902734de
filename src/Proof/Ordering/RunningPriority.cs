using Redoubt.Proof.Execution;
using Redoubt.Proof.Terms;

namespace Redoubt.Proof.Ordering;

/// <summary>
/// The interrupt that was acknowledged and has not ended: until it has, the CPU takes no other of its priority (IHI0069, 4.1.2, 4.8.6). Its end comes before
/// its deactivation, since ICC_CTLR_EL1.EOImode is 1 (12.2.5, 12.2.11).
/// </summary>
public sealed class RunningPriority : Hardware
{
    private const string Property = "interrupts";
    private const ulong Special = 1020;
    private static readonly Field Taken = Ghost.Word("gic.Taken");

    /// <summary>At the beginning of a handler there is none.</summary>
    public static void Begin(Execution.Environment environment) => environment.Begin(Taken, Cells.Of((_, _) => Nothing));

    /// <summary>At the end of a handler there is none.</summary>
    public static void Require(SymbolicState state) => Require(state, Nothing, "the interrupt that was taken has ended");

    public override void Read(SymbolicState state, int register, Term value)
    {
        if (register != SystemRegisters.IccIar1El1)
            return;
        Require(state, Nothing, "an interrupt is taken after the one before has ended");
        Ghost.Set(state, Taken, Term.Constant(0), Term.Choose(Term.Less(value, Term.Constant(Special)), Of(value), Nothing));
    }

    public override void Write(SymbolicState state, int register, Term value)
    {
        if (register == SystemRegisters.IccEoir1El1)
        {
            Require(state, Of(value), "what ends is the interrupt that was taken");
            Ghost.Set(state, Taken, Term.Constant(0), Nothing);
        }
        else if (register == SystemRegisters.IccDirEl1)
        {
            Require(state, Nothing, "an interrupt is deactivated after it has ended");
        }
    }

    private static Term Nothing => Term.Constant(0);

    // INTIDs begin with 0.
    private static Term Of(Term intid) => intid + Term.Constant(1);

    private static void Require(SymbolicState state, Term taken, string message) =>
        state.Require(Property, Term.Equal(Ghost.Get(state, Taken, Term.Constant(0)), taken), message);
}
