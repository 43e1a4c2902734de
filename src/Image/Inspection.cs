using Redoubt.Abi;

namespace Redoubt.Image;

/// <summary>A partition: what it runs, at which exception level, and where.</summary>
public sealed record PartitionRow(string Name, PartitionKind Kind, string Runs, int Vmid, IReadOnlyList<string> Vcpus, ulong Memory);

/// <summary>A piece of physical address space; <see cref="Seen"/> says who can reach it and how, by the image's own tables.</summary>
public sealed record MemoryRow(string Owner, string Purpose, ulong Address, ulong Size, Storage Storage, IReadOnlyList<string> Seen);

/// <summary>Where a physical interrupt goes.</summary>
public sealed record InterruptRow(int Intid, string Device, string Partition, int Vcpu, int Cpu, string Arrives);

/// <summary>A capability: what a partition may do through a slot.</summary>
public sealed record CapabilityRow(string Partition, int Slot, string Kind, string Target);

/// <summary>A time slot of a CPU; <see cref="Microseconds"/> is null if it never ends.</summary>
public sealed record ScheduleRow(int Cpu, int Slot, double? Microseconds, IReadOnlyList<string> Runs, IReadOnlyList<string> Otherwise);

/// <summary>
/// Who owns what in an image, as rows for tables. Names come from the image's description of itself; access, capabilities, interrupts
/// and schedules from what the hardware and the kernel read: translation tables and configuration.
/// </summary>
public sealed class Inspection
{
    /// <summary>Units of <see cref="SlotConfig.Length"/> in a second.</summary>
    private const double LengthUnits = 1 << 20;

    private readonly SystemImage _image;

    private Inspection(SystemImage image)
    {
        _image = image;
        Partitions = Map.Partitions.Select(PartitionRow).ToList();
        Memory = MemoryRows();
        Interrupts = Enumerable.Range(0, Limits.Interrupts).Select(InterruptRow).OfType<InterruptRow>().ToList();
        Capabilities = Enumerable.Range(0, Map.Partitions.Count).SelectMany(CapabilityRows).ToList();
        Schedule = Enumerable.Range(0, Map.Cpus).SelectMany(ScheduleRows).ToList();
    }

    /// <summary>The image's description of itself.</summary>
    public SystemMap Map => _image.Map;

    /// <summary>Partitions by index.</summary>
    public IReadOnlyList<PartitionRow> Partitions { get; }

    /// <summary>Memory and device registers by address.</summary>
    public IReadOnlyList<MemoryRow> Memory { get; }

    /// <summary>Devices of partitions.</summary>
    public IReadOnlyList<PlacedDevice> Devices => Map.Devices;

    /// <summary>Physical interrupts that go to partitions, by INTID.</summary>
    public IReadOnlyList<InterruptRow> Interrupts { get; }

    /// <summary>Channels, and the event bit that each end gets.</summary>
    public IReadOnlyList<PlacedChannel> Channels => Map.Channels;

    /// <summary>Capabilities by partition and slot.</summary>
    public IReadOnlyList<CapabilityRow> Capabilities { get; }

    /// <summary>Time slots by CPU.</summary>
    public IReadOnlyList<ScheduleRow> Schedule { get; }

    /// <summary>Inspects an image.</summary>
    public static Inspection Of(SystemImage image) => new(image);

    private PartitionRow PartitionRow(PlacedPartition partition, int index)
    {
        PartitionConfig config = _image.Config.Partitions[index];
        List<string> vcpus = [];
        for (int number = 0; number < (int)config.VcpuCount; number++)
            vcpus.Add($"CPU {config.Vcpus[number] / Limits.VcpusPerCpu}");
        ulong memory = Map.Areas.Where(area => area.Owner == partition.Name && area.Storage != Storage.Device)
            .Aggregate(0UL, (sum, area) => sum + area.Size);
        return new PartitionRow(partition.Name, partition.Kind, partition.Runs, (int)(config.Vttbr >> 48), vcpus, memory);
    }

    private List<MemoryRow> MemoryRows()
    {
        List<(string Who, IReadOnlyList<MappedRange> Ranges)> views = [(Builder.Kernel, _image.KernelMemory())];
        for (int i = 0; i < Map.Partitions.Count; i++)
            views.Add((Map.Partitions[i].Name, _image.PartitionMemory(i)));
        if (Map.Smmu is { } smmu)
            views.Add(($"DMA of {smmu.Owner}", _image.DmaMemory()));
        return Map.Areas.Select(area => new MemoryRow(
            area.Owner,
            area.Purpose,
            area.Address,
            area.Size,
            area.Storage,
            views.SelectMany(view => view.Ranges
                .Where(range => range.Physical < area.End && area.Address < range.Physical + range.Size)
                .Select(range => $"{view.Who} {Text(range.Access)}")
                .Distinct()).ToList())).ToList();
    }

    private static string Text(Access access) =>
        (access.HasFlag(Access.Read) ? "r" : "-") + (access.HasFlag(Access.Write) ? "w" : "-") + (access.HasFlag(Access.Execute) ? "x" : "-");

    private InterruptRow? InterruptRow(int intid)
    {
        ulong word = _image.Config.Interrupts[intid];
        if (Capability.Kind(word) == Capability.None)
            return null;
        VcpuConfig vcpu = _image.Config.Vcpus[(int)Capability.Target(word)];
        return new InterruptRow(
            intid,
            Map.Devices.FirstOrDefault(device => device.Interrupts.Contains(intid))?.Name ?? (Map.Smmu?.Interrupt == intid ? "smmu" : ""),
            NameOf(vcpu.Partition),
            (int)vcpu.Number,
            (int)Capability.Target(word) / Limits.VcpusPerCpu,
            Capability.Kind(word) == Capability.Event ? $"event {Capability.Number(word)}" : $"interrupt {Capability.Number(word)}");
    }

    private List<CapabilityRow> CapabilityRows(int index)
    {
        PartitionConfig config = _image.Config.Partitions[index];
        List<CapabilityRow> rows = [];
        for (int slot = 0; slot < Limits.Capabilities; slot++)
        {
            ulong word = config.Capabilities[slot];
            if (Capability.Kind(word) != Capability.None)
                rows.Add(new CapabilityRow(Map.Partitions[index].Name, slot, KindOf(word), TargetOf(word)));
        }

        return rows;
    }

    private static string KindOf(ulong word) => Capability.Kind(word) switch
    {
        Capability.Event => "notify",
        Capability.Virtual => "interrupt",
        Capability.Vcpu => "control",
        Capability.Interrupt => "acknowledge",
        Capability.Machine => "machine",
        Capability.Account => "account",
        ulong kind => $"unknown ({kind})",
    };

    private string TargetOf(ulong word) => Capability.Kind(word) switch
    {
        Capability.Event => $"{Vcpu(word)}, event {Capability.Number(word)}",
        Capability.Virtual => $"{Vcpu(word)}, interrupt {Capability.Number(word)}",
        Capability.Interrupt => $"interrupt {Capability.Number(word)}",
        Capability.Machine => "power",
        _ => Vcpu(word),
    };

    private List<ScheduleRow> ScheduleRows(int cpu)
    {
        CpuConfig config = _image.Config.Cpus[cpu];
        List<ScheduleRow> rows = [];
        for (int i = 0; i < (int)config.SlotCount; i++)
        {
            SlotConfig slot = config.Slots[i];
            double? length = slot.Length == 0 ? null : Math.Round(slot.Length / LengthUnits * 1e6, 1);
            rows.Add(new ScheduleRow(cpu, i, length, Ranks(cpu, slot.Mask), Ranks(cpu, slot.Fallback & ~slot.Mask)));
        }

        return rows;
    }

    /// <summary>The vCPUs of these ranks, in the order in which they come to run: the partition's name, with a number where it has several.</summary>
    private List<string> Ranks(int cpu, ulong mask) => Enumerable.Range(0, Limits.VcpusPerCpu)
        .Where(rank => (mask >> rank & 1) != 0)
        .Select(rank => _image.Config.Vcpus[cpu * Limits.VcpusPerCpu + rank])
        .Select(vcpu => _image.Config.Partitions[(int)vcpu.Partition].VcpuCount == 1 ? NameOf(vcpu.Partition) : $"{NameOf(vcpu.Partition)}.{vcpu.Number}")
        .ToList();

    private string Vcpu(ulong word)
    {
        VcpuConfig vcpu = _image.Config.Vcpus[(int)Capability.Target(word)];
        return $"{NameOf(vcpu.Partition)} vCPU {vcpu.Number}";
    }

    private string NameOf(ulong partition) => Map.Partitions[(int)partition].Name;
}
