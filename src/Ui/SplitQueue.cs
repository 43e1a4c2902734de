using System.Threading;
using Redoubt.Partition;

namespace Redoubt.Ui;

/// <summary>
/// A split virtqueue (Virtio 1.2, 2.7), driver side, in one page of work memory. The device is trusted as far as its DMA is: it could write anywhere; but
/// no number of its own leads outside of the queue.
/// </summary>
internal unsafe struct SplitQueue
{
    /// <summary>Number of descriptors: as many as an input device of QEMU's takes, which loses events if there is no room (hw/input/virtio-input.c).</summary>
    internal const uint Size = 64;

    /// <summary>Where the driver's and the device's areas begin, behind the descriptors.</summary>
    internal const ulong DriverOffset = 0x400, DeviceOffset = 0x800;

    private const ulong PageSize = 0x1000;
    private const ushort HasNext = 1, Writable = 2, NoInterrupt = 1;

    private ulong _address;
    private ushort _added, _taken;

    /// <summary>Where the device sees it.</summary>
    internal ulong Physical;

    /// <summary>Takes memory. The device interrupts when it has used something, if that is wanted.</summary>
    internal void Open(ref WorkMemory memory, bool interrupts)
    {
        _address = memory.Take(PageSize, out Physical);
        *(ushort*)(_address + DriverOffset) = interrupts ? (ushort)0 : NoInterrupt;
    }

    /// <summary>Writes a descriptor: a buffer that the device reads or writes, alone or followed by the next descriptor.</summary>
    internal readonly void Describe(uint index, ulong physical, uint length, bool isWritable, bool hasNext)
    {
        ulong descriptor = _address + 16 * index;
        *(ulong*)descriptor = physical;
        *(uint*)(descriptor + 8) = length;
        *(ushort*)(descriptor + 12) = (ushort)((hasNext ? HasNext : 0) | (isWritable ? Writable : 0));
        *(ushort*)(descriptor + 14) = (ushort)(index + 1);
    }

    /// <summary>Hands the chain that begins with this descriptor to the device, which must then be notified.</summary>
    internal void Add(uint index)
    {
        *(ushort*)(_address + DriverOffset + 4 + 2 * (_added % Size)) = (ushort)index;
        Memory.Barrier();
        Volatile.Write(ref *(ushort*)(_address + DriverOffset + 2), ++_added);
        Memory.Barrier();
    }

    /// <summary>Whether the device has all chains given back.</summary>
    internal readonly bool IsIdle => _taken == _added;

    /// <summary>Takes a chain that the device has given back, by its first descriptor.</summary>
    internal bool TryTake(out uint index)
    {
        index = 0;
        if (_taken == _added || Volatile.Read(ref *(ushort*)(_address + DeviceOffset + 2)) == _taken)
            return false;
        Memory.Barrier();
        index = *(uint*)(_address + DeviceOffset + 4 + 8 * (_taken % Size)) % Size;
        _taken++;
        return true;
    }
}
