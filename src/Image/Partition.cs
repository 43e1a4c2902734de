using Redoubt.Abi;

namespace Redoubt.Image;

/// <summary>A vCPU, pinned to a CPU.</summary>
internal sealed class Vcpu(Partition partition, int number, int cpu)
{
    public Partition Partition { get; } = partition;

    /// <summary>Its number in the partition.</summary>
    public int Number { get; } = number;

    public int Cpu { get; } = cpu;

    /// <summary>Place among the vCPUs of its CPU, 0 first.</summary>
    public int Rank { get; set; }

    /// <summary>Index in the kernel's tables.</summary>
    public ulong Index => (ulong)(Cpu * Limits.VcpusPerCpu + Rank);
}

/// <summary>A partition of the system to be built, monitors included.</summary>
internal sealed class Partition(string name, PartitionKind kind, PartitionDescription description, int index)
{
    private int _events;

    public string Name { get; } = name;

    public PartitionKind Kind { get; } = kind;

    /// <summary>What the user wrote; for a monitor, that of its guest.</summary>
    public PartitionDescription Description { get; } = description;

    public int Index { get; } = index;

    /// <summary>VMID 0 is nobody's.</summary>
    public ulong Vmid => (ulong)Index + 1;

    /// <summary>Runs at EL0.</summary>
    public bool IsService => Kind is PartitionKind.Service or PartitionKind.Monitor;

    /// <summary>Gets a manifest.</summary>
    public bool HasManifest => Kind != PartitionKind.Guest;

    /// <summary>The monitor of a guest.</summary>
    public Partition? Monitor { get; set; }

    /// <summary>The guest of a monitor.</summary>
    public Partition? Guest { get; init; }

    /// <summary>Who holds the channels and capabilities that the user gave to this partition.</summary>
    public Partition Holder => Monitor ?? this;

    public List<Vcpu> Vcpus { get; } = [];

    public List<ChannelSide> Channels { get; } = [];

    /// <summary>How many of the channels are of a kind, a <see cref="ChannelKind"/>.</summary>
    public int CountOf(ulong kind) => Channels.Count(side => side.Channel.Kind == kind);

    /// <summary>In a monitor: the virtio devices that it shows its guest, by their places (<see cref="GuestMap"/>).</summary>
    public IEnumerable<int> Virtio =>
    [
        .. Enumerable.Range(0, GuestMap.FirstNetwork + CountOf(ChannelKind.Network)),
        .. Screens.Count > 0 ? [GuestMap.Keys, GuestMap.Touch] : Array.Empty<int>(),
        .. Enumerable.Range(GuestMap.Serial, CountOf(ChannelKind.Serial)),
    ];

    public List<DeviceGrant> Devices { get; } = [];

    /// <summary>Screens that it shows, or the one that it or its guest has.</summary>
    public List<Screen> Screens { get; } = [];

    /// <summary>Whether it holds a device whose DMA nothing confines, which knows physical addresses only.</summary>
    public bool HasUnconfinedDma => Devices.Exists(grant => grant.Device.Dma && grant.Device.Streams is null);

    /// <summary>Work memory of a service, and where it sees it.</summary>
    public Area? Work { get; set; }

    /// <summary>What it learns of accesses by devices that were refused, if it answers for any that the SMMU confines.</summary>
    public DmaFaults? DmaFaults { get; set; }

    /// <summary>Capability words by slot.</summary>
    public List<ulong> Capabilities { get; } = [];

    /// <summary>First slots of what the manifest tells of; ~0 for none.</summary>
    public ulong PeerSlot { get; set; } = ulong.MaxValue;

    public ulong GuestSlot { get; set; } = ulong.MaxValue;

    public ulong MachineSlot { get; set; } = ulong.MaxValue;

    /// <summary>What its stage-2 tables map.</summary>
    public List<Mapping> Mappings { get; } = [];

    /// <summary>PC and x0 of a vCPU that starts.</summary>
    public ulong Entry { get; set; }

    public ulong Context { get; set; } = Layout.Manifest;

    /// <summary>RAM of a guest.</summary>
    public Area? Ram { get; set; }

    /// <summary>A guest's memory at start, and where its monitor finds each piece.</summary>
    public GuestMemory? Memory { get; set; }

    public List<ulong> PristineAddresses { get; } = [];

    /// <summary>The manifest's page.</summary>
    public Area? Manifest { get; set; }

    /// <summary>The page that the loader writes its identity to; null if it has none.</summary>
    public Area? Identity { get; set; }

    /// <summary>Guest RAM's place in the guest, which is the same in its monitor.</summary>
    public MemoryRange RamRange => new() { Address = GuestMap.Ram, Size = Description.Memory!.Value };

    /// <summary>The next event bit of vCPU 0.</summary>
    /// <exception cref="UserError">None is left.</exception>
    public ulong TakeEvent(Position at) => _events < Abi.Manifest.PeerEvent
        ? (ulong)_events++
        : throw new UserError(at, $"{Name} has more than {Abi.Manifest.PeerEvent} channels and interrupts");

    /// <summary>Puts a capability into the next slot.</summary>
    /// <exception cref="UserError">None is left.</exception>
    public ulong Grant(ulong capability, Position at)
    {
        if (Capabilities.Count == Limits.Capabilities)
            throw new UserError(at, $"{Name} has more than {Limits.Capabilities} capabilities");
        Capabilities.Add(capability);
        return (ulong)Capabilities.Count - 1;
    }
}

/// <summary>One end of a channel.</summary>
internal sealed class ChannelSide(Channel channel, Partition partition, int side)
{
    public Channel Channel { get; } = channel;

    public Partition Partition { get; } = partition;

    public int Side { get; } = side;

    /// <summary>Where the partition sees the shared memory.</summary>
    public ulong Address { get; set; }

    public ulong EventBit { get; set; }

    public ulong NotifySlot { get; set; }

    public ChannelSide Other => Channel.Sides[1 - Side];
}

/// <summary>A channel between two partitions.</summary>
internal sealed class Channel
{
    public Channel(string name, Partition first, Partition second, ulong memory, ulong kind, Position at)
    {
        (Name, Kind, At) = (name, kind, at);
        Sides = [new ChannelSide(this, first, 0), new ChannelSide(this, second, 1)];
        if (memory > 0)
            Memory = new Area(first.Name, $"channel {name}", memory, Storage.Zero, at) { Sharer = second.Name };
    }

    public string Name { get; }

    /// <summary>What guests see of it, a <see cref="ChannelKind"/>.</summary>
    public ulong Kind { get; }

    public Position At { get; }

    public IReadOnlyList<ChannelSide> Sides { get; }

    /// <summary>Shared memory, or null.</summary>
    public Area? Memory { get; }
}

/// <summary>What the partition <c>ui</c> shows of a client.</summary>
internal sealed class Screen(Partition client, Partition ui, BoardDisplay display, Channel channel, string title, Position at)
{
    /// <summary>Who paints it: a guest, not its monitor, or a service.</summary>
    public Partition Client { get; } = client;

    public BoardDisplay Display { get; } = display;

    /// <summary>For input and requests; ui is side 1.</summary>
    public Channel Channel { get; } = channel;

    /// <summary>What stands in the strip.</summary>
    public string Title { get; } = title;

    public Area Surface { get; } = new(client.Name, "screen", display.SurfaceSize, Storage.Zero, at) { Sharer = ui.Name };

    /// <summary>Where client and ui see the surface.</summary>
    public ulong ClientAddress { get; set; }

    public ulong UiAddress { get; set; }
}

/// <summary>A device in the hands of a partition.</summary>
internal sealed record DeviceGrant(BoardDevice Device, Partition Owner, Position At)
{
    /// <summary>Where the partition sees the registers.</summary>
    public ulong Address { get; set; }

    /// <summary>Where its owner's monitor sees the registers; 0 if it doesn't.</summary>
    public ulong MonitorAddress { get; set; }

    /// <summary>Event bit and acknowledging slot of its interrupt at vCPU 0; ~0 for none.</summary>
    public ulong EventBit { get; set; } = ulong.MaxValue;

    public ulong Slot { get; set; } = ulong.MaxValue;
}

/// <summary>The SMMU's event queue and interrupt, in the hands of who answers for the devices.</summary>
/// <param name="Smmu">The SMMU.</param>
/// <param name="Owner">The partition whose devices it confines.</param>
/// <param name="Reader">The partition that learns of what was refused: the owner or its monitor.</param>
internal sealed record DmaFaults(BoardSmmu Smmu, Partition Owner, Partition Reader)
{
    /// <summary>Bytes of an event record (IHI 0070, 7.2).</summary>
    private const ulong RecordSize = 32;

    /// <summary>The event queue.</summary>
    public Area Queue { get; } = new(Reader.Name, "DMA faults", RecordSize << DmaFault.IndexBits, Storage.Zero, Smmu.At)
    {
        LeastAlignment = RecordSize << DmaFault.IndexBits,
    };

    /// <summary>Where the reader sees the queue.</summary>
    public ulong Address { get; set; }

    /// <summary>Event bit and acknowledging slot of the interrupt at the reader's vCPU 0.</summary>
    public ulong EventBit { get; init; }

    public ulong Slot { get; init; }
}
