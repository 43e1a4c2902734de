using System;

namespace Redoubt.Abi;

/// <summary>
/// Configuration space of the PCI host bridge that a guest holds, 4 KiB for each function of each bus (PCI Express Base 5.0, 7.2.2). The guest's monitor
/// sees it too, as a device of its manifest: before the guest starts anew, its devices have to be quiet.
/// </summary>
public static class PciHost
{
    /// <summary>Name in the monitor's manifest.</summary>
    public static ReadOnlySpan<byte> Device => "pci-config"u8;

    /// <summary>Bytes of a function.</summary>
    public const ulong FunctionSize = 0x1000;

    /// <summary>Offset of the command register; the status register follows, where writing 0 changes nothing (7.5.1.1.3, 7.5.1.1.4).</summary>
    public const ulong Command = 4;

    /// <summary>Vendor and device ID that are read where there is no function (2.3.2).</summary>
    public const uint Absent = 0xffff_ffff;
}
