namespace Redoubt.Abi;

/// <summary>Where the image, the kernel and its data lie in physical memory, and what a bare partition sees where.</summary>
public static class Layout
{
    /// <summary>Address the boot loader puts the image at (DRAM base of the board plus the header's text_offset).</summary>
    public const ulong LoadBase = 0x4020_0000;

    /// <summary>Link address of the loader's program; the Image header is in the page before it.</summary>
    public const ulong Loader = 0x4020_1000;

    /// <summary>Address of the <see cref="BootInfo"/> table, within the loader's 1 MiB.</summary>
    public const ulong BootInfo = 0x4028_0000;

    /// <summary>Address of the image's description of itself, 1 MiB, for people's tools; nothing at run time reads it.</summary>
    public const ulong Description = 0x4030_0000;

    /// <summary>Link address of the kernel: text, read-only data, state.</summary>
    public const ulong Kernel = 0x4040_0000;

    /// <summary>Address of the configuration (<see cref="Config"/>), 64 KiB, read-only to the kernel.</summary>
    public const ulong Config = 0x404c_0000;

    /// <summary>Bytes reserved for the configuration.</summary>
    public const ulong ConfigSize = 0x1_0000;

    /// <summary>First address the image builder hands out: translation tables, partition memory, images.</summary>
    public const ulong Free = 0x4060_0000;

    /// <summary>IPA of the <see cref="Manifest"/> page in a bare partition.</summary>
    public const ulong Manifest = 0x1000;

    /// <summary>IPA of the page of bank anchors in a partition that has one, read-only: see docs/pin-entry.md.</summary>
    public const ulong Anchors = 0x2000;

    /// <summary>IPA of the <see cref="Abi.Identity"/> page in a partition that has one.</summary>
    public const ulong Identity = 0x3000;

    /// <summary>Link address (IPA) of a bare partition's program.</summary>
    public const ulong Program = 0x10_0000;

    /// <summary>First IPA of shared channel memory in a bare partition.</summary>
    public const ulong Channels = 0x1000_0000;

    /// <summary>First IPA of device pages in a bare partition.</summary>
    public const ulong Devices = 0x2000_0000;

    /// <summary>IPA of a service's work memory.</summary>
    public const ulong Work = 0x3000_0000;

    /// <summary>IPA in a monitor of its guest's pristine images, read-only. Guest RAM appears at the guest's own addresses.</summary>
    public const ulong Pristine = 0x20_0000_0000;

    /// <summary>Bits of an intermediate physical address (VTCR_EL2.T0SZ = 64 - this); one level-1 table of 512 entries.</summary>
    public const int IpaBits = 39;
}
