namespace Redoubt.Spec;

/// <summary>The configuration: what differs between systems. Nothing writes it.</summary>
public static class ConfigurationFields
{
    private const ulong Any = ~0UL, Boolean = 1, Index = 0xff, Capability = 0xffff_ffff, Rank = (1 << Limits.VcpusPerCpu) - 1;

    public static readonly Field
        Partition = new("Partition", Subject.Vcpu, 1, Limits.Partitions - 1, "the partition it belongs to"),
        Number = new("Number", Subject.Vcpu, 1, Limits.VcpusPerPartition - 1, "its number in the partition"),
        Monitor = new("Monitor", Subject.Vcpu, 1, Index, "the vCPU of the same CPU that serves its faults; 255 for none"),
        Guest = new("Guest", Subject.Vcpu, 1, Index, "the vCPU of the same CPU whose faults it serves; 255 for none"),

        Flags = new("Flags", Subject.Partition, 1, Any, "1: a service, at EL0; otherwise a guest, at EL1. 2: cacheable while its MMU is off"),
        Capabilities = new("Capabilities", Subject.Partition, Limits.Capabilities, Capability, "its capabilities, by slot: kind in bits 7:0, vCPU in 15:8, number in 31:16"),
        Vcpus = new("Vcpus", Subject.Partition, Limits.VcpusPerPartition, Index, "its vCPUs, by their numbers; 255 for none"),

        SlotCount = new("SlotCount", Subject.Cpu, 1, 31, "number of its time slots"),
        SlotLength = new("SlotLength", Subject.Cpu, Limits.Slots, Any, "length of each in units of 2^-20 s; 0 if it never ends"),
        SlotMask = new("SlotMask", Subject.Cpu, Limits.Slots, Rank, "ranks that run in it"),
        SlotFallback = new("SlotFallback", Subject.Cpu, Limits.Slots, Rank, "ranks that use what is left of it"),

        Sink = new("Sink", Subject.Interrupt, 1, Capability, "where it goes: an event or virtual interrupt of a vCPU, as in a capability; 0 for nowhere"),

        Frequency = new("Frequency", Subject.Machine, 1, Any, "counter frequency in Hz"),
        Pan = new("Pan", Subject.Machine, 1, 1 << 22, "PSTATE.PAN, if the CPU has it"),
        Identification = new("Identification", Subject.Machine, 64, Any, "what a guest reads from the identification registers, by CRm * 8 + op2");

    /// <summary>All of them.</summary>
    public static IReadOnlyList<Field> All { get; } = FieldList.Of(typeof(ConfigurationFields));
}
