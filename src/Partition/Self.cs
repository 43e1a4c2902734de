using System;
using Redoubt.Abi;

namespace Redoubt.Partition;

/// <summary>What this partition knows of itself.</summary>
public static unsafe class Self
{
    /// <summary>The manifest.</summary>
    public static ref readonly Manifest Manifest => ref *(Manifest*)Layout.Manifest;

    /// <summary>Finds a channel by its name. Several channels may bear one name: the first is found.</summary>
    public static bool TryFindChannel(ReadOnlySpan<byte> name, out ChannelEnd* channel)
    {
        Name wanted = Names.Of(name);
        Manifest* manifest = (Manifest*)Layout.Manifest;
        channel = (ChannelEnd*)&manifest->Channels;
        for (ulong left = manifest->ChannelCount; left != 0; left--, channel++)
        {
            if (Names.Same(in channel->Name, in wanted))
                return true;
        }

        channel = null;
        return false;
    }

    /// <summary>Finds a device by the board's name for it.</summary>
    public static bool TryFindDevice(ReadOnlySpan<byte> name, out DeviceEntry* device)
    {
        Name wanted = Names.Of(name);
        Manifest* manifest = (Manifest*)Layout.Manifest;
        device = (DeviceEntry*)&manifest->Devices;
        for (ulong left = manifest->DeviceCount; left != 0; left--, device++)
        {
            if (Names.Same(in device->Name, in wanted))
                return true;
        }

        device = null;
        return false;
    }

    /// <summary>The channel end with this index, below <see cref="Manifest.ChannelCount"/>.</summary>
    public static ChannelEnd* Channel(ulong index) => (ChannelEnd*)&((Manifest*)Layout.Manifest)->Channels + index;

    /// <summary>Wakes another vCPU of this partition: event <see cref="Manifest.PeerEvent"/>.</summary>
    public static void Wake(ulong vcpu) => Kernel.Notify(Manifest.PeerSlot + vcpu);
}
