using Redoubt.Abi;

namespace Redoubt.Image;

/// <summary>The memory of partitions: which areas each needs and where it sees them.</summary>
internal sealed class PartitionMemory(PhysicalMemory memory, ArtifactReader artifacts)
{
    /// <summary>It is in the file as it is in memory.</summary>
    private const ulong LargestBareImage = 256 * Units.MiB;

    /// <summary>Purposes of what an identity brings along.</summary>
    public const string Identity = "identity", Anchors = "bank anchors";

    private readonly List<Area> _unplaced = [];
    private readonly List<Area> _devices = [];
    private readonly Dictionary<(Partition, ulong), ulong> _nextAddress = [];

    /// <summary>Areas that may lie anywhere.</summary>
    public IReadOnlyList<Area> Unplaced => _unplaced;

    /// <summary>A device's pages; devices of one owner may share a page.</summary>
    public void AddDevice(DeviceGrant grant)
    {
        grant.Address = AddRegisters(grant, grant.Device.Registers);
        foreach (AddressRange window in grant.Device.Windows)
            AddRegisters(grant, window);
        if (grant is { Device.IsPciHost: true, Owner.Monitor: { } monitor })
            grant.MonitorAddress = ShowToMonitor(grant, monitor);
    }

    /// <summary>A guest's monitor sees the configuration space of its PCI host bridge too (<see cref="PciHost"/>).</summary>
    private ulong ShowToMonitor(DeviceGrant grant, Partition monitor)
    {
        Area area = grant.Owner.Mappings.Find(mapping => mapping.Virtual == grant.Address)!.Area;
        ulong address = NextAddress(monitor, Layout.Devices, area);
        monitor.Mappings.Add(new Mapping(area, address, Access.Read | Access.Write));
        return address;
    }

    /// <summary>Maps a range of a device to its owner and tells where that sees it.</summary>
    private ulong AddRegisters(DeviceGrant grant, AddressRange range)
    {
        ulong start = range.Address & ~(Units.Page - 1);
        ulong size = range.End.AlignUp(Units.Page) - start;
        Area? area = _devices.Find(other => other.Owner == grant.Owner.Name && other.Address <= start && other.End >= start + size);
        if (area is null)
        {
            area = new Area(grant.Owner.Name, $"device {grant.Device.Name}", size, Storage.Device, grant.At);
            memory.Fix(area, start);
            _devices.Add(area);
            ulong address = grant.Owner.Kind == PartitionKind.Guest ? start : NextAddress(grant.Owner, Layout.Devices, area);
            grant.Owner.Mappings.Add(new Mapping(area, address, Access.Read | Access.Write));
        }

        Mapping mapping = grant.Owner.Mappings.Find(mapping => mapping.Area == area)!;
        return mapping.Virtual + (range.Address - area.Address);
    }

    /// <summary>The record of refused accesses, which its reader can't change.</summary>
    public void AddDmaFaults(DmaFaults faults)
    {
        _unplaced.Add(faults.Queue);
        faults.Address = NextAddress(faults.Reader, Layout.Devices, faults.Queue);
        faults.Reader.Mappings.Add(new Mapping(faults.Queue, faults.Address, Access.Read));
    }

    /// <summary>A channel's shared memory, at both ends.</summary>
    public void AddChannel(Channel channel)
    {
        if (channel.Memory is not { } area)
            return;
        _unplaced.Add(area);
        foreach (ChannelSide side in channel.Sides)
        {
            side.Address = NextAddress(side.Partition, Layout.Channels, area);
            side.Partition.Mappings.Add(new Mapping(area, side.Address, Access.Read | Access.Write));
        }
    }

    /// <summary>The surface of a screen: its client writes it, ui reads it.</summary>
    public void AddScreen(Screen screen)
    {
        Partition client = screen.Client, ui = screen.Channel.Sides[1].Partition;
        _unplaced.Add(screen.Surface);
        screen.ClientAddress = client.Kind == PartitionKind.Guest ? GuestMap.Screen : NextAddress(client, Layout.Channels, screen.Surface);
        client.Mappings.Add(new Mapping(screen.Surface, screen.ClientAddress, Access.Read | Access.Write));
        screen.UiAddress = NextAddress(ui, Layout.Channels, screen.Surface);
        ui.Mappings.Add(new Mapping(screen.Surface, screen.UiAddress, Access.Read));
    }

    /// <summary>What a partition has of its own. A guest comes before its monitor.</summary>
    public void Add(Partition partition)
    {
        if (partition.HasManifest)
        {
            partition.Manifest = new Area(partition.Name, "manifest", Units.Page, Storage.File, partition.Description.At);
            Map(partition, partition.Manifest, Layout.Manifest, Access.Read);
        }

        if (partition.Kind != PartitionKind.Monitor)
            AddIdentity(partition);
        switch (partition.Kind)
        {
            case PartitionKind.Guest:
                AddGuest(partition);
                break;
            case PartitionKind.Monitor:
                AddProgram(partition, new Sourced<string>(Builder.MonitorProgram, partition.Description.At));
                AddPristine(partition, partition.Guest!);
                break;
            case PartitionKind.Bare when partition.Description.Image is not null:
                AddBareImage(partition);
                break;
            default:
                AddProgram(partition, partition.Description.Program!);
                AddWork(partition);
                break;
        }
    }

    /// <summary>What the loader tells it of itself, and which banks it knows.</summary>
    private void AddIdentity(Partition partition)
    {
        if (partition.Description.Identity is { Value: true } identity)
        {
            partition.Identity = new Area(partition.Name, Identity, Units.Page, Storage.Zero, identity.At);
            Map(partition, partition.Identity, Layout.Identity, Access.Read | Access.Write);
        }

        if (partition.Description.Anchors is not { } anchors)
            return;
        byte[] content = artifacts.Image(partition.Name, anchors);
        if (content.Length is 0 or > (int)Units.Page)
            throw new UserError(anchors.At, $"{partition.Name}: anchors {anchors.Value} have {content.Length} bytes, 1 to {Units.Page} fit");
        Map(partition, new Area(partition.Name, Anchors, Units.Page, Storage.File, anchors.At) { Content = content }, Layout.Anchors, Access.Read);
    }

    private void AddProgram(Partition partition, Sourced<string> program)
    {
        ElfFile elf = artifacts.Program(partition.Name, program);
        elf.CheckMapped(Layout.Program, Layout.Channels, $"{partition.Name}: program {program.Value}", program.At);
        foreach (ElfSegment segment in elf.Segments)
        {
            foreach ((Area area, ulong offset) in ProgramSegments.Areas(partition.Name, segment, program.At))
                Map(partition, area, segment.Address + offset, ProgramSegments.AccessOf(segment));
        }

        partition.Entry = elf.Entry;
    }

    /// <summary>What a service has to work with beside its program.</summary>
    private void AddWork(Partition partition)
    {
        if (partition.Description.Memory is not { } size)
            return;
        partition.Work = new Area(partition.Name, "work memory", size.Value, Storage.Zero, size.At);
        Map(partition, partition.Work, Layout.Work, Access.Read | Access.Write);
    }

    private void AddGuest(Partition guest)
    {
        guest.Memory = GuestMemory.Lay(guest.Description, guest.RamRange, guest.Devices.Select(grant => grant.Device), guest.Holder.Virtio, guest.Holder.Screens.FirstOrDefault()?.Display, artifacts);
        (guest.Entry, guest.Context) = (guest.Memory.Entry, guest.Memory.Context);
        guest.Ram = AddRam(guest, "memory", 0, guest.RamRange.Size, Storage.Raw);
    }

    /// <summary>A guest's RAM as its monitor sees it, and the pieces that it copies there.</summary>
    private void AddPristine(Partition monitor, Partition guest)
    {
        monitor.Mappings.Add(new Mapping(guest.Ram!, GuestMap.Ram, Access.Read | Access.Write));
        foreach (GuestPiece piece in guest.Memory!.Pieces)
        {
            Area area = new(monitor.Name, $"pristine {piece.Purpose}", (ulong)piece.Content.Length, Storage.File, monitor.Description.At) { Content = piece.Content };
            ulong address = NextAddress(monitor, Layout.Pristine, area);
            monitor.PristineAddresses.Add(address);
            if (area.Size > 0)
                Map(monitor, area, address, Access.Read);
        }
    }

    /// <summary>An image without a monitor to copy it lies in its RAM from the beginning; the rest of the RAM is zero.</summary>
    private void AddBareImage(Partition partition)
    {
        Sourced<string> source = partition.Description.Image!;
        MemoryRange ram = partition.RamRange;
        GuestImage image = GuestImage.Parse(artifacts.Image(partition.Name, source), ram, $"{partition.Name}: {source.Value}", source.At);
        GuestMemory.CheckFits(partition.Description, source, image.End, ram);
        if (image.End - ram.Address > LargestBareImage)
            throw new UserError(source.At, $"{partition.Name}: {source.Value} spreads over {Units.Text(image.End - ram.Address)}, {Units.Text(LargestBareImage)} fit without a monitor");

        byte[] content = new byte[image.End - ram.Address];
        foreach (GuestPiece piece in image.Pieces)
            piece.Content.CopyTo(content.AsMemory((int)(piece.Address - ram.Address)));
        ulong stored = Math.Min(((ulong)content.Length).AlignUp(Units.Block), ram.Size);
        AddRam(partition, "image", 0, stored, Storage.File).Content = content;
        if (stored < ram.Size)
            AddRam(partition, "memory", stored, ram.Size - stored, Storage.Zero);
        partition.Entry = image.Entry;
    }

    /// <summary>A part of a partition's RAM.</summary>
    private Area AddRam(Partition partition, string purpose, ulong offset, ulong size, Storage storage)
    {
        PartitionDescription description = partition.Description;
        Area ram = new(partition.Name, purpose, size, storage, (description.Address ?? description.Memory!).At);
        partition.Mappings.Add(new Mapping(ram, GuestMap.Ram + offset, Access.Read | Access.Write | Access.Execute));
        if (description.Address is { } address)
            memory.FixInside(ram, address.Value + offset);
        else
            _unplaced.Add(ram);
        return ram;
    }

    private void Map(Partition partition, Area area, ulong address, Access access)
    {
        _unplaced.Add(area);
        partition.Mappings.Add(new Mapping(area, address, access));
    }

    /// <summary>The next free address of one of a partition's regions.</summary>
    private ulong NextAddress(Partition partition, ulong region, Area area)
    {
        ulong address = _nextAddress.GetValueOrDefault((partition, region), region).AlignUp(area.Alignment);
        _nextAddress[(partition, region)] = address + area.Size;
        return address;
    }
}
