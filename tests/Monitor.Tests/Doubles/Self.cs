using Redoubt.Abi;

namespace Redoubt.Partition;

/// <summary>A monitor with one channel, "console", and some devices; each test's thread has its own.</summary>
internal static unsafe class Self
{
    internal const ulong PeerSlot = 20, NotifySlot = 1;

    [ThreadStatic]
    private static Manifest* t_manifest;

    internal static ref Manifest Manifest => ref *t_manifest;

    internal static void Use(Manifest* manifest) => t_manifest = manifest;

    internal static bool TryFindChannel(ReadOnlySpan<byte> name, out ChannelEnd* channel)
    {
        channel = (ChannelEnd*)&t_manifest->Channels;
        return t_manifest->ChannelCount != 0 && Names.Same(in channel->Name, Names.Of(name));
    }

    internal static bool TryFindDevice(ReadOnlySpan<byte> name, out DeviceEntry* device)
    {
        device = (DeviceEntry*)&t_manifest->Devices;
        for (ulong i = 0; i < t_manifest->DeviceCount; i++, device++)
        {
            if (Names.Same(in device->Name, Names.Of(name)))
                return true;
        }

        return false;
    }

    internal static ChannelEnd* Channel(ulong index) => (ChannelEnd*)&t_manifest->Channels + index;

    internal static void Wake(ulong vcpu) => Kernel.Notify(PeerSlot + vcpu);
}
