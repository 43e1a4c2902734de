using System.Runtime.CompilerServices;
using Redoubt.Abi;

namespace Redoubt.Image;

/// <summary>Who can reach whom: channels, devices, interrupts, capabilities.</summary>
internal sealed class Wiring
{
    /// <summary>Shared memory of a console channel: two rings of 8 KiB less their headers.</summary>
    private const ulong ConsoleMemory = 16 * Units.KiB;

    /// <summary>What a manifest has room for.</summary>
    private static readonly int MostChannels = Unsafe.SizeOf<ChannelEnds>() / Unsafe.SizeOf<ChannelEnd>();
    private static readonly int MostScreens = Unsafe.SizeOf<ScreenEnds>() / Unsafe.SizeOf<ScreenEnd>();
    private static readonly int MostDevices = Unsafe.SizeOf<DeviceEntries>() / Unsafe.SizeOf<DeviceEntry>();

    private readonly SystemDescription _description;
    private readonly Topology _topology;
    private readonly List<Channel> _channels = [];
    private readonly List<Screen> _screens = [];
    private readonly Dictionary<string, DeviceGrant> _grants = [];

    /// <exception cref="UserError">Something is given twice, is not there, or leads nowhere.</exception>
    public Wiring(SystemDescription description, Topology topology)
    {
        (_description, _topology) = (description, topology);
        ConnectConsoles();
        ConnectScreens();
        foreach (ChannelDescription channel in description.Channels)
            Connect(channel);
        foreach (Partition partition in topology.Partitions.Where(partition => partition.Kind != PartitionKind.Monitor))
            GrantDevices(partition);
        ConfineDevices();
        foreach (Partition partition in topology.Partitions.Where(partition => partition.HasManifest))
            GrantVcpus(partition);
    }

    public IReadOnlyList<Channel> Channels => _channels;

    public IReadOnlyCollection<DeviceGrant> Devices => _grants.Values;

    public IReadOnlyList<Screen> Screens => _screens;

    /// <summary>Who learns of accesses by devices that were refused; null if there is no device that the SMMU confines.</summary>
    public DmaFaults? DmaFaults { get; private set; }

    private void ConnectConsoles()
    {
        foreach (PartitionDescription partition in _description.Partitions.Where(partition => partition.Name != Names.Console))
        {
            if (partition.Console?.Value ?? _topology.Console is not null)
            {
                Position at = partition.Console?.At ?? partition.At;
                Partition console = _topology.Console
                    ?? throw new UserError(at, $"{partition.Name} wants a console, but there is no partition \"{Names.Console}\"");
                Add(new Channel(Names.Console, Holder(partition.Name, at), console, ConsoleMemory, ChannelKind.Plain, at));
            }
        }
    }

    private void ConnectScreens()
    {
        foreach (PartitionDescription partition in _description.Partitions)
        {
            if (partition.Screen is not { } title)
                continue;
            string what = $"{partition.Name} wants a screen";
            Partition ui = _topology.Ui ?? throw new UserError(title.At, $"{what}, but there is no service \"{Names.Ui}\"");
            if (partition.Name == Names.Ui)
                throw new UserError(title.At, $"{what}, but it is the one that shows them");
            BoardDisplay display = _description.Board.Display ?? throw new UserError(title.At, $"{what}, but board {_description.Board.Name} has no [display]");
            if (!TrialStrip.Fits(title.Value, display.Width))
                throw new UserError(title.At, $"{partition.Name}: \"{title.Value}\" is too wide for the strip, which has {display.Width} pixels");
            if (_screens.Count == MostScreens)
                throw new UserError(title.At, $"{what}, which is one too many: {MostScreens} fit");
            if (_screens.Find(other => other.Title == title.Value) is { } same)
                throw new UserError(title.At, $"{what} called \"{title.Value}\", as {same.Client.Name}'s is (line {same.Surface.At.Line})");
            Partition client = _topology.Find(new Sourced<string>(partition.Name, title.At), "screen of");
            Channel channel = new(Names.Screen, client.Holder, ui, Abi.Screen.ChannelMemory, ChannelKind.Plain, title.At);
            Add(channel);
            Screen screen = new(client, ui, display, channel, title.Value, title.At);
            client.Holder.Screens.Add(screen);
            ui.Screens.Add(screen);
            _screens.Add(screen);
        }
    }

    private void Connect(ChannelDescription channel)
    {
        Partition[] ends = channel.Ends
            .Select(end => _topology.Find(end, $"channel \"{channel.Name}\" leads to").Holder)
            .ToArray();
        if (ends[0] == ends[1])
            throw new UserError(channel.At, $"channel \"{channel.Name}\" leads from {channel.Ends[0].Value} to itself");
        if (channel.Kind == ChannelKind.Network)
            CheckNetwork(channel, ends);
        else if (channel.Kind == ChannelKind.Serial)
            CheckSerial(channel, ends);
        Add(new Channel(channel.Name, ends[0], ends[1], channel.Memory, channel.Kind, channel.At));
    }

    private static void CheckNetwork(ChannelDescription channel, Partition[] ends)
    {
        foreach (Partition end in ends)
        {
            if (end.Guest is not { } guest)
                throw new UserError(channel.At, $"channel \"{channel.Name}\" is a network: {end.Name} has no monitor, which would show it a network device");
            if (end.CountOf(ChannelKind.Network) == GuestMap.NetworkLimit)
                throw new UserError(channel.At, $"channel \"{channel.Name}\" is one network too many for {guest.Name}: {GuestMap.NetworkLimit} fit");
        }
    }

    private static void CheckSerial(ChannelDescription channel, Partition[] ends)
    {
        if (ends.All(end => end.Guest is null))
            throw new UserError(channel.At, $"channel \"{channel.Name}\" is a serial line: neither {ends[0].Name} nor {ends[1].Name} has a monitor, which would show it one");
        if (Array.Find(ends, end => end.Guest is not null && end.CountOf(ChannelKind.Serial) != 0) is { } taken)
            throw new UserError(channel.At, $"channel \"{channel.Name}\" is a second serial line for {taken.Guest!.Name}: one fits");
    }

    private void Add(Channel channel)
    {
        foreach (ChannelSide side in channel.Sides)
        {
            Partition partition = side.Partition;
            if (partition.Channels.Find(other => other.Channel.Name == channel.Name && !IsHub(channel, partition)) is { } same)
                throw new UserError(channel.At, $"{partition.Name} has a channel \"{channel.Name}\" already (line {same.Channel.At.Line})");
            if (partition.Channels.Count == MostChannels)
                throw new UserError(channel.At, $"channel \"{channel.Name}\" is one too many for {partition.Name}: {MostChannels} fit, consoles included");
            partition.Channels.Add(side);
            side.EventBit = partition.TakeEvent(channel.At);
        }

        foreach (ChannelSide side in channel.Sides)
        {
            ulong capability = Capability.Pack(Capability.Event, side.Other.Partition.Vcpus[0].Index, side.Other.EventBit);
            side.NotifySlot = side.Partition.Grant(capability, channel.At);
        }

        _channels.Add(channel);
    }

    /// <summary>Whether a partition has a channel of this name to many others.</summary>
    private bool IsHub(Channel channel, Partition partition) =>
        partition == channel.Name switch { Names.Console => _topology.Console, Names.Screen => _topology.Ui, _ => null };

    private Partition Holder(string name, Position at) => _topology.Find(new Sourced<string>(name, at), "console of").Holder;

    private void GrantDevices(Partition partition)
    {
        foreach (Sourced<string> name in partition.Description.Devices)
        {
            DeviceGrant grant = new(Check(partition, name), partition, name.At);
            _grants.Add(name.Value, grant);
            partition.Devices.Add(grant);
            if (partition.Devices.Count > MostDevices - 1)
                throw new UserError(name.At, $"{partition.Name}: device \"{name.Value}\" is one too many, {MostDevices - 1} fit");
            if (grant.Device.Interrupts is [int intid] && partition.Kind != PartitionKind.Guest)
            {
                grant.EventBit = partition.TakeEvent(name.At);
                grant.Slot = partition.Grant(Capability.Pack(Capability.Interrupt, partition.Vcpus[0].Index, (ulong)intid), name.At);
            }
        }

        if (partition.Description.Disk is { } disk && partition.Kind == PartitionKind.Guest && !partition.Devices.Exists(grant => grant.Device.IsPciHost))
            throw new UserError(disk.At, $"{partition.Name}: a disk needs a PCI host bridge to be behind, such as devices = [\"pcie\"]");
    }

    /// <summary>Whoever answers for the owner of confined devices gets the SMMU's events.</summary>
    private void ConfineDevices()
    {
        if (_grants.Values.FirstOrDefault(grant => grant.Device.Streams is not null) is not { } grant)
            return;
        BoardSmmu smmu = _description.Board.Smmu!;
        Partition reader = grant.Owner.Holder;
        reader.DmaFaults = DmaFaults = new DmaFaults(smmu, grant.Owner, reader)
        {
            EventBit = reader.TakeEvent(grant.At),
            Slot = reader.Grant(Capability.Pack(Capability.Interrupt, reader.Vcpus[0].Index, (ulong)smmu.Interrupt), grant.At),
        };
    }

    private BoardDevice Check(Partition partition, Sourced<string> name)
    {
        string what = $"{partition.Name}: device \"{name.Value}\"";
        Board board = _description.Board;
        if (!board.Devices.TryGetValue(name.Value, out BoardDevice? device))
            throw new UserError(name.At, $"{partition.Name}: board {board.Name} has no device \"{name.Value}\"{Nearest.Hint(name.Value, board.Devices.Keys)}");
        if (_grants.TryGetValue(name.Value, out DeviceGrant? other))
            throw new UserError(name.At, $"{what} is given to {other.Owner.Name} already (line {other.At.Line})");
        foreach (int intid in device.Interrupts)
        {
            if (_grants.Values.FirstOrDefault(grant => grant.Device.Interrupts.Contains(intid)) is { } shared)
                throw new UserError(name.At, $"{what} shares interrupt {intid} with {shared.Owner.Name}'s device \"{shared.Device.Name}\" (line {shared.At.Line})");
        }

        if (device.Streams is not null && _grants.Values.FirstOrDefault(grant => grant.Device.Streams is not null && grant.Owner != partition) is { } confined)
            throw new UserError(name.At, $"{what} is behind the same SMMU as {confined.Owner.Name}'s device \"{confined.Device.Name}\" (line {confined.At.Line}): its devices belong to one partition");
        if (device.IsPciHost && partition.Devices.Find(grant => grant.Device.IsPciHost) is { } first)
            throw new UserError(name.At, $"{what} is a PCI host bridge, and {partition.Name} has one already (line {first.At.Line})");
        if (device.IsPciHost && partition.Kind != PartitionKind.Guest)
            throw new UserError(name.At, $"{what} has windows, which only a guest with a monitor sees where the board has them");
        if (device.Dma && device.Streams is null && !partition.Description.Trusted)
        {
            throw new UserError(name.At, partition.Kind == PartitionKind.Service
                ? $"{what} reaches all memory by DMA and nothing confines it: only a service with trusted = true may hold it"
                : $"{what} reaches all memory by DMA and nothing confines it: no guest may hold it");
        }

        if (partition.Kind == PartitionKind.Guest)
            CheckGuestDevice(device, partition, what, name.At);
        return device;
    }

    private static void CheckGuestDevice(BoardDevice device, Partition guest, string what, Position at)
    {
        if (device.Compatible.Count == 0)
            throw new UserError(at, $"{what} can't be driven by a guest itself: the board gives it no \"compatible\" strings");
        MemoryRange ram = guest.RamRange;
        foreach (AddressRange range in device.Ranges)
        {
            if (GuestMachine.Find(other => range.Address < other.End && other.Start < range.End) is { Name: not null } modelled)
                throw new UserError(at, $"{what} lies where the guest's monitor shows its own {modelled.Name}");
            if (range.Address < ram.Address + ram.Size && ram.Address < range.End)
                throw new UserError(at, $"{what} lies where the guest has its memory");
            if (guest.Description.Screen is not null && range.Address < GuestMap.ScreenEnd && GuestMap.Screen < range.End)
                throw new UserError(at, $"{what} lies where the guest has its screen");
            if (range.End > 1UL << Layout.IpaBits)
                throw new UserError(at, $"{what} ends at 0x{range.End:x}, a guest's addresses at 0x{1UL << Layout.IpaBits:x}");
        }

        foreach (int intid in device.Interrupts)
        {
            if (intid >= Limits.VirtualInterrupts)
                throw new UserError(at, $"{what} has interrupt {intid}, a guest's end at {Limits.VirtualInterrupts - 1}");
            if (GuestInterrupts.Contains(intid))
                throw new UserError(at, $"{what} has interrupt {intid}, which the guest's monitor uses itself");
        }
    }

    /// <summary>What the monitor shows, see <see cref="GuestMap"/>.</summary>
    private static readonly List<(string? Name, ulong Start, ulong End)> GuestMachine =
    [
        ("distributor", GuestMap.Distributor, GuestMap.Distributor + Board.DistributorSize),
        ("redistributors", GuestMap.Redistributors, GuestMap.Redistributors + Limits.VcpusPerPartition * GuestMap.RedistributorStride),
        ("console", GuestMap.Uart, GuestMap.Uart + Units.Page),
        ("virtio devices", GuestMap.Virtio, GuestMap.Virtio + Units.Page),
    ];

    private static readonly List<int> GuestInterrupts =
        [(int)GuestMap.UartInterrupt, .. Enumerable.Range((int)GuestMap.VirtioInterrupt, GuestMap.VirtioCount)];

    /// <summary>Peers to wake, a guest's vCPUs to control, the machine to switch off.</summary>
    private static void GrantVcpus(Partition partition)
    {
        Position at = partition.Description.At;
        foreach (Vcpu vcpu in partition.Vcpus)
        {
            ulong slot = partition.Grant(Capability.Pack(Capability.Event, vcpu.Index, Manifest.PeerEvent), at);
            partition.PeerSlot = Math.Min(partition.PeerSlot, slot);
        }

        Partition? controlled = partition.Guest ?? (partition.Kind == PartitionKind.Bare ? partition : null);
        foreach (Vcpu vcpu in controlled?.Vcpus ?? [])
        {
            ulong slot = partition.Grant(Capability.Pack(Capability.Vcpu, vcpu.Index, 0), at);
            partition.GuestSlot = Math.Min(partition.GuestSlot, slot);
        }

        if (partition.Description.Machine)
            partition.MachineSlot = partition.Grant(Capability.Pack(Capability.Machine, 0, 0), at);
    }
}
