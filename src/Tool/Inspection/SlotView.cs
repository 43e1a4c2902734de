using Redoubt.Abi;

namespace Redoubt.Tool.Inspection;

/// <summary>A time slot as a person reads it.</summary>
/// <param name="Cpu">The CPU.</param>
/// <param name="Microseconds">Length; null if it never ends.</param>
/// <param name="Runs">vCPUs that may run, in order of priority, as <c>partition.number</c>.</param>
/// <param name="Leftover">vCPUs that may use what is left, beyond those.</param>
public sealed record SlotView(int Cpu, double? Microseconds, IReadOnlyList<string> Runs, IReadOnlyList<string> Leftover)
{
    /// <summary>Unit of <see cref="SlotConfig.Length"/>.</summary>
    private const double UnitsPerSecond = 1 << 20;

    /// <summary>The slots of all CPUs of an image.</summary>
    public static IReadOnlyList<SlotView> Of(SystemImage image)
    {
        List<SlotView> views = [];
        for (int cpu = 0; cpu < (int)image.Config.CpuCount; cpu++)
        {
            CpuConfig config = image.Config.Cpus[cpu];
            for (int i = 0; i < (int)config.SlotCount; i++)
            {
                SlotConfig slot = config.Slots[i];
                double? length = slot.Length == 0 ? null : slot.Length * 1e6 / UnitsPerSecond;
                views.Add(new SlotView(cpu, length, Names(image, cpu, slot.Mask), Names(image, cpu, slot.Fallback & ~slot.Mask)));
            }
        }

        return views;
    }

    /// <summary>vCPUs of a partition and the CPU of each.</summary>
    public static IReadOnlyList<int> CpusOf(SystemImage image, int partition)
    {
        PartitionConfig config = image.Config.Partitions[partition];
        List<int> cpus = [];
        for (int i = 0; i < (int)config.VcpuCount; i++)
            cpus.Add((int)config.Vcpus[i] / Limits.VcpusPerCpu);
        return cpus;
    }

    private static List<string> Names(SystemImage image, int cpu, ulong mask)
    {
        List<string> names = [];
        for (int rank = 0; rank < Limits.VcpusPerCpu; rank++)
        {
            if ((mask >> rank & 1) == 0)
                continue;
            VcpuConfig vcpu = image.Config.Vcpus[(cpu * Limits.VcpusPerCpu) + rank];
            if (vcpu.Used != 0)
                names.Add($"{image.Map.Partitions[(int)vcpu.Partition].Name}.{vcpu.Number}");
        }

        return names;
    }
}
