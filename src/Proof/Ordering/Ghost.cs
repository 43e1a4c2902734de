using Redoubt.Proof.Execution;
using Redoubt.Proof.Isa;
using Redoubt.Proof.Terms;

namespace Redoubt.Proof.Ordering;

/// <summary>Words that only the proof keeps, and the forms of the barriers that change them.</summary>
internal static class Ghost
{
    /// <summary>The property that these words serve.</summary>
    public const string Property = "tlb";

    // Barrier.Top: op2 of the encoding. Barrier.Variant: CRm, shareability domain in 3:2, access types in 1:0 (Arm ARM C6.2.90, DSB)
    private const int Dsb = 4, Isb = 6, Stores = 2, LoadsAndStores = 3, NonShareable = 1, FullSystem = 3;

    /// <summary>A field of such words.</summary>
    public static Field Word(string name) => new(name, 0, 8, 1, ~0UL);

    public static Term Get(SymbolicState state, Field field, Term index) => state.Cells(field)[index, Term.Constant(0)];

    public static void Set(SymbolicState state, Field field, Term index, Term value) =>
        state.SetCells(field, state.Cells(field).With(index, Term.Constant(0), value));

    /// <summary>Sets bits of a field that is one word.</summary>
    public static void Add(SymbolicState state, Field field, ulong bits) => Set(state, field, Term.Constant(0), Get(state, field, Term.Constant(0)) | Term.Constant(bits));

    /// <summary>Clears bits of a field that is one word.</summary>
    public static void Clear(SymbolicState state, Field field, ulong bits) => Set(state, field, Term.Constant(0), Get(state, field, Term.Constant(0)) & Term.Constant(~bits));

    /// <summary>Bits of a field that is one word have to be zero.</summary>
    public static void RequireClear(SymbolicState state, Field field, ulong bits, string message) =>
        state.Require(Property, Term.Equal(Get(state, field, Term.Constant(0)) & Term.Constant(bits), Term.Constant(0)), message);

    /// <summary>A barrier that makes what precedes it take effect for the instructions that follow.</summary>
    public static bool IsContextSynchronising(Instruction barrier) => barrier.Top == Isb;

    /// <summary>A barrier after which TLB and cache operations of this CPU alone are complete.</summary>
    public static bool CompletesHere(Instruction barrier) => barrier.Top == Dsb && (barrier.Variant & 3) == LoadsAndStores;

    /// <summary>A barrier after which those of all CPUs are.</summary>
    public static bool CompletesEverywhere(Instruction barrier) => CompletesHere(barrier) && barrier.Variant >> 2 != NonShareable;

    /// <summary>A barrier after which other CPUs see what was stored before.</summary>
    public static bool PublishesStores(Instruction barrier) =>
        barrier.Top == Dsb && (barrier.Variant & 3) is Stores or LoadsAndStores && barrier.Variant >> 2 != NonShareable;

    /// <summary>A barrier after which loads come after whatever a device answered before.</summary>
    public static bool OrdersLoadsAfterDevices(Instruction barrier) =>
        barrier.Top == Dsb && (barrier.Variant & 3) == LoadsAndStores && barrier.Variant >> 2 == FullSystem;
}
