namespace Redoubt.Monitor;

/// <summary>Virtio over MMIO, version 2 (Virtio 1.2, 4.2.2): offsets and bits.</summary>
internal static class VirtioRegisters
{
    public const ulong Magic = 0x000, Version = 0x004, Device = 0x008, Vendor = 0x00c, DeviceFeatures = 0x010, DeviceFeaturesSelect = 0x014,
        DriverFeatures = 0x020, DriverFeaturesSelect = 0x024, QueueSelect = 0x030, QueueSizeMax = 0x034, QueueSize = 0x038, QueueReady = 0x044,
        QueueNotify = 0x050, InterruptStatus = 0x060, InterruptAcknowledge = 0x064, Status = 0x070, QueueDescriptorLow = 0x080,
        QueueDescriptorHigh = 0x084, QueueDriverLow = 0x090, QueueDriverHigh = 0x094, QueueDeviceLow = 0x0a0, QueueDeviceHigh = 0x0a4,
        SharedMemory = 0x0b0, SharedMemoryEnd = 0x0c0, ConfigurationGeneration = 0x0fc, Configuration = 0x100;

    /// <summary>"virt"; version 2; vendor "RDBT".</summary>
    public const uint MagicValue = 0x7472_6976, VersionValue = 2, VendorValue = 0x5442_4452;

    /// <summary>Device identifiers (5): none, network, console, entropy, input.</summary>
    public const uint NoDevice = 0, Network = 1, Console = 3, Entropy = 4, Input = 18;

    /// <summary>VIRTIO_F_VERSION_1: always offered, and demanded.</summary>
    public const ulong Version1 = 1UL << 32;

    /// <summary>VIRTIO_NET_F_MAC (5.1.3): the configuration begins with the device's address.</summary>
    public const ulong HasAddress = 1UL << 5;

    /// <summary>Device status (2.1).</summary>
    public const uint FeaturesOk = 8, DriverOk = 4, NeedsReset = 64;

    /// <summary>Interrupt status: used buffers, configuration change.</summary>
    public const uint UsedBuffers = 1, ConfigurationChange = 2;
}
