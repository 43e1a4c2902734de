namespace Redoubt.Spec;

public static partial class Specification<T>
{
    /// <summary>What the processor tells when EL2 is entered, and the times at which the counter is read.</summary>
    /// <param name="Syndrome">ESR_EL2, if it is an exception.</param>
    /// <param name="Address">FAR_EL2, which only an abort sets.</param>
    /// <param name="Page">HPFAR_EL2, which only an abort sets.</param>
    /// <param name="Interrupt">INTID acknowledged, if it is an interrupt.</param>
    /// <param name="Now">The counter while the operation takes place.</param>
    /// <param name="Later">The counter when the next vCPU is chosen.</param>
    /// <param name="Answer">What firmware answers, if it is called.</param>
    public readonly record struct Entry(Esr Syndrome, Word Address, Word Page, Word Interrupt, Word Now, Word Later, Word Answer);

    /// <summary>One entry to EL2, on one CPU.</summary>
    /// <param name="state">The state, which it changes.</param>
    /// <param name="configuration">The configuration.</param>
    /// <param name="cpu">Number of the CPU.</param>
    /// <param name="entry">What the processor tells.</param>
    public sealed partial class Step(State state, Configuration configuration, Word cpu, Entry entry)
    {
        private const ulong PageOffset = 0xfff, PageBits = ~0xfUL;
        private const int PageShift = 8;

        public State State { get; } = state;

        public Configuration Configuration { get; } = configuration;

        public Entry Entry { get; } = entry;

        /// <summary>The CPU it happens on.</summary>
        public Cpu Cpu { get; } = state.Cpu(cpu);

        /// <summary>The vCPU that ran; on an idle CPU the one that ran last.</summary>
        public Vcpu Self => State.Vcpu(Cpu.Current);

        /// <summary>Configuration of the partition of the vCPU that ran.</summary>
        public PartitionConfiguration Partition => Configuration.PartitionOf(Cpu.Current);

        public Truth IsService => Partition.IsService;

        /// <summary>The capability that x1 names.</summary>
        public Capability Named => Partition.Capability(Self.X[1]);

        /// <summary>The vCPU of the capability that x1 names.</summary>
        public Vcpu Target => State.Vcpu(Named.Target);

        /// <summary>Whether x1 names a capability of that kind.</summary>
        public Truth Names(ulong kind) => Named.Kind == kind;

        public Truth IsResident(Vcpu vcpu) => Cpu.Resident == vcpu.Index;

        /// <summary>The intermediate physical address of an abort.</summary>
        private Word FaultingIpa => ((Entry.Page & PageBits) << PageShift) | (Entry.Address & PageOffset);
    }
}
