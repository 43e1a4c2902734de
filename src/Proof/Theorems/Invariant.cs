using Redoubt.Abi;
using Redoubt.Proof.Execution;
using Redoubt.Proof.Refinement;
using Redoubt.Proof.Terms;

namespace Redoubt.Proof.Theorems;

/// <summary>
/// The representation invariant: what holds of the kernel's state whenever no handler runs, and the well-formed configuration. Beside what
/// stands here, some words have bits that are never set (<see cref="KernelLayout"/>).
/// </summary>
public static class Invariant
{
    private const ulong FirstShared = 32, Special = 1020;
    private static readonly Term[] NoTerms = [];

    /// <summary>A word that names a vCPU of a CPU, or none.</summary>
    public static Term IsVcpuOf(Term word, Term cpu) => Term.Either(Term.Equal(word, Of(Limits.NoVcpu)), Term.Equal(CpuOf(word), cpu));

    /// <summary>
    /// A PSTATE with which a vCPU may run: EL0 in AArch64 or AArch32; for a guest also EL1 with either stack pointer. Never EL2, and never
    /// a mode that makes the ERET illegal.
    /// </summary>
    public static Term IsAllowedPstate(Term pstate, Term service)
    {
        Term mode = pstate & Of(0x1f);
        Term el0 = Term.Either(Term.Equal(mode, Of(0)), Term.Equal(mode, Of(0x10)));
        Term el1 = Term.Either(Term.Equal(mode, Of(4)), Term.Equal(mode, Of(5)));
        return Term.Either(el0, Term.Both(Term.Not(service), el1));
    }

    /// <summary>The CPU that a vCPU is pinned to.</summary>
    public static Term CpuOf(Term vcpu) => vcpu >>> Of(4);

    /// <summary>A word of the configuration, in its well-formed range.</summary>
    public static Term Configured(string field, Term index) => Cells.Initial(KernelLayout.Field(field))[index, Of(0)];

    /// <summary>The partition of a vCPU.</summary>
    public static Term PartitionOf(Term vcpu) => Configured("config.vcpu.Partition", vcpu);

    /// <summary>Whether a vCPU is of a service.</summary>
    public static Term IsService(Term vcpu) => Term.Bit(Configured("config.partition.Flags", PartitionOf(vcpu)), 0);

    /// <summary>A word of the time slot that a CPU is in.</summary>
    public static Term SlotWord(string name, Term cpu) =>
        Cells.Initial(KernelLayout.Field($"config.cpu.Slots.{name}"))[cpu, Cells.Initial(KernelLayout.Field("cpu.Slot"))[cpu, Of(0)]];

    /// <summary>What is known of a word that a handler found in memory at its start.</summary>
    public static IEnumerable<Term> Of(Term cell, Term cpu) => OfWord(cell, cpu).Concat(StateInvariant.Of(cell));

    private static Term[] OfWord(Term cell, Term cpu) => cell.Name switch
    {
        // The state: fields of the CPU that runs, and of any vCPU.
        "cpu.Current" or "cpu.Resident" when cell.Arguments[0] == cpu => [IsVcpuOf(cell, cpu)],
        "cpu.Mask" => [Term.Equal(cell, SlotWord("Mask", cell.Arguments[0]))],
        "cpu.Fallback" => [Term.Equal(cell, SlotWord("Fallback", cell.Arguments[0]))],
        "vcpu.Pstate" => [IsAllowedPstate(cell, IsService(cell.Arguments[0]))],

        "vcpu.WorldVttbr" or "vcpu.WorldHcr" or "vcpu.WorldCptr" or "vcpu.WorldVmpidr" => [Term.Equal(cell, World.ValueOf(cell.Name, cell.Arguments[0]))],

        // The configuration: a monitor and its guest are on one CPU and name each other, or there is none.
        "config.vcpu.Monitor" => [IsVcpuOf(cell, CpuOf(cell.Arguments[0])), IsNamedBy("config.vcpu.Guest", cell)],
        "config.vcpu.Guest" => [IsVcpuOf(cell, CpuOf(cell.Arguments[0])), IsNamedBy("config.vcpu.Monitor", cell)],

        "config.cpu.SlotCount" => [Term.Less(cell, Of(Limits.Slots + 1))],

        // A capability for a vCPU names a vCPU of a guest.
        "config.partition.Capabilities" =>
        [
            Term.Either(
                Term.Not(Term.Equal(cell & Of(0xff), Of(Capability.Vcpu))),
                Term.Not(IsService((cell >>> Of(8)) & Of(Limits.Vcpus - 1)))),
            // One for a physical interrupt names a device's.
            Term.Either(
                Term.Not(Term.Equal(cell & Of(0xff), Of(Capability.Interrupt))),
                Term.Both(Term.Not(Term.Less((cell >>> Of(16)) & Of(0xffff), Of(FirstShared))), Term.Less((cell >>> Of(16)) & Of(0xffff), Of(Special)))),
        ],
        _ => NoTerms,
    };

    /// <summary>Who is named names the other; not asked again of the one that is named.</summary>
    private static Term IsNamedBy(string field, Term cell)
    {
        Term vcpu = cell.Arguments[0];
        bool named = vcpu is { Kind: Kind.And, Arguments: [_, { Kind: Kind.Cell, Name: "config.vcpu.Monitor" or "config.vcpu.Guest" }] };
        return named ? Term.Truth(true) : Term.Either(Term.Equal(cell, Of(Limits.NoVcpu)), Term.Equal(Configured(field, cell & Of(Limits.Vcpus - 1)), vcpu));
    }

    private static Term Of(ulong value) => Term.Constant(value);
}
