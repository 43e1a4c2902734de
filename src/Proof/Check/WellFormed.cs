using Redoubt.Abi;
using Redoubt.Proof.Isa;

namespace Redoubt.Proof.Check;

/// <summary>What a predicate is about: each CPU, each capability slot of each partition, and so on.</summary>
/// <param name="Format">Names one for people, by its indices.</param>
/// <param name="Field">A word of it, to tell its address.</param>
/// <param name="Sizes">How many there are, of each index.</param>
public sealed record Domain(string Format, string Field, params ulong[] Sizes)
{
    public static readonly Domain Machine = new("the machine", "config.CpuCount");
    public static readonly Domain Cpu = new("CPU {0}", "config.cpu.Mpidr", Limits.Cpus);
    public static readonly Domain TwoCpus = new("CPU {0} and CPU {1}", "config.cpu.Mpidr", Limits.Cpus, Limits.Cpus);
    public static readonly Domain Slot = new("CPU {0}, time slot {1}", "config.cpu.Slots.Length", Limits.Cpus, Limits.Slots);
    public static readonly Domain SlotRank = new("CPU {0}, time slot {1}, rank {2}", "config.cpu.Slots.Mask", Limits.Cpus, Limits.Slots, Limits.VcpusPerCpu);
    public static readonly Domain Vcpu = new("vCPU {0}", "config.vcpu.Used", Limits.Vcpus);
    public static readonly Domain Partition = new("partition {0}", "config.partition.Vttbr", Limits.Partitions);
    public static readonly Domain PartitionVcpu = new("partition {0}, vCPU number {1}", "config.partition.Vcpus", Limits.Partitions, Limits.VcpusPerPartition);
    public static readonly Domain CapabilitySlot = new("partition {0}, capability {1}", "config.partition.Capabilities", Limits.Partitions, Limits.Capabilities);
    public static readonly Domain Interrupt = new("interrupt {0}", "config.interrupt", Limits.Interrupts);
}

/// <summary>One condition of a well-formed configuration.</summary>
/// <typeparam name="T">Kind of word.</typeparam>
/// <param name="Over">What it is about.</param>
/// <param name="Name">What it says.</param>
/// <param name="Holds">The truth of it for given indices; as many count as its domain has.</param>
public sealed record Condition<T>(Domain Over, string Name, Func<Configuration<T>, T[], T> Holds)
    where T : IWord<T>;

/// <summary>
/// When a configuration is well-formed. `check` evaluates this on the numbers of an image; the kernel's proof, which is about all
/// configurations, may assume it of the unknown one (<see cref="UnknownWords"/>), at the indices that it meets.
/// </summary>
/// <typeparam name="T">Kind of word.</typeparam>
public static class WellFormed<T>
    where T : IWord<T>
{
    // MPIDR_EL1: Aff3, Aff2, Aff1, Aff0 (Arm ARM D19.2.101)
    private const ulong Affinities = 0xff_00ff_ffff;
    private const ulong Page = 0x1000, Frame = 0x1_0000, RedistributorSize = 0x2_0000, OneSecond = 1 << 20;
    private const ulong TableAddress = 0x0000_007f_ffff_f000;
    private const int VmidShift = 48, CpuShift = 4;
    private const ulong FirstShared = 32, Special = 1020;

    /// <summary>All conditions.</summary>
    public static IReadOnlyList<Condition<T>> Conditions { get; } =
    [
        .. Machine, .. Schedule, .. Vcpus, .. Pairs, .. Partitions, .. Capabilities, .. Interrupts,
    ];

    private static Condition<T>[] Machine =>
    [
        new(Domain.Machine, "the configuration has its magic number", (c, _) => Is(c.Magic, Config.MagicValue)),
        new(Domain.Machine, "there are one to eight CPUs", (c, _) => All(Not(Is(c.CpuCount, 0)), Below(c.CpuCount, Limits.Cpus + 1))),
        new(Domain.Machine, "the kernel's tables and the distributor are aligned", (c, _) =>
            All(Clear(c.KernelTables, ~TableAddress), Clear(c.Distributor, Frame - 1))),
        new(Domain.Cpu, "a CPU that is not in use has no words", (c, i) =>
            Either(CpuInUse(c, i[0]), All(Is(c.Mpidr(i[0]), 0), Is(c.Redistributor(i[0]), 0), Is(c.SlotCount(i[0]), 0)))),
        new(Domain.Cpu, "MPIDR holds affinities only", (c, i) => Clear(c.Mpidr(i[0]), ~Affinities)),
        new(Domain.Cpu, "a redistributor is aligned", (c, i) => Clear(c.Redistributor(i[0]), Frame - 1)),
        new(Domain.TwoCpus, "CPUs differ in MPIDR and have redistributors apart", (c, i) => Either(
            Either(T.Equal(i[0], i[1]), Not(All(CpuInUse(c, i[0]), CpuInUse(c, i[1])))),
            All(Not(T.Equal(c.Mpidr(i[0]), c.Mpidr(i[1]))), Apart(c.Redistributor(i[0]), c.Redistributor(i[1]), RedistributorSize)))),
    ];

    private static Condition<T>[] Schedule =>
    [
        new(Domain.Cpu, "a CPU in use has 1 to 16 time slots", (c, i) =>
            Implies(CpuInUse(c, i[0]), All(Not(Is(c.SlotCount(i[0]), 0)), Below(c.SlotCount(i[0]), Limits.Slots + 1)))),
        new(Domain.Slot, "a time slot lasts at most a second, and for ever only if it is the only one", (c, i) => All(
            Below(c.SlotLength(i[0], i[1]), OneSecond + 1),
            Either(Either(Not(Is(c.SlotLength(i[0], i[1]), 0)), Is(c.SlotCount(i[0]), 1)), Not(SlotInUse(c, i[0], i[1]))))),
        new(Domain.Slot, "a time slot that is not in use has no words", (c, i) => Either(
            SlotInUse(c, i[0], i[1]),
            All(Is(c.SlotLength(i[0], i[1]), 0), Is(c.SlotMask(i[0], i[1]), 0), Is(c.SlotFallback(i[0], i[1]), 0)))),
        new(Domain.Slot, "a time slot names ranks that there are", (c, i) =>
            Clear(c.SlotMask(i[0], i[1]) | c.SlotFallback(i[0], i[1]), ~((1UL << Limits.VcpusPerCpu) - 1))),
        new(Domain.SlotRank, "a time slot names vCPUs in use", (c, i) =>
            Implies(HasRank(c.SlotMask(i[0], i[1]) | c.SlotFallback(i[0], i[1]), i[2]), VcpuInUse(c, IndexOf(i[0], i[2])))),
        new(Domain.Vcpu, "some time slot reaches every vCPU", (c, i) => Either(Not(VcpuInUse(c, i[0])), HasRank(Reached(c, CpuOf(i[0])), RankOf(i[0])))),
    ];

    private static Condition<T>[] Vcpus =>
    [
        new(Domain.Vcpu, "flags of a vCPU are 0 or 1", (c, i) => Clear(c.Used(i[0]) | c.Autostart(i[0]), ~1UL)),
        new(Domain.Vcpu, "a vCPU that is not in use has no words", (c, i) => Either(
            VcpuInUse(c, i[0]),
            All(
                Is(c.Used(i[0]) | c.PartitionOf(i[0]) | c.Number(i[0]) | c.Autostart(i[0]) | c.Entry(i[0]) | c.Context(i[0]), 0),
                Is(c.Monitor(i[0]), Limits.NoVcpu),
                Is(c.Guest(i[0]), Limits.NoVcpu)))),
        new(Domain.Vcpu, "a vCPU in use is pinned to a CPU in use", (c, i) => Implies(VcpuInUse(c, i[0]), CpuInUse(c, CpuOf(i[0])))),
        new(Domain.Vcpu, "a vCPU belongs to a partition that there is, by a number that there is", (c, i) =>
            All(Below(c.PartitionOf(i[0]), Limits.Partitions), Below(c.Number(i[0]), Limits.VcpusPerPartition))),
        new(Domain.Vcpu, "a vCPU in use is the one of that number in its partition", (c, i) => Implies(
            VcpuInUse(c, i[0]),
            All(T.Less(c.Number(i[0]), c.VcpuCount(c.PartitionOf(i[0]))), T.Equal(c.VcpuOf(c.PartitionOf(i[0]), c.Number(i[0])), i[0])))),
        new(Domain.Vcpu, "the kernel starts a vCPU if no monitor does", (c, i) =>
            Implies(VcpuInUse(c, i[0]), Same(Is(c.Autostart(i[0]), 1), Is(c.Monitor(i[0]), Limits.NoVcpu)))),
        new(Domain.Vcpu, "a vCPU starts at an instruction", (c, i) => Clear(c.Entry(i[0]), 3)),
    ];

    private static Condition<T>[] Pairs =>
    [
        new(Domain.Vcpu, "a monitor and its guest name each other", (c, i) => Either(
            Either(Not(VcpuInUse(c, i[0])), Is(c.Monitor(i[0]), Limits.NoVcpu)),
            All(IsVcpu(c, c.Monitor(i[0])), T.Equal(c.Guest(AsVcpu(c.Monitor(i[0]))), i[0])))),
        new(Domain.Vcpu, "a guest and its monitor name each other", (c, i) => Either(
            Either(Not(VcpuInUse(c, i[0])), Is(c.Guest(i[0]), Limits.NoVcpu)),
            All(IsVcpu(c, c.Guest(i[0])), T.Equal(c.Monitor(AsVcpu(c.Guest(i[0]))), i[0])))),
        new(Domain.Vcpu, "a monitor is a service on its guest's CPU, of better rank and the same number", (c, i) => Implies(
            HasMonitor(c, i[0]),
            All(
                IsService(c, c.PartitionOf(AsVcpu(c.Monitor(i[0])))),
                Not(IsService(c, c.PartitionOf(i[0]))),
                T.Equal(CpuOf(c.Monitor(i[0])), CpuOf(i[0])),
                T.Less(c.Monitor(i[0]), i[0]),
                T.Equal(c.Number(AsVcpu(c.Monitor(i[0]))), c.Number(i[0]))))),
        new(Domain.Vcpu, "one partition monitors all vCPUs of a guest", (c, i) => Implies(
            VcpuInUse(c, i[0]),
            Either(
                All(Is(c.Monitor(i[0]), Limits.NoVcpu), Is(c.Monitor(First(c, i[0])), Limits.NoVcpu)),
                All(
                    HasMonitor(c, i[0]), HasMonitor(c, First(c, i[0])),
                    T.Equal(c.PartitionOf(AsVcpu(c.Monitor(i[0]))), c.PartitionOf(AsVcpu(c.Monitor(First(c, i[0]))))))))),
    ];

    private static Condition<T>[] Partitions =>
    [
        new(Domain.Partition, "a partition has at most eight vCPUs", (c, i) => Below(c.VcpuCount(i[0]), Limits.VcpusPerPartition + 1)),
        new(Domain.Partition, "a partition is a service, a guest, or a guest that is cacheable from the start", (c, i) =>
            Below(c.Flags(i[0]), PartitionFlags.Service + PartitionFlags.DefaultCacheable)),
        new(Domain.Partition, "a partition's VMID is its own and its root table aligned", (c, i) => Implies(
            PartitionInUse(c, i[0]),
            T.Equal(c.Vttbr(i[0]) & Of(~TableAddress), (i[0] + Of(1)) << Of(VmidShift)))),
        new(Domain.Partition, "a partition that is not in use has no words", (c, i) =>
            Either(PartitionInUse(c, i[0]), Is(c.Vttbr(i[0]) | c.Flags(i[0]), 0))),
        new(Domain.PartitionVcpu, "a partition's vCPUs are in use, its own, and in their places", (c, i) => Implies(
            T.Less(i[1], c.VcpuCount(i[0])),
            All(
                IsVcpu(c, c.VcpuOf(i[0], i[1])),
                T.Equal(c.PartitionOf(AsVcpu(c.VcpuOf(i[0], i[1]))), i[0]),
                T.Equal(c.Number(AsVcpu(c.VcpuOf(i[0], i[1]))), i[1])))),
        new(Domain.PartitionVcpu, "a partition has no vCPU beyond their number", (c, i) => Either(
            T.Less(i[1], c.VcpuCount(i[0])),
            Is(c.VcpuOf(i[0], i[1]), Limits.NoVcpu))),
    ];

    private static Condition<T>[] Capabilities =>
    [
        new(Domain.CapabilitySlot, "a capability is of a known kind and has no other bits", (c, i) =>
            All(Below(KindOf(c.CapabilityOf(i[0], i[1])), Capability.Account + 1), Clear(c.CapabilityOf(i[0], i[1]), ~0xffff_7fffUL))),
        new(Domain.CapabilitySlot, "an empty slot, and those of a partition that is not in use, are zero", (c, i) => Either(
            All(Not(Is(KindOf(c.CapabilityOf(i[0], i[1])), Capability.None)), PartitionInUse(c, i[0])),
            Is(c.CapabilityOf(i[0], i[1]), 0))),
        new(Domain.CapabilitySlot, "what a capability names is in use", (c, i) => Either(
            Either(Is(KindOf(c.CapabilityOf(i[0], i[1])), Capability.None), Is(KindOf(c.CapabilityOf(i[0], i[1])), Capability.Machine)),
            VcpuInUse(c, TargetOf(c.CapabilityOf(i[0], i[1]))))),
        Given(Capability.Event, "an event is one of 64", (c, word, _) => Below(NumberOf(word), Limits.VirtualInterrupts)),
        Given(Capability.Virtual, "a virtual interrupt is one of 64, of a guest", (c, word, _) =>
            All(Below(NumberOf(word), Limits.VirtualInterrupts), Not(IsService(c, c.PartitionOf(TargetOf(word)))))),
        Given(Capability.Virtual, "a virtual interrupt that is notified is linked to no physical one", (c, word, _) => All(
            Not(Is(NumberOf(word), GuestMap.TimerInterrupt)),
            Either(
                Not(Is(KindOf(c.Interrupt(NumberOf(word) & Of(Limits.Interrupts - 1))), Capability.Virtual)),
                Not(T.Equal(TargetOf(c.Interrupt(NumberOf(word) & Of(Limits.Interrupts - 1))), TargetOf(word)))))),
        Given(Capability.Vcpu, "a monitor controls vCPUs of its guest, and a guest without monitor its own", (c, word, partition) => All(
            Is(NumberOf(word), 0),
            Not(IsService(c, c.PartitionOf(TargetOf(word)))),
            Either(
                All(HasMonitor(c, TargetOf(word)), T.Equal(c.PartitionOf(AsVcpu(c.Monitor(TargetOf(word)))), partition)),
                All(Not(HasMonitor(c, TargetOf(word))), T.Equal(c.PartitionOf(TargetOf(word)), partition))))),
        Given(Capability.Interrupt, "who acknowledges an interrupt is who gets it", (c, word, partition) => All(
            IsShared(NumberOf(word)),
            Is(KindOf(c.Interrupt(NumberOf(word) & Of(Limits.Interrupts - 1))), Capability.Event),
            T.Equal(TargetOf(c.Interrupt(NumberOf(word) & Of(Limits.Interrupts - 1))), TargetOf(word)),
            T.Equal(c.PartitionOf(TargetOf(word)), partition))),
        Given(Capability.Machine, "the right to the machine names nothing", (c, word, _) => Is(word, Capability.Machine)),
        Given(Capability.Account, "an account is a vCPU's", (c, word, _) => Is(NumberOf(word), 0)),
    ];

    private static Condition<T>[] Interrupts =>
    [
        new(Domain.Interrupt, "an interrupt goes nowhere, arrives as an event, or as a virtual interrupt", (c, i) => All(
            Below(KindOf(c.Interrupt(i[0])), Capability.Virtual + 1), Clear(c.Interrupt(i[0]), ~0x3f_7fffUL))),
        new(Domain.Interrupt, "one that goes nowhere is zero", (c, i) => Either(Not(Is(KindOf(c.Interrupt(i[0])), Capability.None)), Is(c.Interrupt(i[0]), 0))),
        new(Domain.Interrupt, "only shared peripheral interrupts go anywhere", (c, i) => Either(IsShared(i[0]), Is(c.Interrupt(i[0]), 0))),
        new(Domain.Interrupt, "one that goes somewhere goes to a vCPU in use", (c, i) => Either(Is(c.Interrupt(i[0]), 0), VcpuInUse(c, TargetOf(c.Interrupt(i[0]))))),
        new(Domain.Interrupt, "one that a guest gets as its own keeps its number", (c, i) => Implies(
            Is(KindOf(c.Interrupt(i[0])), Capability.Virtual),
            All(T.Equal(NumberOf(c.Interrupt(i[0])), i[0]), Not(IsService(c, c.PartitionOf(TargetOf(c.Interrupt(i[0])))))))),
    ];

    private static Condition<T> Given(ulong kind, string name, Func<Configuration<T>, T, T, T> holds) =>
        new(Domain.CapabilitySlot, name, (c, i) => Implies(Is(KindOf(c.CapabilityOf(i[0], i[1])), kind), holds(c, c.CapabilityOf(i[0], i[1]), i[0])));

    private static T CpuInUse(Configuration<T> c, T cpu) => T.Less(cpu, c.CpuCount);

    private static T SlotInUse(Configuration<T> c, T cpu, T slot) => T.Less(slot, c.SlotCount(cpu));

    private static T PartitionInUse(Configuration<T> c, T partition) => Not(Is(c.VcpuCount(partition), 0));

    private static T VcpuInUse(Configuration<T> c, T vcpu) => Is(c.Used(vcpu), 1);

    /// <summary>A word that may be <see cref="Limits.NoVcpu"/> names a vCPU, and that is in use.</summary>
    private static T IsVcpu(Configuration<T> c, T word) => All(Below(word, Limits.Vcpus), VcpuInUse(c, AsVcpu(word)));

    /// <summary>A word as an index of a vCPU, for where it is one.</summary>
    private static T AsVcpu(T word) => word & Of(Limits.Vcpus - 1);

    private static T HasMonitor(Configuration<T> c, T vcpu) => All(VcpuInUse(c, vcpu), Not(Is(c.Monitor(vcpu), Limits.NoVcpu)));

    private static T IsService(Configuration<T> c, T partition) => T.Bit(c.Flags(partition), 0);

    /// <summary>The first vCPU of a vCPU's partition.</summary>
    private static T First(Configuration<T> c, T vcpu) => AsVcpu(c.VcpuOf(c.PartitionOf(vcpu), Of(0)));

    private static T CpuOf(T vcpu) => vcpu >>> Of(CpuShift);

    private static T RankOf(T vcpu) => vcpu & Of(Limits.VcpusPerCpu - 1);

    private static T IndexOf(T cpu, T rank) => (cpu << Of(CpuShift)) + rank;

    private static T HasRank(T mask, T rank) => T.Bit(mask >>> rank, 0);

    /// <summary>Ranks that some time slot of a CPU runs.</summary>
    private static T Reached(Configuration<T> c, T cpu)
    {
        T reached = Of(0);
        for (ulong slot = 0; slot < Limits.Slots; slot++)
        {
            reached |= c.SlotMask(cpu, Of(slot)) | c.SlotFallback(cpu, Of(slot));
        }

        return reached;
    }

    private static T KindOf(T capability) => capability & Of(0xff);

    private static T TargetOf(T capability) => (capability >>> Of(8)) & Of(Limits.Vcpus - 1);

    private static T NumberOf(T capability) => (capability >>> Of(16)) & Of(0xffff);

    private static T IsShared(T intid) => All(Not(Below(intid, FirstShared)), Below(intid, Special));

    private static T Apart(T a, T b, ulong size) => Either(Not(T.Less(a, b + Of(size))), Not(T.Less(b, a + Of(size))));

    private static T Of(ulong value) => T.Constant(value);

    private static T Is(T word, ulong value) => T.Equal(word, Of(value));

    private static T Below(T word, ulong limit) => T.Less(word, Of(limit));

    private static T Clear(T word, ulong mask) => Is(word & Of(mask), 0);

    private static T Not(T truth) => T.Not(truth);

    private static T Either(T a, T b) => T.Either(a, b);

    private static T Implies(T a, T b) => T.Either(T.Not(a), b);

    private static T Same(T a, T b) => T.Choose(a, b, T.Not(b));

    private static T All(params ReadOnlySpan<T> truths)
    {
        T all = T.Truth(true);
        foreach (T truth in truths)
        {
            all = T.Both(all, truth);
        }

        return all;
    }
}
