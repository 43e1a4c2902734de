using System.Threading;

namespace Redoubt.Monitor;

/// <summary>
/// A split virtqueue (Virtio 1.2, 2.7) in guest RAM, device side. The guest may change any of it at any moment: each value is read
/// once, checked, and used. What breaks the rules marks the queue as broken; it then stands still until the driver resets the device.
/// </summary>
public unsafe struct VirtQueue
{
    /// <summary>Largest size offered.</summary>
    public const uint MaximumSize = 64;

    private const ushort HasNext = 1, IsWritable = 2, IsIndirect = 4, NoInterrupt = 1;
    private const ulong DescriptorSize = 16, UsedElementSize = 8;

    /// <summary>Addresses of the three areas and the number of descriptors, as the driver set them.</summary>
    public ulong Descriptors, Driver, Device;
    public uint Size;

    /// <summary>In use.</summary>
    public bool IsReady;

    /// <summary>The driver broke the rules.</summary>
    public bool IsBroken;

    private ushort _taken, _used;

    // The chain being walked: its head, what comes next, and how many descriptors it may still have.
    private ushort _head, _next;
    private uint _left;

    /// <summary>Takes the values after reset.</summary>
    public void Reset()
    {
        Descriptors = 0;
        Driver = 0;
        Device = 0;
        Size = 0;
        IsReady = false;
        IsBroken = false;
    }

    /// <summary>The driver says that the queue is set up.</summary>
    public void Enable(in GuestMemory memory)
    {
        _taken = 0;
        _used = 0;
        IsReady = true;
        bool isSize = Size - 1 < MaximumSize && (Size & (Size - 1)) == 0;
        IsBroken = !isSize || (Descriptors & 15) != 0 || (Driver & 1) != 0 || (Device & 3) != 0
            || !memory.Contains(Descriptors, DescriptorSize * Size)
            || !memory.Contains(Driver, 6 + 2UL * Size)
            || !memory.Contains(Device, 6 + UsedElementSize * Size);
    }

    /// <summary>
    /// Goes to the first descriptor of the oldest chain that the driver made available, without taking it; false if there is none.
    /// </summary>
    public bool TryOpen()
    {
        if (!IsReady || IsBroken)
            return false;
        ushort waiting = (ushort)(Volatile.Read(ref *(ushort*)(Driver + 2)) - _taken);
        if (waiting == 0)
            return false;
        if (waiting > Size)
            return Break();
        _head = Volatile.Read(ref *(ushort*)(Driver + 4 + 2UL * (_taken & (Size - 1))));
        _next = _head;
        _left = Size;
        return true;
    }

    /// <summary>The next buffer of the chain; false at its end. A buffer lies in guest RAM as a whole.</summary>
    public bool TryNext(in GuestMemory memory, out ulong address, out uint length, out bool isWritable)
    {
        address = 0;
        length = 0;
        isWritable = false;
        if (_left == 0)
            return false;
        if (_next >= Size)
            return Break();
        ulong descriptor = Descriptors + DescriptorSize * _next;
        address = Volatile.Read(ref *(ulong*)descriptor);
        length = Volatile.Read(ref *(uint*)(descriptor + 8));
        ushort flags = Volatile.Read(ref *(ushort*)(descriptor + 12));
        _next = Volatile.Read(ref *(ushort*)(descriptor + 14));
        isWritable = (flags & IsWritable) != 0;
        bool isLast = (flags & HasNext) == 0;
        _left = isLast ? 0 : _left - 1;
        // A chain of more descriptors than there are is a loop.
        if ((flags & IsIndirect) != 0 || !memory.Contains(address, length) || (!isLast && _left == 0))
            return Break();
        return true;
    }

    /// <summary>Gives the chain back with so many bytes written to it. Returns whether the driver wants an interrupt.</summary>
    public bool Close(uint written)
    {
        ulong element = Device + 4 + UsedElementSize * (_used & (Size - 1));
        *(uint*)element = _head;
        *(uint*)(element + 4) = written;
        _taken++;
        Volatile.Write(ref *(ushort*)(Device + 2), ++_used);
        Partition.Memory.Barrier();
        return (Volatile.Read(ref *(ushort*)Driver) & NoInterrupt) == 0;
    }

    private bool Break()
    {
        IsBroken = true;
        return false;
    }
}
