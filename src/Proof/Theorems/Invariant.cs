using Redoubt.Abi;
using Redoubt.Proof.Execution;
using Redoubt.Proof.Terms;

namespace Redoubt.Proof.Theorems;

/// <summary>
/// The representation invariant: what holds of the kernel's state whenever no handler runs, and the well-formed configuration. Beside what
/// stands here, some words have bits that are never set (<see cref="KernelLayout"/>).
/// </summary>
public static class Invariant
{
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

    /// <summary>What is known of a word that a handler found in memory at its start.</summary>
    public static IEnumerable<Term> Of(Term cell, Term cpu) => cell.Name switch
    {
        // The state: fields of the CPU that runs, and of any vCPU.
        "cpu.Current" or "cpu.Resident" when cell.Arguments[0] == cpu => [IsVcpuOf(cell, cpu)],
        "vcpu.Pstate" => [IsAllowedPstate(cell, IsService(cell.Arguments[0]))],

        "vcpu.WorldVttbr" or "vcpu.WorldHcr" or "vcpu.WorldCptr" or "vcpu.WorldVmpidr" => [Term.Equal(cell, World.ValueOf(cell.Name, cell.Arguments[0]))],

        // The configuration: a monitor and its guest are on one CPU; a vCPU's monitor is none or a vCPU.
        "config.vcpu.Monitor" or "config.vcpu.Guest" => [IsVcpuOf(cell, CpuOf(cell.Arguments[0]))],

        // A capability for a vCPU is held by a service and names a vCPU of a guest.
        "config.partition.Capabilities" =>
        [
            Term.Either(
                Term.Not(Term.Equal(cell & Of(0xff), Of(Capability.Vcpu))),
                Term.Both(
                    Term.Bit(Configured("config.partition.Flags", cell.Arguments[0]), 0),
                    Term.Not(IsService((cell >>> Of(8)) & Of(Limits.Vcpus - 1))))),
        ],
        _ => NoTerms,
    };

    private static Term Of(ulong value) => Term.Constant(value);
}
