using System.Runtime.InteropServices;
using System.Text;
using Redoubt.Abi;
using Redoubt.Image;

namespace Redoubt.Proof.Check;

/// <summary>
/// What a partition is told of itself (<see cref="Manifest"/>) is true and complete: slots hold the capabilities that they are said to hold, addresses
/// show what they are said to show, and every channel and device of the description is told of.
/// </summary>
internal sealed partial class ManifestCheck
{
    private const ulong Page = 0x1000;

    /// <summary>Events of a vCPU: one word of bits.</summary>
    private const ulong EventBits = 64;

    /// <summary>No slot, no event.</summary>
    private const ulong None = ~0UL;

    private readonly CheckedImage _image;
    private readonly PlacedPartition _partition;
    private readonly int _index;
    private readonly TableCheck _tables;
    private readonly Facts _facts;
    private readonly Manifest _manifest;

    private ManifestCheck(CheckedImage image, int index, TableCheck tables, Facts facts, Manifest manifest) =>
        (_image, _partition, _index, _tables, _facts, _manifest) = (image, image.Map.Partitions[index], index, tables, facts, manifest);

    /// <summary>Checks the manifests of all partitions that have one.</summary>
    /// <param name="image">The image.</param>
    /// <param name="tables">What each partition sees.</param>
    /// <param name="facts">Told what is wrong.</param>
    public static void Run(CheckedImage image, IReadOnlyList<TableCheck> tables, Facts facts)
    {
        for (int i = 0; i < image.Map.Partitions.Count; i++)
        {
            PlacedPartition partition = image.Map.Partitions[i];
            PlacedArea[] areas = image.Map.Areas.Where(area => area.Owner == partition.Name && area.Purpose == "manifest").ToArray();
            bool expected = partition.Kind == PartitionKind.Guest ? areas.Length == 0 : areas is [{ Storage: Storage.File, Size: Page } area] && image.Holds(area.Address, Page);
            if (!facts.Require("manifest", expected, () => $"{partition.Name} has {areas.Length} manifests, or one that is no page of the file") || areas.Length == 0)
                continue;
            ReadOnlySpan<byte> page = image.Range(areas[0].Address, Page);
            new ManifestCheck(image, i, tables[i], facts, MemoryMarshal.Read<Manifest>(page)).Check(page);
        }
    }

    private void Check(ReadOnlySpan<byte> page)
    {
        ulong vcpus = _image.Configuration.VcpuCount(new Word((ulong)_index)).Value;
        ReadOnlySpan<ChannelEnd> channels = _manifest.Channels;
        ReadOnlySpan<DeviceEntry> devices = _manifest.Devices;
        ReadOnlySpan<ScreenEnd> screens = _manifest.Screens;
        ReadOnlySpan<LoadEntry> loads = _manifest.Guest.Loads;
        Require(_manifest.Magic == Manifest.MagicValue, "the magic number is missing");
        Require(IsName(_manifest.Name, _partition.Name), "the name is not its own");
        Require(_manifest.VcpuCount == vcpus, $"it has {vcpus} vCPUs, not {_manifest.VcpuCount}");
        Require(HoldsForEach(_manifest.PeerSlot, _index, Capability.Event, Manifest.PeerEvent), $"slots from {_manifest.PeerSlot} on do not wake its vCPUs");
        Require(_manifest.MachineSlot == None ? !HoldsMachine() : Holds(_manifest.MachineSlot, Capability.Machine), $"slot {_manifest.MachineSlot} is not its right to the machine");
        if (!Require(_manifest.ChannelCount <= (ulong)channels.Length && _manifest.DeviceCount <= (ulong)devices.Length && _manifest.ScreenCount <= (ulong)screens.Length && _manifest.Guest.LoadCount <= (ulong)loads.Length,
            $"there is no room for {_manifest.ChannelCount} channels, {_manifest.DeviceCount} devices, {_manifest.ScreenCount} screens, {_manifest.Guest.LoadCount} pieces"))
        {
            return;
        }

        CheckChannels(channels[..(int)_manifest.ChannelCount]);
        CheckDevices(devices[..(int)_manifest.DeviceCount]);
        CheckScreens(screens[..(int)_manifest.ScreenCount], channels);
        CheckWork();
        CheckGuest(loads[..(int)_manifest.Guest.LoadCount]);
        NothingElseIsSaid(page);
    }

    private void CheckChannels(ReadOnlySpan<ChannelEnd> ends)
    {
        List<Side> left = [.. _image.Map.Channels.SelectMany(channel => (IEnumerable<Side>)
            [new(channel, 0, channel.FirstEvent, channel.Second, channel.SecondEvent), new(channel, 1, channel.SecondEvent, channel.First, channel.FirstEvent)])
            .Where(side => side.Own == _partition.Name)];
        for (int i = 0; i < ends.Length; i++)
        {
            ChannelEnd end = ends[i];
            Side? side = left.Find(side => side.Number == end.Side && IsName(end.Name, side.Channel.Name) && IsName(end.Peer, PeerName(side)));
            Require(side is not null, $"channel {i} is none of its own, or told of twice");
            if (side is null)
                continue;
            left.Remove(side);
            string what = $"channel {i} ({side.Channel.Name})";
            Require(end.Guest == (PeerName(side) == side.Other ? 0UL : 1), $"{what}: whether a guest is at the other end is wrong");
            Require(end.Kind == side.Channel.Kind, $"{what}: what a guest sees of it is wrong");
            Require(end.Size == side.Channel.Size, $"{what} has 0x{side.Channel.Size:x} bytes, not 0x{end.Size:x}");
            Require(side.Channel.Size == 0 ? end.Address == 0 : Sees(end.Address, side.Channel.Address), $"{what} is not at 0x{end.Address:x}");
            Require(end.EventBit == (ulong)side.OwnEvent, $"{what} arrives as event {side.OwnEvent}, not {end.EventBit}");
            Require(Holds(end.NotifySlot, Capability.Pack(Capability.Event, _image.FirstVcpu(side.Other), (ulong)side.OtherEvent)), $"{what} is not notified by slot {end.NotifySlot}");
        }

        foreach (Side side in left)
        {
            Require(false, $"channel {side.Channel.Name} with {side.Other} is not told of");
        }
    }

    private void CheckDevices(ReadOnlySpan<DeviceEntry> entries)
    {
        ulong own = _image.FirstVcpu(_partition.Name);
        List<Device> left = [.. DevicesOf(_partition.Name)];
        for (int i = 0; i < entries.Length; i++)
        {
            DeviceEntry entry = entries[i];
            Device? device = left.Find(device => IsName(entry.Name, device.Name));
            Require(device is not null, $"device {i} is none of its own, or told of twice");
            if (device is null)
                continue;
            left.Remove(device);
            string what = $"device {i} ({device.Name})";
            Require(entry.Size == device.Size, $"{what} has 0x{device.Size:x} bytes, not 0x{entry.Size:x}");
            Require(Sees(entry.Address, device.Address), $"{what} is not at 0x{entry.Address:x}");
            Require(device.Interrupt is { } arriving
                ? entry.EventBit < EventBits && _image.Configuration.Interrupt(new Word((ulong)arriving)).Value == Capability.Pack(Capability.Event, own, entry.EventBit)
                : entry.EventBit == None, $"{what}: its interrupt does not arrive as event {entry.EventBit}");
            Require(device.Interrupt is { } handled
                ? Holds(entry.InterruptSlot, Capability.Pack(Capability.Interrupt, own, (ulong)handled))
                : entry.InterruptSlot == None, $"{what}: its interrupt is not acknowledged by slot {entry.InterruptSlot}");
        }

        foreach (Device device in left)
        {
            Require(false, $"device {device.Name} is not told of");
        }
    }

    /// <summary>
    /// Devices that a partition drives itself; the record of accesses that the SMMU refused is one of its reader, configuration space of a guest's PCI host bridge
    /// one of its monitor.
    /// </summary>
    private IEnumerable<Device> DevicesOf(string partition)
    {
        foreach (PlacedDevice device in _image.Map.Devices.Where(device => device.Owner == partition))
        {
            yield return new Device(device.Name, device.Registers.Address, device.Registers.Size, device.Interrupts is [int interrupt] ? interrupt : null);
        }

        if (_image.GuestOf(_partition) is { } guest)
        {
            foreach (PlacedDevice host in _image.Map.Devices.Where(device => device.Owner == guest.Name && device.Windows.Count > 0))
            {
                yield return new Device(Encoding.ASCII.GetString(PciHost.Device), host.Registers.Address, host.Registers.Size, null);
            }
        }

        if (_image.Map.Smmu is { } smmu && smmu.Reader == partition)
        {
            foreach (PlacedArea area in _image.Map.Areas.Where(area => area.Owner == partition && area.Purpose == SmmuCheck.Events))
            {
                yield return new Device(Encoding.ASCII.GetString(DmaFault.Device), area.Address, area.Size, smmu.Interrupt);
            }
        }
    }

    /// <summary>Entries beyond the counts, the seed that the loader writes, a guest that there is not, and the rest of the page are zero.</summary>
    private void NothingElseIsSaid(ReadOnlySpan<byte> page)
    {
        Manifest said = _manifest;
        (said.Seeded, said.Seed) = (0, default);
        ((Span<ChannelEnd>)said.Channels)[(int)said.ChannelCount..].Clear();
        ((Span<DeviceEntry>)said.Devices)[(int)said.DeviceCount..].Clear();
        ((Span<ScreenEnd>)said.Screens)[(int)said.ScreenCount..].Clear();
        ((Span<LoadEntry>)said.Guest.Loads)[(int)said.Guest.LoadCount..].Clear();
        if (_partition.Kind != PartitionKind.Monitor)
            said.Guest = _partition.Kind == PartitionKind.Bare ? new GuestInfo { VcpuCount = said.Guest.VcpuCount, VcpuSlot = said.Guest.VcpuSlot } : default;
        byte[] expected = new byte[page.Length];
        MemoryMarshal.Write(expected, said);
        int same = page.CommonPrefixLength(expected);
        Require(same == page.Length, $"what is at offset 0x{same:x} has no meaning and is not zero");
    }

    /// <summary>A slot holds a capability.</summary>
    private bool Holds(ulong slot, ulong capability) => slot < Limits.Capabilities && CapabilityIn(slot) == capability;

    /// <summary>Slots, one after the other, hold a capability for each vCPU of a partition.</summary>
    private bool HoldsForEach(ulong slot, int partition, ulong kind, ulong number) =>
        _image.VcpusOf(partition).Select((vcpu, place) => Holds(slot + (ulong)place, Capability.Pack(kind, vcpu, number))).All(holds => holds);

    private bool HoldsMachine() => Enumerable.Range(0, Limits.Capabilities).Any(slot => Capability.Kind(CapabilityIn((ulong)slot)) == Capability.Machine);

    private ulong CapabilityIn(ulong slot) => _image.Configuration.CapabilityOf(new Word((ulong)_index), new Word(slot)).Value;

    /// <summary>An address shows a physical one that is the partition's to use.</summary>
    private bool Sees(ulong address, ulong physical) => _tables.SeenAt(address) is { } seen && seen.Area.Address + seen.Offset == physical;

    /// <summary>Who is at the other end of a channel, as partitions know it: for a monitor its guest.</summary>
    private string PeerName(Side side) => _image.Map.Partitions.FirstOrDefault(partition => partition.Monitor == side.Other)?.Name ?? side.Other;

    private static bool IsName(Name name, string text) => Encoding.Latin1.GetString(MemoryMarshal.AsBytes(new ReadOnlySpan<Name>(in name))) == text.PadRight(16, '\0');

    private bool Require(bool holds, string message) => _facts.Require("manifest", holds, () => $"{_partition.Name}: {message}");

    /// <summary>A device, by its physical address.</summary>
    private sealed record Device(string Name, ulong Address, ulong Size, int? Interrupt);

    /// <summary>A channel as one end sees it.</summary>
    private sealed record Side(PlacedChannel Channel, ulong Number, int OwnEvent, string Other, int OtherEvent)
    {
        public string Own => Number == 0 ? Channel.First : Channel.Second;
    }
}
