using Redoubt.Proof.Execution;
using Redoubt.Proof.Isa;
using Redoubt.Proof.Terms;

namespace Redoubt.Proof.Ordering;

/// <summary>
/// What barriers are needed for (Arm ARM B2.3.12, D19.1.2; IHI0069, 12.1.6). Exception entry and ERET synchronise the context, so that only effects
/// within a handler count: a register that was written acts for certain after the next ISB, stores are seen by other CPUs after the next DSB.
/// </summary>
public sealed class Barriers : Hardware
{
    // Registers that were written; and the counter, which may be read ahead.
    private const ulong Stage2 = 1, VectorTrap = 2, Timer = 4, Ahead = 8;

    // Stores of whoever ran before, and to words that CPUs share; an interrupt was acknowledged, and what its sender stored may be read ahead.
    private const ulong Earlier = 1, Shared = 2, Acknowledged = 4;

    // Redistributor, SGI_base: GICR_ISACTIVER0
    private const ulong ActiveState = 0x1_0300;

    private static readonly Field Context = Ghost.Word("order.Context"), Memory = Ghost.Word("order.Memory");

    /// <summary>At the beginning of a handler.</summary>
    /// <param name="environment">What it is begun with.</param>
    /// <param name="amid">It begins amid others' work, so that nothing can be relied on.</param>
    public static void Begin(Execution.Environment environment, bool amid)
    {
        environment.Begin(Context, Cells.Of((_, _) => Term.Constant(amid ? Stage2 | VectorTrap | Timer | Ahead : Ahead)));
        environment.Begin(Memory, Cells.Of((_, _) => Term.Constant(amid ? Earlier | Shared | Acknowledged : Earlier)));
    }

    public override void Write(SymbolicState state, int register, Term value)
    {
        if (register == SystemRegisters.VttbrEl2)
            Ghost.Add(state, Context, Stage2);
        else if (register == SystemRegisters.CptrEl2)
            Ghost.Add(state, Context, VectorTrap);
        else if (register == SystemRegisters.CntvCtlEl0)
            Ghost.Add(state, Context, Timer);
        else if (register == SystemRegisters.IccSgi1rEl1)
            Ghost.RequireClear(state, Memory, Shared, "another CPU that is told of its mail finds it");
    }

    public override void Read(SymbolicState state, int register, Term value)
    {
        if (register == SystemRegisters.CntpctEl0)
            Ghost.RequireClear(state, Context, Ahead, "the counter is not read before its turn");
        else if (register == SystemRegisters.IccIar1El1)
            Ghost.Add(state, Memory, Acknowledged);
    }

    public override void Maintain(SymbolicState state, int operation, Term value)
    {
        if (operation == SystemRegisters.TlbiVmalle1)
            Ghost.RequireClear(state, Context, Stage2, "VTTBR_EL2 acts before the translations of its partition are forgotten");
        else
            Ghost.RequireClear(state, Memory, Earlier, "what was stored before is seen when caches are filled anew");
    }

    public override void Order(SymbolicState state, Instruction barrier)
    {
        if (Ghost.IsContextSynchronising(barrier))
            Ghost.Clear(state, Context, ~0UL);
        if (Ghost.PublishesStores(barrier))
            Ghost.Clear(state, Memory, Earlier | Shared);
        if (Ghost.OrdersLoadsAfterDevices(barrier))
            Ghost.Clear(state, Memory, Acknowledged);
    }

    public override void UseVectors(SymbolicState state) => Ghost.RequireClear(state, Context, VectorTrap, "CPTR_EL2 acts before vector registers are used");

    public override Term Load(SymbolicState state, Device device, Term offset, Term unknown)
    {
        if (offset == Term.Constant(ActiveState))
            Ghost.RequireClear(state, Context, Timer, "the virtual timer has stopped before its interrupt is looked at");
        return unknown;
    }

    public override void Look(SymbolicState state) => Ghost.RequireClear(state, Memory, Acknowledged, "mail is read after the interrupt that announced it");

    public override void Share(SymbolicState state) => Ghost.Add(state, Memory, Shared);
}
