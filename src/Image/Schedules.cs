using Redoubt.Abi;

namespace Redoubt.Image;

/// <summary>The cyclic schedule of each CPU.</summary>
internal static class Schedules
{
    /// <summary>Slots of the default where several guests share a CPU, in µs.</summary>
    private const ulong FamilySlot = 5000, ServiceSlot = 1000;

    private const ulong MicrosecondsPerSecond = 1_000_000;

    /// <summary>The slots of every CPU.</summary>
    /// <exception cref="UserError">A schedule of the description doesn't fit.</exception>
    public static IReadOnlyList<IReadOnlyList<SlotConfig>> Build(SystemDescription description, Topology topology)
    {
        IReadOnlyList<SlotConfig>[] slots = topology.Cpus.Select(Default).ToArray();
        ScheduleDescription?[] given = new ScheduleDescription?[slots.Length];
        foreach (ScheduleDescription schedule in description.Schedules)
        {
            long cpu = schedule.Cpu.Value;
            if (cpu >= slots.Length)
                throw new UserError(schedule.Cpu.At, $"schedule: there is no CPU {cpu}, the machine has {slots.Length}");
            if (given[cpu] is { } other)
                throw new UserError(schedule.Cpu.At, $"schedule: CPU {cpu} has one already (line {other.At.Line})");
            given[cpu] = schedule;
            slots[cpu] = Given(schedule, topology);
        }

        return slots;
    }

    /// <summary>
    /// One endless slot where at most one guest vCPU is on the CPU. Else the guests with their monitors take turns; where there are several,
    /// so do the services. What one doesn't use, others may.
    /// </summary>
    private static List<SlotConfig> Default(IReadOnlyList<Vcpu> cpu)
    {
        ulong all = Mask(cpu);
        ulong services = Mask(cpu.Where(vcpu => vcpu.Partition.Kind == PartitionKind.Service));
        IReadOnlyList<Partition> guests = cpu.Where(IsGuest).Select(vcpu => vcpu.Partition).Distinct().ToList();
        if (guests.Count <= 1)
            return guests.Count == 0 || Turns(cpu, guests).Count == 1
                ? [Slot(0, all, all)]
                : Split(FamilySlot, Turns(cpu, guests).Select(turn => turn | services), all);
        List<SlotConfig> slots = guests.SelectMany(guest => Split(FamilySlot, Turns(cpu, [guest]), all)).ToList();
        if (services != 0)
            slots.Add(Slot(ServiceSlot, services, all));
        return slots;
    }

    /// <summary>
    /// The vCPUs of partitions, in sets that take turns. A vCPU of a guest may spin until another of the same guest gets on, and the rank
    /// between them never changes: two of them in one slot would wait for ever.
    /// </summary>
    private static IReadOnlyList<ulong> Turns(IReadOnlyList<Vcpu> cpu, IReadOnlyList<Partition> partitions)
    {
        IReadOnlyList<ulong[]> guests = partitions
            .Select(partition => cpu.Where(vcpu => vcpu.Partition == partition && IsGuest(vcpu)).Select(vcpu => Mask([vcpu])).ToArray())
            .Where(vcpus => vcpus.Length != 0)
            .ToList();
        ulong others = Mask(cpu.Where(vcpu => !IsGuest(vcpu) && partitions.Any(partition => IsOf(vcpu, partition))));
        return Enumerable.Range(0, Math.Max(1, guests.Select(vcpus => vcpus.Length).DefaultIfEmpty().Max()))
            .Select(turn => guests.Aggregate(others, (mask, vcpus) => mask | vcpus[turn % vcpus.Length]))
            .ToList();
    }

    /// <summary>A slot that is shared out among turns; 0 for an endless one, which has one turn.</summary>
    private static List<SlotConfig> Split(ulong microseconds, IEnumerable<ulong> turns, ulong fallback)
    {
        IReadOnlyList<ulong> masks = turns.ToList();
        ulong length = microseconds == 0 ? 0 : Math.Max(1, microseconds / (ulong)masks.Count);
        return masks.Select(mask => Slot(length, mask, fallback)).ToList();
    }

    private static bool IsGuest(Vcpu vcpu) => vcpu.Partition.Kind is PartitionKind.Guest or PartitionKind.Bare;

    private static List<SlotConfig> Given(ScheduleDescription schedule, Topology topology)
    {
        long number = schedule.Cpu.Value;
        IReadOnlyList<Vcpu> cpu = topology.Cpus[(int)number];
        List<SlotConfig> slots = [];
        foreach (SlotDescription slot in schedule.Slots)
        {
            List<Partition> partitions = [];
            foreach (Sourced<string> name in slot.For)
            {
                Partition partition = topology.Find(name, $"schedule of CPU {number}: a slot is for");
                if (!cpu.Any(vcpu => IsOf(vcpu, partition)))
                    throw new UserError(name.At, $"schedule of CPU {number}: a slot is for {partition.Name}, which has no vCPU there (line {partition.Description.At.Line})");
                partitions.Add(partition);
            }

            IReadOnlyList<ulong> turns = Turns(cpu, partitions);
            ulong length = slot.Microseconds is { } given ? (ulong)given.Value : turns.Count > 1 ? FamilySlot : 0;
            slots.AddRange(Split(length, turns, slot.Strict ? 0 : Mask(cpu)));
        }

        if (slots.Count > Limits.Slots)
            throw new UserError(schedule.At, $"schedule of CPU {number}: its slots are {slots.Count}, one for each vCPU of a guest; {Limits.Slots} fit");
        ulong reached = slots.Aggregate(0UL, (ranks, slot) => ranks | slot.Mask | slot.Fallback);
        if (cpu.FirstOrDefault(vcpu => (reached >> vcpu.Rank & 1) == 0) is { } left)
            throw new UserError(schedule.At, $"schedule of CPU {number}: it never runs vCPU {left.Number} of {left.Partition.Name} (line {left.Partition.Description.At.Line})");
        return slots;
    }

    /// <summary>Whether a vCPU belongs to a partition or its monitor.</summary>
    private static bool IsOf(Vcpu vcpu, Partition partition) => vcpu.Partition == partition || vcpu.Partition == partition.Monitor;

    private static ulong Mask(IEnumerable<Vcpu> vcpus) => vcpus.Aggregate(0UL, (mask, vcpu) => mask | 1UL << vcpu.Rank);

    /// <summary>Length in the kernel's units of 2^-20 s.</summary>
    private static SlotConfig Slot(ulong microseconds, ulong mask, ulong fallback) =>
        new() { Length = ((microseconds << 20) + MicrosecondsPerSecond / 2) / MicrosecondsPerSecond, Mask = mask, Fallback = fallback };
}
