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

    /// <summary>Channels.</summary>
    public required IReadOnlyList<PlacedChannel> Channels { get; init; }
}

/// <summary>A partition of a built system.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Kind">What kind it is.</param>
/// <param name="Runs">Program or image, as the description names it.</param>
/// <param name="Monitor">Name of its monitor, or null.</param>
public sealed record PlacedPartition(string Name, PartitionKind Kind, string Runs, string? Monitor);

/// <summary>A piece of physical address space.</summary>
/// <param name="Owner">Partition, <c>kernel</c> or <c>loader</c>.</param>
/// <param name="Sharer">The other end, if it is a channel's memory.</param>
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
/// <param name="Address">Physical address.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Interrupt">INTID, or null.</param>
/// <param name="Dma">Whether it reaches memory by itself.</param>
public sealed record PlacedDevice(string Name, string Owner, ulong Address, ulong Size, int? Interrupt, bool Dma);

/// <summary>A channel of a built system.</summary>
/// <param name="Name">Its name.</param>
/// <param name="First">Partition of side 0.</param>
/// <param name="Second">Partition of side 1.</param>
/// <param name="Address">Physical address of the shared memory.</param>
/// <param name="Size">Bytes of shared memory, or 0.</param>
/// <param name="FirstEvent">Event bit at side 0.</param>
/// <param name="SecondEvent">Event bit at side 1.</param>
public sealed record PlacedChannel(string Name, string First, string Second, ulong Address, ulong Size, int FirstEvent, int SecondEvent);
