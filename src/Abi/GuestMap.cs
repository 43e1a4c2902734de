namespace Redoubt.Abi;

/// <summary>The machine that a monitor shows to its guest. Addresses are those of QEMU's virt board, so that they look familiar.</summary>
public static class GuestMap
{
    /// <summary>GICv3 distributor, 64 KiB.</summary>
    public const ulong Distributor = 0x0800_0000;

    /// <summary>GICv3 redistributors, 128 KiB for each vCPU.</summary>
    public const ulong Redistributors = 0x080a_0000, RedistributorStride = 0x2_0000;

    /// <summary>PL011 UART, 4 KiB, INTID 33.</summary>
    public const ulong Uart = 0x0900_0000, UartInterrupt = 33;

    /// <summary>virtio-mmio devices, 512 bytes each; device n has INTID 48 + n. 0 is the console, 1 the entropy device, then come networks, keys and touch, and a serial line.</summary>
    public const ulong Virtio = 0x0a00_0000, VirtioStride = 0x200, VirtioInterrupt = 48;

    /// <summary>First network among the virtio-mmio devices, and how many there may be.</summary>
    public const int FirstNetwork = 2, NetworkLimit = 4;

    /// <summary>Keyboard and touch screen among the virtio-mmio devices, there if the guest has a screen.</summary>
    public const int Keys = 6, Touch = 7;

    /// <summary>Serial line among the virtio-mmio devices, a second console.</summary>
    public const int Serial = 8, VirtioCount = 9;

    /// <summary>Surface of the guest's screen, see <see cref="Abi.Screen"/>, and the end of the place for it.</summary>
    public const ulong Screen = 0x0c00_0000, ScreenEnd = 0x1000_0000;

    /// <summary>Virtual timer and its INTID (PPI 11).</summary>
    public const ulong TimerInterrupt = 27;

    /// <summary>Default base of guest RAM.</summary>
    public const ulong Ram = 0x4000_0000;
}
