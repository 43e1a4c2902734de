using Redoubt.Abi;
using Redoubt.Partition;

namespace Redoubt.Ui;

/// <summary>A virtio input device (Virtio 1.2, 5.8): a keyboard or a tablet. Its events are Linux's.</summary>
internal unsafe struct InputDevice
{
    private const uint DeviceId = 18, EventQueue = 0, EventSize = 8;

    private VirtioMmio _device;
    private SplitQueue _queue;
    private ulong _buffers, _interrupt, _slot;

    /// <summary>Sets the device up; false if it is none.</summary>
    internal bool TryOpen(DeviceEntry* entry, ref WorkMemory memory)
    {
        _interrupt = entry->EventBit < 64 ? 1UL << (int)entry->EventBit : 0;
        _slot = entry->InterruptSlot;
        _queue.Open(ref memory, interrupts: true);
        _buffers = memory.Take(EventSize * SplitQueue.Size, out ulong physical);
        if (!_device.TryOpen(entry->Address, DeviceId) || !_device.TrySetQueue(EventQueue, ref _queue))
            return false;
        for (uint i = 0; i < SplitQueue.Size; i++)
        {
            _queue.Describe(i, physical + EventSize * i, EventSize, isWritable: true, hasNext: false);
            _queue.Add(i);
        }

        _device.Start();
        _device.Notify(EventQueue);
        return true;
    }

    /// <summary>If its interrupt is among the events: it may come again, and what it tells of can be taken.</summary>
    internal readonly void Attend(ulong events)
    {
        if ((events & _interrupt) == 0)
            return;
        _device.AcknowledgeInterrupt();
        Kernel.Acknowledge(_slot);
    }

    /// <summary>Takes the next event, if there is one: type, code and value as in <see cref="Screen"/>.</summary>
    internal bool TryTake(out ulong word)
    {
        word = 0;
        if (!_queue.TryTake(out uint index))
            return false;
        word = *(ulong*)(_buffers + EventSize * index);
        _queue.Add(index);
        _device.Notify(EventQueue);
        return true;
    }
}
