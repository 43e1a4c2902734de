using Redoubt.Abi;

namespace Redoubt.Image;

/// <summary>Writes what the loader does before it enters the kernel.</summary>
internal static class BootInfoWriter
{
    public static void Write(ref BootInfo info, ulong kernelEntry, IReadOnlyList<Area> areas, IReadOnlyList<Partition> partitions, SmmuSetup smmu, in IdentitySetup identity)
    {
        info.Magic = BootInfo.MagicValue;
        info.KernelEntry = kernelEntry;
        info.Smmu = smmu;
        info.Identity = identity;
        foreach (MemoryRange range in ZeroRanges(areas))
            info.Zero[(int)info.ZeroCount++] = range;
        foreach (Partition partition in partitions.Where(partition => partition.HasManifest))
            info.Seeds[(int)info.SeedCount++] = partition.Manifest!.Address;
    }

    /// <summary>Areas to zero; neighbours become one range, so there are few: they are placed one behind the other.</summary>
    private static List<MemoryRange> ZeroRanges(IReadOnlyList<Area> areas)
    {
        List<MemoryRange> ranges = [];
        foreach (Area area in areas.Where(area => area.Storage == Storage.Zero))
        {
            if (ranges.Count > 0 && ranges[^1].Address + ranges[^1].Size == area.Address)
                ranges[^1] = ranges[^1] with { Size = ranges[^1].Size + area.Size };
            else
                ranges.Add(new MemoryRange { Address = area.Address, Size = area.Size });
        }

        return ranges;
    }
}
