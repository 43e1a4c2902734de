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
    /// One endless slot, or one for each guest with its monitor where several share the CPU, and one for the services; what one
    /// doesn't use, others may.
    /// </summary>
    private static List<SlotConfig> Default(IReadOnlyList<Vcpu> cpu)
    {
        ulong all = Mask(cpu);
        List<SlotConfig> families = cpu
            .Where(vcpu => vcpu.Partition.Kind is PartitionKind.Guest or PartitionKind.Bare)
            .GroupBy(vcpu => vcpu.Partition)
            .Select(family => Slot(FamilySlot, Mask(cpu.Where(vcpu => IsOf(vcpu, family.Key))), all))
            .ToList();
        if (families.Count < 2)
            return [Slot(0, all, all)];
        ulong services = Mask(cpu.Where(vcpu => vcpu.Partition.Kind == PartitionKind.Service));
        if (services != 0)
            families.Add(Slot(ServiceSlot, services, all));
        return families;
    }

    private static List<SlotConfig> Given(ScheduleDescription schedule, Topology topology)
    {
        long number = schedule.Cpu.Value;
        IReadOnlyList<Vcpu> cpu = topology.Cpus[(int)number];
        List<SlotConfig> slots = [];
        foreach (SlotDescription slot in schedule.Slots)
        {
            ulong mask = 0;
            foreach (Sourced<string> name in slot.For)
            {
                Partition partition = topology.Find(name, $"schedule of CPU {number}: a slot is for");
                ulong ranks = Mask(cpu.Where(vcpu => IsOf(vcpu, partition)));
                mask |= ranks != 0
                    ? ranks
                    : throw new UserError(name.At, $"schedule of CPU {number}: a slot is for {partition.Name}, which has no vCPU there (line {partition.Description.At.Line})");
            }

            slots.Add(Slot((ulong)(slot.Microseconds?.Value ?? 0), mask, slot.Strict ? 0 : Mask(cpu)));
        }

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
