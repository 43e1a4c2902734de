using Redoubt.Abi;
using Redoubt.Proof.Execution;
using Redoubt.Proof.Isa;
using Redoubt.Proof.Terms;
using Redoubt.Proof.Theorems;

namespace Redoubt.Proof.Ordering;

/// <summary>
/// What TLBs and instruction caches may hold of guests (Arm ARM D8.13, D7.5.9). Tables of stage 2 never change, and each partition has a VMID of its
/// own; two things are left. vCPUs of one partition have one VMID: what one keeps for itself alone (its ASIDs may mean something else, and so may
/// entries that are not global for a CPU only) another on the same CPU must not find. And a vCPU that starts anew must not find what was there in its former life, when its
/// memory held something else.
/// </summary>
/// <param name="cpu">Number of the CPU that runs.</param>
public sealed class TranslationCaches(Term cpu) : Hardware
{
    private const ulong Here = 1, Everywhere = 2;

    // By partition the guest vCPU whose translations the TLB of this CPU may hold, or none; by vCPU 1 if TLBs, or instruction caches, may hold what
    // it had before it was off; operations that are not complete.
    private static readonly Field Holder = Ghost.Word("tlb.Holder"), Translations = Ghost.Word("tlb.Former"), Code = Ghost.Word("icache.Former"),
        Incomplete = Ghost.Word("tlb.Incomplete");

    private static Term None => Term.Constant(Limits.NoVcpu);

    private static Term Zero => Term.Constant(0);

    /// <summary>At the beginning of a handler: the kernel's record says whose translations there may be, and a vCPU that is off has left all behind.</summary>
    public void Begin(Execution.Environment environment)
    {
        Cells last = environment.Beginning(KernelLayout.Field("cpu.Last")), lifecycle = environment.Beginning(KernelLayout.Field("vcpu.Lifecycle"));
        Cells former = Cells.Of((vcpu, _) => Term.Choose(IsOff(lifecycle[vcpu, Zero]), Term.Constant(1), Zero));
        environment.Begin(Holder, Cells.Of((partition, _) => last[cpu, partition]));
        environment.Begin(Translations, former);
        environment.Begin(Code, former);
        environment.Begin(Incomplete, Cells.Of((_, _) => Zero));
    }

    /// <summary>The guest whose EL1 registers are loaded is the one on record. Assumed at the beginning of a handler, and shown at its end.</summary>
    public Term ResidentIsOnRecord(SymbolicState state)
    {
        Term resident = state.Cells(KernelLayout.Field("cpu.Resident"))[cpu, Zero], nobody = Term.Equal(resident, None), guest = Term.Given(nobody, false, resident);
        return Term.Either(nobody, Term.Equal(state.Cells(KernelLayout.Field("cpu.Last"))[cpu, Invariant.PartitionOf(guest)], guest));
    }

    public override void Maintain(SymbolicState state, int operation, Term value)
    {
        if (operation == SystemRegisters.TlbiVmalle1)
        {
            Term? partition = PartitionOf(state.Register(SystemRegisters.VttbrEl2));
            state.Require(Ghost.Property, Term.Truth(partition is not null), "the VMID whose translations are forgotten is a partition's");
            if (partition is not null)
                Ghost.Set(state, Holder, partition, None);
            Ghost.Add(state, Incomplete, Here);
        }
        else if (operation == SystemRegisters.TlbiAlle1Is)
        {
            state.SetCells(Holder, Cells.Of((_, _) => None));
            state.SetCells(Translations, Cells.Of((_, _) => Zero));
            Ghost.Add(state, Incomplete, Everywhere);
        }
        else if (operation == SystemRegisters.IcIalluIs)
        {
            state.SetCells(Code, Cells.Of((_, _) => Zero));
            Ghost.Add(state, Incomplete, Everywhere);
        }
    }

    public override void Order(SymbolicState state, Instruction barrier)
    {
        if (Ghost.CompletesHere(barrier))
            Ghost.Clear(state, Incomplete, Here);
        if (Ghost.CompletesEverywhere(barrier))
            Ghost.Clear(state, Incomplete, Everywhere);
    }

    /// <summary>At the end of a handler.</summary>
    /// <param name="state">The state.</param>
    /// <param name="entered">The vCPU that ERET enters, or null if the CPU becomes idle.</param>
    public void Require(SymbolicState state, Term? entered)
    {
        Ghost.RequireClear(state, Incomplete, Here | Everywhere, "TLB and cache operations are complete");
        Term partition = Term.Variable("any.Partition", Limits.Partitions - 1), holder = Ghost.Get(state, Holder, partition);
        if (entered is not null)
        {
            Term own = Invariant.PartitionOf(entered), before = Ghost.Get(state, Holder, own), service = Invariant.IsService(entered);
            state.Require(Ghost.Property, Term.Either(service, Term.Either(Term.Equal(before, None), Term.Equal(before, entered))),
                "a guest finds in the TLB no translations of another vCPU of its partition");
            holder = Term.Choose(Term.Both(Term.Not(service), Term.Equal(own, partition)), entered, holder);
        }

        state.Require(Ghost.Property, ResidentIsOnRecord(state), "the resident guest is on record as the last of its partition");
        Term last = state.Cells(KernelLayout.Field("cpu.Last"))[cpu, partition];
        state.Require(Ghost.Property, Term.Either(Term.Equal(holder, None), Term.Equal(holder, last)), "whose translations the TLB may hold is on record");
        Term vcpu = Term.Variable("any.Vcpu", Limits.Vcpus - 1), off = IsOff(state.Cells(KernelLayout.Field("vcpu.Lifecycle"))[vcpu, Zero]);
        state.Require(Ghost.Property, Term.Either(off, Term.Equal(Ghost.Get(state, Translations, vcpu), Zero)), "a vCPU that starts anew finds no translation of its former life");
        state.Require(Ghost.Property, Term.Either(off, Term.Equal(Ghost.Get(state, Code, vcpu), Zero)), "a vCPU that starts anew finds no instruction of its former life");
    }

    /// <summary>The partition that the configuration gives a value of VTTBR_EL2 to, as far as it can be told from the value's form.</summary>
    private static Term? PartitionOf(Term vttbr) => vttbr switch
    {
        { Kind: Kind.Cell, Name: "config.partition.Vttbr" } => vttbr.Arguments[0],
        { Kind: Kind.Cell, Name: "vcpu.WorldVttbr" } => Invariant.PartitionOf(vttbr.Arguments[0]),
        _ => null,
    };

    private static Term IsOff(Term lifecycle) => Term.Equal(lifecycle, Term.Constant(Lifecycle.Off));
}
