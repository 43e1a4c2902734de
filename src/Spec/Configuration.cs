using F = Redoubt.Spec.ConfigurationFields;

namespace Redoubt.Spec;

public static partial class Specification<T>
{
    /// <summary>The configuration, by subject.</summary>
    public sealed class Configuration(IStore store)
    {
        public VcpuConfiguration Vcpu(Word index) => new(store, index);

        public PartitionConfiguration Partition(Word index) => new(store, index);

        public PartitionConfiguration PartitionOf(Word vcpu) => Partition(Vcpu(vcpu).Partition);

        public CpuConfiguration Cpu(Word number) => new(store, number);

        /// <summary>Where a physical interrupt goes.</summary>
        public Capability Sink(Word intid) => new(new Row(store, F.Sink, intid)[0UL]);

        /// <summary>The partition that gets a physical interrupt.</summary>
        public Word Owner(Word intid) => Vcpu(Sink(intid).Target).Partition;

        public Word Frequency => new Row(store, F.Frequency, 0UL)[0UL];

        public Word Pan => new Row(store, F.Pan, 0UL)[0UL];

        public Row Identification => new(store, F.Identification, 0UL);
    }

    /// <summary>Configuration of a vCPU.</summary>
    public sealed class VcpuConfiguration(IStore store, Word index) : Thing(store, index)
    {
        public Word Partition => this[F.Partition];

        public Word Number => this[F.Number];

        public Word Monitor => this[F.Monitor];

        public Word Guest => this[F.Guest];

        public Truth HasMonitor => Monitor != Limits.NoVcpu;

        public Truth HasGuest => Guest != Limits.NoVcpu;
    }

    /// <summary>Configuration of a partition.</summary>
    public sealed class PartitionConfiguration(IStore store, Word index) : Thing(store, index)
    {
        public Truth IsService => this[F.Flags].Has(PartitionFlags.Service);

        public Row Vcpus => Row(F.Vcpus);

        /// <summary>The capability in a slot; none beyond the last.</summary>
        public Capability Capability(Word slot) =>
            new((slot < Limits.Capabilities).Choose(Row(F.Capabilities)[slot & (Limits.Capabilities - 1)], Abi.Capability.None));
    }

    /// <summary>Configuration of a CPU.</summary>
    public sealed class CpuConfiguration(IStore store, Word number) : Thing(store, number)
    {
        public Word SlotCount => this[F.SlotCount];

        public Row SlotLength => Row(F.SlotLength);

        public Row SlotMask => Row(F.SlotMask);

        public Row SlotFallback => Row(F.SlotFallback);
    }

    /// <summary>A capability, or where a physical interrupt goes.</summary>
    public readonly struct Capability(Word word)
    {
        /// <summary>One of the kinds of <see cref="Abi.Capability"/>.</summary>
        public Word Kind => word & 0xff;

        /// <summary>Index of the vCPU.</summary>
        public Word Target => (word >> 8) & (Limits.Vcpus - 1);

        /// <summary>Event bit, virtual or physical INTID.</summary>
        public Word Number => (word >> 16) & 0xffff;
    }
}
