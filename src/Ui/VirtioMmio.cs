using System.Threading;

namespace Redoubt.Ui;

/// <summary>The driver's side of a virtio device over MMIO, version 2 (Virtio 1.2, 4.2.2). It takes no features but VIRTIO_F_VERSION_1.</summary>
internal unsafe struct VirtioMmio
{
    private const int Magic = 0x000, Version = 0x004, Device = 0x008, DriverFeatures = 0x020, DriverFeaturesSelect = 0x024,
        QueueSelect = 0x030, QueueSizeMax = 0x034, QueueSize = 0x038, QueueReady = 0x044, QueueNotify = 0x050, InterruptStatus = 0x060,
        InterruptAcknowledge = 0x064, Status = 0x070, DescriptorsLow = 0x080, DescriptorsHigh = 0x084, DriverLow = 0x090, DriverHigh = 0x094,
        DeviceLow = 0x0a0, DeviceHigh = 0x0a4;

    private const uint MagicValue = 0x7472_6976, VersionValue = 2, Version1 = 1;
    private const uint Acknowledged = 1, Driver = 2, DriverOk = 4, FeaturesOk = 8;

    private byte* _registers;

    /// <summary>Begins to drive the device at an address (3.1.1); false if it is no such device.</summary>
    internal bool TryOpen(ulong address, uint device)
    {
        _registers = (byte*)address;
        if (Get(Magic) != MagicValue || Get(Version) != VersionValue || Get(Device) != device)
            return false;
        Set(Status, 0);
        Set(Status, Acknowledged);
        Set(Status, Acknowledged | Driver);
        Set(DriverFeaturesSelect, 0);
        Set(DriverFeatures, 0);
        Set(DriverFeaturesSelect, 1);
        Set(DriverFeatures, Version1);
        Set(Status, Acknowledged | Driver | FeaturesOk);
        return (Get(Status) & FeaturesOk) != 0;
    }

    /// <summary>Gives it a queue; false if it has none so large.</summary>
    internal readonly bool TrySetQueue(uint number, ref SplitQueue queue)
    {
        Set(QueueSelect, number);
        if (Get(QueueSizeMax) < SplitQueue.Size)
            return false;
        Set(QueueSize, SplitQueue.Size);
        Set(DescriptorsLow, (uint)queue.Physical);
        Set(DescriptorsHigh, (uint)(queue.Physical >> 32));
        ulong driver = queue.Physical + SplitQueue.DriverOffset, device = queue.Physical + SplitQueue.DeviceOffset;
        Set(DriverLow, (uint)driver);
        Set(DriverHigh, (uint)(driver >> 32));
        Set(DeviceLow, (uint)device);
        Set(DeviceHigh, (uint)(device >> 32));
        Set(QueueReady, 1);
        return true;
    }

    /// <summary>All is set up.</summary>
    internal readonly void Start() => Set(Status, Acknowledged | Driver | FeaturesOk | DriverOk);

    /// <summary>There is something new in a queue.</summary>
    internal readonly void Notify(uint queue) => Set(QueueNotify, queue);

    /// <summary>The interrupt is taken note of.</summary>
    internal readonly void AcknowledgeInterrupt() => Set(InterruptAcknowledge, Get(InterruptStatus));

    private readonly uint Get(int register) => Volatile.Read(ref *(uint*)(_registers + register));

    private readonly void Set(int register, uint value) => Volatile.Write(ref *(uint*)(_registers + register), value);
}
