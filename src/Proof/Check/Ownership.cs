using Redoubt.Image;

namespace Redoubt.Proof.Check;

/// <summary>Who may reach what, and how: the policy that an image's description of itself stands for.</summary>
internal static class Ownership
{
    /// <summary>Owners that are no partitions.</summary>
    public const string Kernel = "kernel", Loader = "loader";

    /// <summary>Purposes of the kernel's areas that it maps, with the rights that it has; its tables are not among them.</summary>
    private static readonly Dictionary<string, Rights> KernelRights = new()
    {
        ["code"] = Rights.Read | Rights.Execute,
        ["constants"] = Rights.Read,
        ["data"] = Rights.Read | Rights.Write,
        ["configuration"] = Rights.Read,
        ["GIC distributor"] = Rights.Read | Rights.Write | Rights.Device,
        ["GIC redistributors"] = Rights.Read | Rights.Write | Rights.Device,
    };

    /// <summary>Purposes of a partition's own memory.</summary>
    private static readonly Dictionary<string, Rights> PartitionRights = new()
    {
        ["manifest"] = Rights.Read,
        ["code"] = Rights.Read | Rights.Execute,
        ["constants"] = Rights.Read,
        ["data"] = Rights.Read | Rights.Write,
        ["zeroed data"] = Rights.Read | Rights.Write,
        ["work memory"] = Rights.Read | Rights.Write,
        ["memory"] = Rights.Read | Rights.Write | Rights.Execute,
        ["image"] = Rights.Read | Rights.Write | Rights.Execute,
        [SmmuCheck.Events] = Rights.Read,
        [IdentityCheck.Identity] = Rights.Read | Rights.Write,
        [IdentityCheck.Anchors] = Rights.Read,
    };

    /// <summary>What its client writes and the partition that shows it reads.</summary>
    public const string Screen = "screen";

    /// <summary>What a guest's monitor keeps to start it from.</summary>
    private const string Pristine = "pristine ";

    /// <summary>What the kernel may do with an area, or null for nothing.</summary>
    public static Rights? OfKernel(PlacedArea area) =>
        area.Owner == Kernel && KernelRights.TryGetValue(area.Purpose, out Rights rights) ? rights : null;

    /// <summary>What a partition may do with an area, or null for nothing.</summary>
    public static Rights? OfPartition(CheckedImage image, PlacedPartition partition, PlacedArea area)
    {
        if (area.Purpose == Screen && area.Sharer == partition.Name)
            return Rights.Read;
        if (area.Sharer is not null)
            return partition.Name == area.Owner || partition.Name == area.Sharer ? Rights.Read | Rights.Write : null;
        if (area.Owner != partition.Name && IsGuestPciConfiguration(image, partition, area))
            return Rights.Read | Rights.Write | Rights.Device;
        if (area.Owner != partition.Name)
            return IsGuestMemory(image, partition, area) ? Rights.Read | Rights.Write : null;
        if (area.Storage == Storage.Device)
            return Rights.Read | Rights.Write | Rights.Device;
        if (area.Purpose.StartsWith(Pristine, StringComparison.Ordinal) && partition.Kind == PartitionKind.Monitor)
            return Rights.Read;
        return PartitionRights.TryGetValue(area.Purpose, out Rights rights) ? rights : null;
    }

    /// <summary>What a partition's devices may do with an area by DMA, or null for nothing: what the partition may, in memory.</summary>
    public static Rights? OfDma(CheckedImage image, PlacedPartition partition, PlacedArea area) =>
        OfPartition(image, partition, area) is { } rights && !rights.HasFlag(Rights.Device) ? rights & ~Rights.Execute : null;

    /// <summary>RAM of the guest that a monitor serves.</summary>
    public static bool IsGuestMemory(CheckedImage image, PlacedPartition monitor, PlacedArea area) =>
        area.Purpose == "memory" && image.GuestOf(monitor)?.Name == area.Owner;

    /// <summary>Configuration space of the PCI host bridge of the guest that a monitor serves (<see cref="Abi.PciHost"/>).</summary>
    private static bool IsGuestPciConfiguration(CheckedImage image, PlacedPartition monitor, PlacedArea area) =>
        area.Storage == Storage.Device && image.GuestOf(monitor)?.Name == area.Owner
        && image.Map.Devices.Any(device => device.Owner == area.Owner && device.Windows.Count > 0 && device.Registers.Address == area.Address && device.Registers.Size == area.Size);

    /// <summary>Purpose of the area that holds a partition's tables, and of the kernel's.</summary>
    public static string TablesOf(string partition) => $"tables of {partition}";

    /// <summary>See <see cref="TablesOf"/>.</summary>
    public const string KernelTables = "own tables";
}
