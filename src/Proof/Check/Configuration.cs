using Redoubt.Abi;
using Redoubt.Proof.Isa;

namespace Redoubt.Proof.Check;

/// <summary>The configuration (<see cref="Config"/>) as predicates see it: numbers of one image, or the terms of any.</summary>
/// <typeparam name="T">Kind of word.</typeparam>
/// <param name="words">Its words.</param>
public sealed class Configuration<T>(IWords<T> words)
    where T : IWord<T>
{
    private static readonly T Zero = T.Constant(0);

    public T Magic => words["config.Magic", Zero, Zero];

    public T CpuCount => words["config.CpuCount", Zero, Zero];

    public T Distributor => words["config.Distributor", Zero, Zero];

    public T KernelTables => words["config.KernelTables", Zero, Zero];

    public T Mpidr(T cpu) => words["config.cpu.Mpidr", cpu, Zero];

    public T Redistributor(T cpu) => words["config.cpu.Redistributor", cpu, Zero];

    public T SlotCount(T cpu) => words["config.cpu.SlotCount", cpu, Zero];

    public T SlotLength(T cpu, T slot) => words["config.cpu.Slots.Length", cpu, slot];

    public T SlotMask(T cpu, T slot) => words["config.cpu.Slots.Mask", cpu, slot];

    public T SlotFallback(T cpu, T slot) => words["config.cpu.Slots.Fallback", cpu, slot];

    public T Vttbr(T partition) => words["config.partition.Vttbr", partition, Zero];

    public T Flags(T partition) => words["config.partition.Flags", partition, Zero];

    public T VcpuCount(T partition) => words["config.partition.VcpuCount", partition, Zero];

    /// <summary>Index of the vCPU that a partition calls by a number.</summary>
    public T VcpuOf(T partition, T number) => words["config.partition.Vcpus", partition, number];

    public T CapabilityOf(T partition, T slot) => words["config.partition.Capabilities", partition, slot];

    public T Used(T vcpu) => words["config.vcpu.Used", vcpu, Zero];

    public T PartitionOf(T vcpu) => words["config.vcpu.Partition", vcpu, Zero];

    public T Number(T vcpu) => words["config.vcpu.Number", vcpu, Zero];

    public T Monitor(T vcpu) => words["config.vcpu.Monitor", vcpu, Zero];

    public T Guest(T vcpu) => words["config.vcpu.Guest", vcpu, Zero];

    public T Autostart(T vcpu) => words["config.vcpu.Autostart", vcpu, Zero];

    public T Entry(T vcpu) => words["config.vcpu.Entry", vcpu, Zero];

    public T Context(T vcpu) => words["config.vcpu.Context", vcpu, Zero];

    /// <summary>Where a physical interrupt goes.</summary>
    public T Interrupt(T intid) => words["config.interrupt", intid, Zero];
}
