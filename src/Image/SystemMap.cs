namespace Redoubt.Image;

/// <summary>Who is where in a built system: what an image says of itself. Names and reasons; the tables and the configuration have the rest.</summary>
public sealed record SystemMap
{
    /// <summary>Name of the system.</summary>
    public required string System { get; init; }

    /// <summary>Name of its board.</summary>
    public required string Board { get; init; }

    /// <summary>CPUs.</summary>
    public required int Cpus { get; init; }

    /// <summary>Physical address and bytes of the machine's memory.</summary>
    public required ulong MemoryBase { get; init; }

    /// <summary>Bytes of the machine's memory.</summary>
    public required ulong MemorySize { get; init; }

    /// <summary>Partitions by index.</summary>
    public required IReadOnlyList<PlacedPartition> Partitions { get; init; }

    /// <summary>All of physical memory and devices that has an owner, by address.</summary>
    public required IReadOnlyList<PlacedArea> Areas { get; init; }

    /// <summary>Devices that partitions hold.</summary>
    public required IReadOnlyList<PlacedDevice> Devices { get; init; }

    /// <summary>The SMMU, if it confines any of the devices.</summary>
    public PlacedSmmu? Smmu { get; init; }

    /// <summary>Channels.</summary>
    public required IReadOnlyList<PlacedChannel> Channels { get; init; }

    /// <summary>Screens.</summary>
    public IReadOnlyList<PlacedScreen> Screens { get; init; } = [];
}

/// <summary>A partition of a built system.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Kind">What kind it is.</param>
/// <param name="Runs">Program or image, as the description names it.</param>
/// <param name="Monitor">Name of its monitor, or null.</param>
public sealed record PlacedPartition(string Name, PartitionKind Kind, string Runs, string? Monitor);

/// <summary>A piece of physical address space.</summary>
/// <param name="Owner">Partition, <c>kernel</c> or <c>loader</c>.</param>
/// <param name="Sharer">The other end, if it is a channel's memory or a screen's.</param>
/// <param name="Purpose">What it is for.</param>
/// <param name="Address">Physical address.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Storage">Where its content comes from at boot.</param>
public sealed record PlacedArea(string Owner, string? Sharer, string Purpose, ulong Address, ulong Size, Storage Storage)
{
    /// <summary>One past its last byte.</summary>
    public ulong End => Address + Size;
}

/// <summary>A device that a partition holds.</summary>
/// <param name="Name">The board's name for it.</param>
/// <param name="Owner">The partition.</param>
/// <param name="Registers">Physical addresses of its registers.</param>
/// <param name="Windows">Of a PCI host bridge, of what is behind it.</param>
/// <param name="Interrupts">INTIDs.</param>
/// <param name="Dma">Whether it reaches memory by itself.</param>
/// <param name="Streams">What the SMMU knows it by and confines it by, or null.</param>
public sealed record PlacedDevice(
    string Name, string Owner, AddressRange Registers, IReadOnlyList<AddressRange> Windows, IReadOnlyList<int> Interrupts, bool Dma, StreamRange? Streams)
{
    /// <summary>Registers and windows.</summary>
    public IEnumerable<AddressRange> Ranges => [Registers, .. Windows];
}

/// <summary>The SMMU of a built system.</summary>
/// <param name="Address">Physical address of its registers.</param>
/// <param name="Interrupt">INTID of its events.</param>
/// <param name="Owner">Partition whose devices it confines: to the memory that this partition has.</param>
/// <param name="Reader">Partition that learns of refused accesses.</param>
public sealed record PlacedSmmu(ulong Address, int Interrupt, string Owner, string Reader);

/// <summary>A channel of a built system.</summary>
/// <param name="Name">Its name.</param>
/// <param name="First">Partition of side 0.</param>
/// <param name="Second">Partition of side 1.</param>
/// <param name="Address">Physical address of the shared memory.</param>
/// <param name="Size">Bytes of shared memory, or 0.</param>
/// <param name="FirstEvent">Event bit at side 0.</param>
/// <param name="SecondEvent">Event bit at side 1.</param>
/// <param name="Kind">What guests see of it, a <see cref="ChannelKind"/>.</param>
public sealed record PlacedChannel(string Name, string First, string Second, ulong Address, ulong Size, int FirstEvent, int SecondEvent, ulong Kind);

/// <summary>A screen of a built system.</summary>
/// <param name="Client">Partition that paints it.</param>
/// <param name="Ui">Partition that shows it, and may only read it.</param>
/// <param name="Address">Physical address of the surface.</param>
/// <param name="Size">Bytes of the surface.</param>
/// <param name="Width">Pixels.</param>
/// <param name="Height">Pixels.</param>
/// <param name="Title">What the strip says while it is shown.</param>
public sealed record PlacedScreen(string Client, string Ui, ulong Address, ulong Size, uint Width, uint Height, string Title);
