using Redoubt.Abi;

namespace Redoubt.Image;

/// <summary>Which memory the measurements of a system are of (docs/pin-entry.md, "Measurements"). Neighbours are one range.</summary>
/// <param name="map">Who is where.</param>
/// <param name="loaderEnd">Where the part of the loader ends that it does not write to.</param>
internal sealed class MeasuredAreas(SystemMap map, ulong loaderEnd)
{
    private static readonly string[] s_program = ["code", "constants", "data"];

    /// <summary>What says who has which devices, beside the boot table: the configuration, the manifests, and all that the SMMU reads.</summary>
    private static readonly string[] s_devices = ["configuration", "manifest", "stream table", "SMMU commands"];

    /// <summary>Beginnings of the purposes of translation tables.</summary>
    private const string OwnTables = "own tables", TablesOf = "tables of ", Dma = "DMA ";

    /// <summary>Code, memory map, devices and services of the microvisor.</summary>
    public IReadOnlyList<IReadOnlyList<MemoryRange>> Microvisor =>
    [
        Ranges(area => area.Owner == Builder.Kernel && s_program.Contains(area.Purpose), new MemoryRange { Address = Layout.LoadBase, Size = loaderEnd - Layout.LoadBase }),
        Ranges(area => area.Owner == Builder.Kernel && (area.Purpose == OwnTables || area.Purpose.StartsWith(TablesOf, StringComparison.Ordinal))),
        Ranges(area => s_devices.Contains(area.Purpose) || (area.Owner == Builder.Kernel && area.Purpose.StartsWith(Dma, StringComparison.Ordinal)),
            new MemoryRange { Address = Layout.BootInfo, Size = Units.Page }),
        Ranges(area => s_program.Contains(area.Purpose) && map.Partitions.Any(partition => partition.Name == area.Owner && partition.Kind is PartitionKind.Service or PartitionKind.Monitor)),
    ];

    /// <summary>Code, memory map, devices and bank anchors of a partition.</summary>
    public IReadOnlyList<IReadOnlyList<MemoryRange>> Of(string partition) =>
    [
        Ranges(area => area.Owner == partition && s_program.Contains(area.Purpose)),
        Ranges(area => area.Owner == Builder.Kernel && area.Purpose == TablesOf + partition),
        Ranges(area => area.Owner == partition && area.Purpose == "manifest"),
        Ranges(area => area.Owner == partition && area.Purpose == PartitionMemory.Anchors),
    ];

    /// <summary>The areas of the file that are meant, and what else is, by address.</summary>
    private List<MemoryRange> Ranges(Func<PlacedArea, bool> meant, params IEnumerable<MemoryRange> others)
    {
        List<MemoryRange> ranges = [];
        IEnumerable<MemoryRange> found = map.Areas.Where(area => area.Storage == Storage.File && meant(area)).Select(area => new MemoryRange { Address = area.Address, Size = area.Size });
        foreach (MemoryRange range in found.Concat(others).OrderBy(range => range.Address))
        {
            if (ranges.Count > 0 && ranges[^1].Address + ranges[^1].Size == range.Address)
                ranges[^1] = ranges[^1] with { Size = ranges[^1].Size + range.Size };
            else
                ranges.Add(range);
        }

        return ranges;
    }
}
