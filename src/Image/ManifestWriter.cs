using System.Runtime.InteropServices;
using System.Text;
using Redoubt.Abi;

namespace Redoubt.Image;

/// <summary>Writes what a bare partition is told of itself.</summary>
internal static class ManifestWriter
{
    public static byte[] Write(Partition partition)
    {
        byte[] page = new byte[Units.Page];
        ref Manifest manifest = ref MemoryMarshal.AsRef<Manifest>(page.AsSpan());
        manifest.Magic = Manifest.MagicValue;
        manifest.Name = Names.Pack(partition.Name);
        manifest.VcpuCount = (ulong)partition.Vcpus.Count;
        manifest.PeerSlot = partition.PeerSlot;
        manifest.MachineSlot = partition.MachineSlot;
        WriteChannels(ref manifest, partition);
        WriteDevices(ref manifest, partition);
        WriteScreens(ref manifest, partition);
        if (partition.Work is { } work)
            (manifest.WorkAddress, manifest.WorkSize, manifest.WorkPhysical) = (Layout.Work, work.Size, Physical(partition, work));
        if (partition.Guest is { } guest)
            WriteGuest(ref manifest.Guest, partition, guest);
        else if (partition.Kind == PartitionKind.Bare)
            (manifest.Guest.VcpuSlot, manifest.Guest.VcpuCount) = (partition.GuestSlot, manifest.VcpuCount);
        return page;
    }

    private static void WriteChannels(ref Manifest manifest, Partition partition)
    {
        manifest.ChannelCount = (ulong)partition.Channels.Count;
        for (int i = 0; i < partition.Channels.Count; i++)
        {
            ChannelSide side = partition.Channels[i];
            Partition other = side.Other.Partition;
            manifest.Channels[i] = new ChannelEnd
            {
                Name = Names.Pack(side.Channel.Name),
                Peer = Names.Pack((other.Guest ?? other).Name),
                Address = side.Address,
                Size = side.Channel.Memory?.Size ?? 0,
                NotifySlot = side.NotifySlot,
                EventBit = side.EventBit,
                Side = (ulong)side.Side,
                Guest = other.Guest is null ? 0UL : 1UL,
                Kind = side.Channel.Kind,
            };
        }
    }

    private static void WriteDevices(ref Manifest manifest, Partition partition)
    {
        for (int i = 0; i < partition.Devices.Count; i++)
        {
            DeviceGrant grant = partition.Devices[i];
            manifest.Devices[i] = new DeviceEntry
            {
                Name = Names.Pack(grant.Device.Name),
                Address = grant.Address,
                Size = grant.Device.Registers.Size,
                EventBit = grant.EventBit,
                InterruptSlot = grant.Slot,
            };
        }

        manifest.DeviceCount = (ulong)partition.Devices.Count;
        foreach (DeviceGrant grant in partition.Guest?.Devices.Where(grant => grant.MonitorAddress != 0) ?? [])
        {
            manifest.Devices[(int)manifest.DeviceCount++] = new DeviceEntry
            {
                Name = Names.Pack(Encoding.ASCII.GetString(PciHost.Device)),
                Address = grant.MonitorAddress,
                Size = grant.Device.Registers.Size,
                EventBit = ulong.MaxValue,
                InterruptSlot = ulong.MaxValue,
            };
        }

        if (partition.DmaFaults is not { } faults)
            return;
        manifest.Devices[(int)manifest.DeviceCount++] = new DeviceEntry
        {
            Name = Names.Pack(Encoding.ASCII.GetString(DmaFault.Device)),
            Address = faults.Address,
            Size = faults.Queue.Size,
            EventBit = faults.EventBit,
            InterruptSlot = faults.Slot,
        };
    }

    private static void WriteScreens(ref Manifest manifest, Partition partition)
    {
        manifest.ScreenCount = (ulong)partition.Screens.Count;
        for (int i = 0; i < partition.Screens.Count; i++)
        {
            Screen screen = partition.Screens[i];
            bool shows = screen.Channel.Sides[1].Partition == partition;
            ref ScreenEnd end = ref manifest.Screens[i];
            end.Channel = (ulong)partition.Channels.FindIndex(side => side.Channel == screen.Channel);
            end.Width = screen.Display.Width;
            end.Height = screen.Display.SurfaceHeight;
            end.Surface = shows ? screen.UiAddress : screen.Client == partition ? screen.ClientAddress : 0;
            end.Physical = Physical(partition, screen.Surface);
            if (shows)
                Encoding.UTF8.GetBytes(screen.Title, MemoryMarshal.AsBytes((Span<ulong>)end.Title));
        }
    }

    /// <summary>Physical addresses are for devices that know no others.</summary>
    private static ulong Physical(Partition partition, Area area) => partition.HasUnconfinedDma ? area.Address : 0;

    private static void WriteGuest(ref GuestInfo info, Partition monitor, Partition guest)
    {
        GuestMemory memory = guest.Memory!;
        info.Present = 1;
        info.Name = Names.Pack(guest.Name);
        info.RamBase = guest.RamRange.Address;
        info.RamSize = guest.RamRange.Size;
        info.VcpuCount = (ulong)guest.Vcpus.Count;
        info.VcpuSlot = monitor.GuestSlot;
        info.Entry = memory.Entry;
        info.Context = memory.Context;
        info.Restart = guest.Description.Restart;
        info.LoadCount = (ulong)memory.Pieces.Count;
        for (int i = 0; i < memory.Pieces.Count; i++)
        {
            GuestPiece piece = memory.Pieces[i];
            info.Loads[i] = new LoadEntry
            {
                Source = monitor.PristineAddresses[i],
                Destination = piece.Address,
                Size = (ulong)piece.Content.Length,
                Zero = piece.Zero,
            };
        }
    }
}
