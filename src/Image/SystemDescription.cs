namespace Redoubt.Image;

/// <summary>What runs in a partition, and at which exception level.</summary>
public enum PartitionKind
{
    /// <summary>One of Redoubt's own programs at EL0.</summary>
    Service,

    /// <summary>A service that models the machine of one guest.</summary>
    Monitor,

    /// <summary>An operating system at EL1, served by a monitor.</summary>
    Guest,

    /// <summary>A program at EL1 without a monitor, which gets a manifest as a service does.</summary>
    Bare,
}

/// <summary>One partition as the user described it. Monitors are not described, they come with their guests.</summary>
public sealed record PartitionDescription
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>Where it is described.</summary>
    public required Position At { get; init; }

    /// <summary>Never <see cref="PartitionKind.Monitor"/>.</summary>
    public required PartitionKind Kind { get; init; }

    /// <summary>Name of one of Redoubt's programs; null if there is an <see cref="Image"/>.</summary>
    public Sourced<string>? Program { get; init; }

    /// <summary>Artifact name (with a colon) or path, relative to the description, of a Linux Image, ELF file or flat binary; null if there is a <see cref="Program"/>.</summary>
    public Sourced<string>? Image { get; init; }

    /// <summary>Artifact name or path of an initial RAM disk.</summary>
    public Sourced<string>? Initrd { get; init; }

    /// <summary>Artifact name or path of a disk; the image doesn't have it, whoever starts the machine attaches it.</summary>
    public Sourced<string>? Disk { get; init; }

    /// <summary>Kernel command line.</summary>
    public Sourced<string>? CommandLine { get; init; }

    /// <summary>Bytes of RAM of an image, or of a service's work memory.</summary>
    public Sourced<ulong>? Memory { get; init; }

    /// <summary>Physical address of its RAM, if the user wants a certain one.</summary>
    public Sourced<ulong>? Address { get; init; }

    /// <summary>Number of vCPUs.</summary>
    public required Sourced<long> VcpuCount { get; init; }

    /// <summary>The CPU of each vCPU; null for round robin.</summary>
    public IReadOnlyList<Sourced<long>>? Cpus { get; init; }

    /// <summary>When a guest starts anew by itself, a <see cref="Abi.RestartPolicy"/>.</summary>
    public ulong Restart { get; init; }

    /// <summary>Whether it has a channel to the console partition; null for "if there is one".</summary>
    public Sourced<bool>? Console { get; init; }

    /// <summary>What the strip says while it has the screen; null if it has none.</summary>
    public Sourced<string>? Screen { get; init; }

    /// <summary>Whether it may switch the machine off.</summary>
    public bool Machine { get; init; }

    /// <summary>Whether it may hold a device whose DMA nothing confines.</summary>
    public bool Trusted { get; init; }

    /// <summary>Devices by the board's names.</summary>
    public required IReadOnlyList<Sourced<string>> Devices { get; init; }

    /// <summary>Whether measured boot gives it an identity; only one of Redoubt's programs can have one.</summary>
    public Sourced<bool>? Identity { get; init; }

    /// <summary>Artifact name or path of its bank anchors (docs/pin-entry.md).</summary>
    public Sourced<string>? Anchors { get; init; }
}

/// <summary>What identities say of the system as a whole.</summary>
/// <param name="Version">Security version: raised by a defect that nobody should accept any more.</param>
/// <param name="Date">The image's day: a device without a clock knows that it is not earlier.</param>
/// <param name="At">Where it is described.</param>
public sealed record IdentityDescription(ulong Version, DateOnly Date, Position At);

/// <summary>A channel between two partitions.</summary>
/// <param name="Name">Its name, the same at both ends.</param>
/// <param name="Ends">Two names of partitions.</param>
/// <param name="Memory">Bytes of shared memory, a multiple of 4 KiB; 0 for notifications only.</param>
/// <param name="Kind">What guests see of it, a <see cref="ChannelKind"/>.</param>
/// <param name="At">Where it is described.</param>
public sealed record ChannelDescription(string Name, IReadOnlyList<Sourced<string>> Ends, ulong Memory, ulong Kind, Position At);

/// <summary>One time slot of a schedule.</summary>
/// <param name="For">Names of partitions; a guest stands for its monitor too.</param>
/// <param name="Microseconds">Length; null for an endless slot.</param>
/// <param name="Strict">Whether unused time stays unused.</param>
/// <param name="At">Where it is described.</param>
public sealed record SlotDescription(IReadOnlyList<Sourced<string>> For, Sourced<long>? Microseconds, bool Strict, Position At);

/// <summary>The cyclic schedule of one CPU.</summary>
public sealed record ScheduleDescription(Sourced<long> Cpu, IReadOnlyList<SlotDescription> Slots, Position At);

/// <summary>A system as its TOML file describes it; docs/systems.md has the format.</summary>
public sealed record SystemDescription
{
    /// <summary>The file's name without extension.</summary>
    public required string Name { get; init; }

    /// <summary>The file.</summary>
    public required Position At { get; init; }

    /// <summary>The board it is for.</summary>
    public required Board Board { get; init; }

    /// <summary>CPUs of the machine.</summary>
    public required Sourced<long> Cpus { get; init; }

    /// <summary>Bytes of memory of the machine.</summary>
    public required Sourced<ulong> Memory { get; init; }

    /// <summary>Partitions in the order of the file.</summary>
    public required IReadOnlyList<PartitionDescription> Partitions { get; init; }

    /// <summary>Channels in the order of the file.</summary>
    public required IReadOnlyList<ChannelDescription> Channels { get; init; }

    /// <summary>What identities say of the system; null if no partition has one.</summary>
    public IdentityDescription? Identity { get; init; }

    /// <summary>Schedules that replace the default.</summary>
    public required IReadOnlyList<ScheduleDescription> Schedules { get; init; }

    /// <summary>Reads a description.</summary>
    /// <param name="path">The TOML file.</param>
    /// <param name="boards">The folder of boards to use if there is no folder <c>boards</c> beside the file or above it.</param>
    /// <exception cref="UserError">The description is wrong in itself; what only shows when it is built comes from <see cref="Builder"/>.</exception>
    public static SystemDescription Load(string path, string? boards = null) => new DescriptionReader(path, boards).Read();
}
