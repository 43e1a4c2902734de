using System.Runtime.CompilerServices;

namespace Redoubt.Monitor;

/// <summary>The registers of one virtio device and its queues. What the device does with them is elsewhere.</summary>
public struct VirtioTransport
{
    /// <summary>Queues.</summary>
    public Queues Queues;

    private uint _device, _queueCount, _featuresSelect, _driverFeaturesSelect, _queue, _status, _interrupt;
    private ulong _features, _driverFeatures;
    private ulong _configuration;

    /// <summary>Makes it a device of this kind with so many queues; <see cref="VirtioRegisters.NoDevice"/> is an empty place.</summary>
    /// <param name="device">Device identifier.</param>
    /// <param name="queueCount">Number of queues.</param>
    /// <param name="features">What it offers beside <see cref="VirtioRegisters.Version1"/>.</param>
    /// <param name="configuration">Its configuration, eight bytes at most, the first lowest.</param>
    public void Open(uint device, uint queueCount, ulong features = 0, ulong configuration = 0)
    {
        _device = device;
        _queueCount = queueCount;
        _features = features | VirtioRegisters.Version1;
        _configuration = configuration;
        Reset();
    }

    /// <summary>Takes the values after reset.</summary>
    public void Reset()
    {
        _featuresSelect = 0;
        _driverFeaturesSelect = 0;
        _driverFeatures = 0;
        _queue = 0;
        _status = 0;
        _interrupt = 0;
        for (int i = 0; i < Queues.Count; i++)
            Queues[i].Reset();
    }

    /// <summary>Level of the interrupt line.</summary>
    public readonly bool Line => _interrupt != 0;

    /// <summary>Whether a driver runs the device.</summary>
    public readonly bool IsDriven => (_status & (VirtioRegisters.DriverOk | VirtioRegisters.NeedsReset)) == VirtioRegisters.DriverOk;

    /// <summary>Buffers were used and the driver wants to know.</summary>
    public void Interrupt() => _interrupt |= VirtioRegisters.UsedBuffers;

    /// <summary>If the driver broke the rules of a queue: the device needs a reset, and says so.</summary>
    public void CheckQueues()
    {
        for (int i = 0; i < Queues.Count; i++)
        {
            if (!Queues[i].IsBroken || (_status & VirtioRegisters.NeedsReset) != 0)
                continue;
            _status |= VirtioRegisters.NeedsReset;
            _interrupt |= VirtioRegisters.ConfigurationChange;
        }
    }

    /// <summary>Reads a register, 4 bytes, or 1, 2 or 4 bytes of the configuration; aligned.</summary>
    public readonly uint Read(ulong offset, int size)
    {
        if (offset >= VirtioRegisters.Configuration)
            return ReadConfiguration(offset - VirtioRegisters.Configuration, size);
        if (size != 4)
            return 0;
        switch (offset)
        {
            case VirtioRegisters.Magic: return VirtioRegisters.MagicValue;
            case VirtioRegisters.Version: return VirtioRegisters.VersionValue;
            case VirtioRegisters.Device: return _device;
            case VirtioRegisters.Vendor: return VirtioRegisters.VendorValue;
            case VirtioRegisters.DeviceFeatures: return _featuresSelect <= 1 ? (uint)(_features >> (32 * (int)_featuresSelect)) : 0;
            case VirtioRegisters.QueueSizeMax: return _queue < _queueCount ? VirtQueue.MaximumSize : 0;
            case VirtioRegisters.QueueReady: return _queue < _queueCount && Queues[(int)_queue].IsReady ? 1U : 0;
            case VirtioRegisters.InterruptStatus: return _interrupt;
            case VirtioRegisters.Status: return _status;
            // There is no shared memory: its length and address read as all ones.
            case >= VirtioRegisters.SharedMemory and < VirtioRegisters.SharedMemoryEnd: return ~0U;
            default: return 0;
        }
    }

    /// <summary>Writes a register; 4 bytes, aligned. Returns whether the device has work to do.</summary>
    public bool Write(ulong offset, uint value, in GuestMemory memory)
    {
        switch (offset)
        {
            case VirtioRegisters.DeviceFeaturesSelect: _featuresSelect = value; break;
            case VirtioRegisters.DriverFeaturesSelect: _driverFeaturesSelect = value; break;
            case VirtioRegisters.DriverFeatures:
                _driverFeatures = _driverFeaturesSelect switch
                {
                    0 => Low(_driverFeatures, value),
                    1 => High(_driverFeatures, value),
                    _ => _driverFeatures,
                };
                break;
            case VirtioRegisters.QueueSelect: _queue = value; break;
            case VirtioRegisters.InterruptAcknowledge: _interrupt &= ~value; break;
            case VirtioRegisters.Status: return WriteStatus(value);
            case VirtioRegisters.QueueNotify: return IsDriven;
            default:
                if (_queue < _queueCount)
                    return WriteQueue(ref Queues[(int)_queue], offset, value, in memory);
                break;
        }

        return false;
    }

    private readonly uint ReadConfiguration(ulong offset, int size) =>
        offset < sizeof(ulong) ? (uint)(_configuration >> (8 * (int)offset)) & (uint)(~0UL >> (64 - 8 * size)) : 0;

    private bool WriteStatus(uint value)
    {
        if (value == 0)
        {
            Reset();
            return true;
        }

        // A driver that did not accept VIRTIO_F_VERSION_1, or accepted what isn't offered, finds FEATURES_OK not set (3.1.1).
        bool isAccepted = (_driverFeatures & VirtioRegisters.Version1) != 0 && (_driverFeatures & ~_features) == 0;
        if ((value & VirtioRegisters.FeaturesOk) != 0 && !isAccepted)
            value &= ~VirtioRegisters.FeaturesOk;
        _status = (value & 0xff) | (_status & VirtioRegisters.NeedsReset);
        return true;
    }

    private readonly bool WriteQueue(ref VirtQueue queue, ulong offset, uint value, in GuestMemory memory)
    {
        if (offset == VirtioRegisters.QueueReady)
        {
            if (value == 0)
                queue.IsReady = false;
            else if (!queue.IsReady)
                queue.Enable(in memory);
            return IsDriven;
        }

        if (queue.IsReady)
            return false;
        switch (offset)
        {
            case VirtioRegisters.QueueSize: queue.Size = value; break;
            case VirtioRegisters.QueueDescriptorLow: queue.Descriptors = Low(queue.Descriptors, value); break;
            case VirtioRegisters.QueueDescriptorHigh: queue.Descriptors = High(queue.Descriptors, value); break;
            case VirtioRegisters.QueueDriverLow: queue.Driver = Low(queue.Driver, value); break;
            case VirtioRegisters.QueueDriverHigh: queue.Driver = High(queue.Driver, value); break;
            case VirtioRegisters.QueueDeviceLow: queue.Device = Low(queue.Device, value); break;
            case VirtioRegisters.QueueDeviceHigh: queue.Device = High(queue.Device, value); break;
        }

        return false;
    }

    private static ulong Low(ulong word, uint value) => (word & ~(ulong)uint.MaxValue) | value;

    private static ulong High(ulong word, uint value) => (uint)word | ((ulong)value << 32);
}

/// <summary>The queues of a device; some use the first only.</summary>
[InlineArray(Count)]
public struct Queues
{
    /// <summary>Number of places.</summary>
    public const int Count = 2;

    private VirtQueue _first;
}
