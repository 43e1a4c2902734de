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
    private static readonly int MostDevices = Unsafe.SizeOf<DeviceEntries>() / Unsafe.SizeOf<DeviceEntry>();

    private readonly SystemDescription _description;
    private readonly Topology _topology;
    private readonly List<Channel> _channels = [];
    private readonly Dictionary<string, DeviceGrant> _grants = [];

    /// <exception cref="UserError">Something is given twice, is not there, or leads nowhere.</exception>
    public Wiring(SystemDescription description, Topology topology)
    {
        (_description, _topology) = (description, topology);
        ConnectConsoles();
        foreach (ChannelDescription channel in description.Channels)
            Connect(channel);
        foreach (Partition partition in topology.Partitions.Where(partition => partition.Kind != PartitionKind.Monitor))
            GrantDevices(partition);
        foreach (Partition partition in topology.Partitions.Where(partition => partition.HasManifest))
            GrantVcpus(partition);
    }

    public IReadOnlyList<Channel> Channels => _channels;

    public IReadOnlyCollection<DeviceGrant> Devices => _grants.Values;

    private void ConnectConsoles()
    {
        foreach (PartitionDescription partition in _description.Partitions.Where(partition => partition.Name != Names.Console))
        {
            if (partition.Console?.Value ?? _topology.Console is not null)
            {
                Position at = partition.Console?.At ?? partition.At;
                Partition console = _topology.Console
                    ?? throw new UserError(at, $"{partition.Name} wants a console, but there is no partition \"{Names.Console}\"");
                Add(new Channel(Names.Console, Holder(partition.Name, at), console, ConsoleMemory, at));
            }
        }
    }

    private void Connect(ChannelDescription channel)
    {
        Partition[] ends = channel.Ends
            .Select(end => _topology.Find(end, $"channel \"{channel.Name}\" leads to").Holder)
            .ToArray();
        if (ends[0] == ends[1])
            throw new UserError(channel.At, $"channel \"{channel.Name}\" leads from {channel.Ends[0].Value} to itself");
        Add(new Channel(channel.Name, ends[0], ends[1], channel.Memory, channel.At));
    }

    private void Add(Channel channel)
    {
        foreach (ChannelSide side in channel.Sides)
        {
            Partition partition = side.Partition;
            if (partition.Channels.Find(other => other.Channel.Name == channel.Name && !(IsConsole(channel) && partition == _topology.Console)) is { } same)
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

    private static bool IsConsole(Channel channel) => channel.Name == Names.Console;

    private Partition Holder(string name, Position at) => _topology.Find(new Sourced<string>(name, at), "console of").Holder;

    private void GrantDevices(Partition partition)
    {
        foreach (Sourced<string> name in partition.Description.Devices)
        {
            DeviceGrant grant = new(Check(partition, name), partition, name.At);
            _grants.Add(name.Value, grant);
            partition.Devices.Add(grant);
            if (partition.Devices.Count > MostDevices)
                throw new UserError(name.At, $"{partition.Name}: device \"{name.Value}\" is one too many, {MostDevices} fit");
            if (grant.Device.Interrupt is { } intid && partition.Kind != PartitionKind.Guest)
            {
                grant.EventBit = partition.TakeEvent(name.At);
                grant.Slot = partition.Grant(Capability.Pack(Capability.Interrupt, partition.Vcpus[0].Index, (ulong)intid), name.At);
            }
        }
    }

    private BoardDevice Check(Partition partition, Sourced<string> name)
    {
        string what = $"{partition.Name}: device \"{name.Value}\"";
        Board board = _description.Board;
        if (!board.Devices.TryGetValue(name.Value, out BoardDevice? device))
            throw new UserError(name.At, $"{partition.Name}: board {board.Name} has no device \"{name.Value}\"{Nearest.Hint(name.Value, board.Devices.Keys)}");
        if (_grants.TryGetValue(name.Value, out DeviceGrant? other))
            throw new UserError(name.At, $"{what} is given to {other.Owner.Name} already (line {other.At.Line})");
        if (device.Interrupt is { } intid && _grants.Values.FirstOrDefault(grant => grant.Device.Interrupt == intid) is { } shared)
            throw new UserError(name.At, $"{what} shares interrupt {intid} with {shared.Owner.Name}'s device \"{shared.Device.Name}\" (line {shared.At.Line})");
        if (device.Dma && !partition.Description.Trusted)
        {
            throw new UserError(name.At, partition.Kind == PartitionKind.Service
                ? $"{what} reaches all memory by DMA and nothing confines it: only a service with trusted = true may hold it"
                : $"{what} reaches all memory by DMA and nothing confines it: no guest may hold it");
        }

        if (partition.Kind == PartitionKind.Guest)
            CheckGuestDevice(device, what, name.At);
        return device;
    }

    private static void CheckGuestDevice(BoardDevice device, string what, Position at)
    {
        if (device.Compatible.Count == 0)
            throw new UserError(at, $"{what} can't be driven by a guest itself: the board gives it no \"compatible\" strings");
        if (device.Interrupt >= Limits.VirtualInterrupts)
            throw new UserError(at, $"{what} has interrupt {device.Interrupt}, a guest's end at {Limits.VirtualInterrupts - 1}");
        if (GuestMachine.Find(other => device.Address < other.End && other.Start < device.Address + device.Size) is { Name: not null } modelled)
            throw new UserError(at, $"{what} lies where the guest's monitor shows its own {modelled.Name}");
        if (GuestInterrupts.Contains(device.Interrupt))
            throw new UserError(at, $"{what} has interrupt {device.Interrupt}, which the guest's monitor uses itself");
    }

    /// <summary>What the monitor shows, see <see cref="GuestMap"/>.</summary>
    private static readonly List<(string? Name, ulong Start, ulong End)> GuestMachine =
    [
        ("distributor", GuestMap.Distributor, GuestMap.Distributor + Board.DistributorSize),
        ("redistributors", GuestMap.Redistributors, GuestMap.Redistributors + Limits.VcpusPerPartition * GuestMap.RedistributorStride),
        ("console", GuestMap.Uart, GuestMap.Uart + Units.Page),
        ("virtio devices", GuestMap.Virtio, GuestMap.Virtio + Units.Page),
        ("memory", GuestMap.Ram, ulong.MaxValue),
    ];

    private static readonly List<int?> GuestInterrupts =
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
