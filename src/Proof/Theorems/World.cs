using Redoubt.Abi;
using Redoubt.Proof.Execution;
using Redoubt.Proof.Terms;

namespace Redoubt.Proof.Theorems;

/// <summary>
/// The registers that confine a vCPU (Arm ARM, D19.2). The values are stated here once more, on purpose: a kernel that confines less is
/// refused, even if its own constants agree with it.
/// </summary>
public static class World
{
    /// <summary>The fields of a vCPU's state that hold these values; they are constant after boot.</summary>
    private static readonly Dictionary<string, int> Held = new()
    {
        ["vcpu.WorldVttbr"] = SystemRegisters.VttbrEl2,
        ["vcpu.WorldHcr"] = SystemRegisters.HcrEl2,
        ["vcpu.WorldCptr"] = SystemRegisters.CptrEl2,
        ["vcpu.WorldVmpidr"] = SystemRegisters.VmpidrEl2,
    };

    // HCR_EL2: VM SWIO PTW FMO IMO AMO TSC RW; of a guest TWI TID1 TID3 TIDCP TACR TSW TLOR TERR; of a service TGE DC
    private const ulong Confined = 0x8008_003f & ~(1UL << 6), Guest = (1UL << 13) | (1 << 16) | (1 << 18) | (1 << 20) | (1 << 21) | (1 << 22) | (1UL << 35) | (1UL << 36),
        Service = (1 << 27) | (1 << 12), Cacheable = 1 << 12;

    // CPTR_EL2: RES1, TZ, TSM, TTA, TAM; of a service TFP
    private const ulong Closed = 0x33ff | (1 << 20) | (1 << 30), NoVectors = 1 << 10;

    /// <summary>Names of these fields.</summary>
    public static IEnumerable<string> Fields => Held.Keys;

    /// <summary>What such a field of a vCPU holds since boot.</summary>
    public static Term ValueOf(string field, Term vcpu) => Of(vcpu).Single(world => world.Register == Held[field]).Value;

    /// <summary>What each of the registers must hold while a vCPU is current.</summary>
    public static IEnumerable<(int Register, Term Value)> Of(Term vcpu)
    {
        Term partition = Invariant.PartitionOf(vcpu), flags = Invariant.Configured("config.partition.Flags", partition);
        Term service = Term.Bit(flags, 0), cacheable = Term.Bit(flags, 1);
        yield return (SystemRegisters.VttbrEl2, Invariant.Configured("config.partition.Vttbr", partition));
        yield return (SystemRegisters.HcrEl2, Term.Choose(service, Word(Confined | Service),
            Term.Choose(cacheable, Word(Confined | Guest | Cacheable), Word(Confined | Guest))));
        yield return (SystemRegisters.CptrEl2, Term.Choose(service, Word(Closed | NoVectors), Word(Closed)));
        yield return (SystemRegisters.VmpidrEl2, Word(1UL << 31) | Invariant.Configured("config.vcpu.Number", vcpu));
    }

    private static Term Word(ulong value) => Term.Constant(value);
}
