using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Redoubt.Abi;

/// <summary>What a bare partition is told of itself: one page at <see cref="Layout.Manifest"/>, read-only, written by the image builder.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct Manifest
{
    /// <summary>Value of <see cref="Magic"/>: "REDMANI1".</summary>
    public const ulong MagicValue = 0x3149_4e41_4d44_4552;

    public ulong Magic;

    /// <summary>The partition's name.</summary>
    public Name Name;

    /// <summary>1 if <see cref="Seed"/> holds entropy of the board, filled in by the loader.</summary>
    public ulong Seeded;

    /// <summary>32 bytes that no other partition knows.</summary>
    public Seed Seed;

    public ulong VcpuCount;
    public ulong ChannelCount;
    public ulong DeviceCount;
    public ulong ScreenCount;

    /// <summary>First capability slot of the peer notifications: slot + n notifies this partition's own vCPU n, event bit <see cref="PeerEvent"/>.</summary>
    public ulong PeerSlot;

    /// <summary>Slot of the machine capability, or ~0.</summary>
    public ulong MachineSlot;

    /// <summary>Work memory of a service, beside its program: IPA and bytes, zeroed at boot; 0 if it has none.</summary>
    public ulong WorkAddress;
    public ulong WorkSize;

    /// <summary>Physical address of the work memory, see <see cref="ScreenEnd.Physical"/>.</summary>
    public ulong WorkPhysical;

    public ChannelEnds Channels;
    public DeviceEntries Devices;
    public ScreenEnds Screens;

    /// <summary>Only in a monitor: the guest that it serves.</summary>
    public GuestInfo Guest;

    /// <summary>Event bit by which the vCPUs of one partition wake each other.</summary>
    public const int PeerEvent = 31;
}

/// <summary>Up to 16 ASCII characters, padded with zero bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct Name
{
    public ulong Low;
    public ulong High;
}

/// <summary>One end of a channel.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct ChannelEnd
{
    /// <summary>The channel's name.</summary>
    public Name Name;

    /// <summary>Name of the partition at the other end; for a monitor's channel, its guest's name.</summary>
    public Name Peer;

    /// <summary>IPA of the shared memory, mapped read-write at both ends.</summary>
    public ulong Address;

    /// <summary>Bytes of shared memory, a multiple of 4 KiB; 0 if the channel has none.</summary>
    public ulong Size;

    /// <summary>Capability slot that notifies the other end (its vCPU 0).</summary>
    public ulong NotifySlot;

    /// <summary>Event bit that arrives at vCPU 0 of this partition when the other end notifies.</summary>
    public ulong EventBit;

    /// <summary>0 for the first end named in the system description, 1 for the second.</summary>
    public ulong Side;

    /// <summary>1 if the other end is a monitor: <see cref="Peer"/> is a guest.</summary>
    public ulong Guest;

    /// <summary>What a guest at this end sees of it, a <see cref="ChannelKind"/>.</summary>
    public ulong Kind;
}

/// <summary>What guests see of a channel of their monitors.</summary>
public static class ChannelKind
{
    /// <summary>Nothing; a network between two guests, see <see cref="Frames"/>; a serial line, whose bytes go through the rings as they are.</summary>
    public const ulong Plain = 0, Network = 1, Serial = 2;
}

/// <summary>A device of the board given to this partition.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct DeviceEntry
{
    public Name Name;

    /// <summary>IPA of its registers.</summary>
    public ulong Address;

    /// <summary>Bytes.</summary>
    public ulong Size;

    /// <summary>Event bit of its interrupt at vCPU 0, and the slot that acknowledges it; ~0 if it has none.</summary>
    public ulong EventBit;
    public ulong InterruptSlot;
}

/// <summary>A screen (<see cref="Abi.Screen"/>): in <c>ui</c> each one that it shows, in a client or its monitor its own.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct ScreenEnd
{
    /// <summary>Index of its channel.</summary>
    public ulong Channel;

    /// <summary>Pixels of the surface.</summary>
    public ulong Width;
    public ulong Height;

    /// <summary>IPA of the surface; 0 in a monitor, which does not see its guest's.</summary>
    public ulong Surface;

    /// <summary>Its physical address, for a device whose DMA nothing confines; 0 in a partition that holds none.</summary>
    public ulong Physical;

    /// <summary>In <c>ui</c>: what stands in the strip while it is shown; 0 elsewhere.</summary>
    public Title Title;
}

/// <summary>Up to 32 bytes of UTF-8, padded with zero bytes.</summary>
[InlineArray(4)]
public struct Title
{
    private ulong _first;

    /// <summary>Bytes that fit.</summary>
    public const int Longest = 32;
}

/// <summary>The guest of a monitor.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct GuestInfo
{
    /// <summary>1 if this partition is a monitor.</summary>
    public ulong Present;

    public Name Name;

    /// <summary>Guest RAM: IPA in the guest and in the monitor alike, bytes.</summary>
    public ulong RamBase;
    public ulong RamSize;

    public ulong VcpuCount;

    /// <summary>First capability slot of the guest's vCPUs: slot + n controls vCPU n.</summary>
    public ulong VcpuSlot;

    /// <summary>PC and x0 of the guest's first vCPU.</summary>
    public ulong Entry;
    public ulong Context;

    /// <summary>When it starts anew by itself, a <see cref="RestartPolicy"/>.</summary>
    public ulong Restart;

    /// <summary>What is copied into guest RAM before each start.</summary>
    public ulong LoadCount;
    public LoadEntries Loads;
}

/// <summary>When a guest that has ended starts anew by itself.</summary>
public static class RestartPolicy
{
    /// <summary>Never, after a crash, after a crash and after it was powered off.</summary>
    public const ulong Never = 0, OnCrash = 1, Always = 2;
}

/// <summary>A piece of a guest's pristine image.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct LoadEntry
{
    /// <summary>IPA in the monitor where it stands, read-only.</summary>
    public ulong Source;

    /// <summary>IPA in guest RAM where it goes.</summary>
    public ulong Destination;

    /// <summary>Bytes to copy, then bytes to fill with zero after them.</summary>
    public ulong Size;
    public ulong Zero;
}

[InlineArray(4)]
public struct Seed
{
    private ulong _first;
}

[InlineArray(12)]
public struct ChannelEnds
{
    private ChannelEnd _first;
}

[InlineArray(8)]
public struct DeviceEntries
{
    private DeviceEntry _first;
}

[InlineArray(4)]
public struct ScreenEnds
{
    private ScreenEnd _first;
}

[InlineArray(8)]
public struct LoadEntries
{
    private LoadEntry _first;
}
