using System.Threading;
using Redoubt.Abi;
using Redoubt.Partition;

namespace Redoubt.Ui;

/// <summary>
/// A virtio display (Virtio 1.2, 5.7), two-dimensional. Each screen is a resource whose first rows are the memory of its strip and whose others
/// are its surface, so that nothing is copied here, and the one command that changes what is shown changes both at once. No pixel of a surface can come to
/// lie in the strip.
/// </summary>
internal unsafe struct Gpu
{
    private const uint DeviceId = 16, ControlQueue = 0;

    // Commands, and the only answer that is none of an error (5.7.6.7).
    private const uint CreateResource = 0x101, SetScanout = 0x103, Flush = 0x104, Transfer = 0x105, AttachBacking = 0x106, Ok = 0x1100;

    // Bytes B, G, R, unused.
    private const uint Format = 2;

    // A command and its answer have two descriptors and 256 bytes: the answer in the last 64.
    private const ulong SlotSize = 256, AnswerOffset = 192;
    private const uint Slots = SplitQueue.Size / 2, AnswerSize = 24, HeaderWords = 6;

    private VirtioMmio _device;
    private SplitQueue _queue;
    private ulong _slots, _slotsPhysical;
    private uint _next, _width, _height;
    private ulong _patience;
    private ulong _events;

    /// <summary>Sets the device up; false if it is none.</summary>
    internal bool TryOpen(ulong address, uint width, uint height, ref WorkMemory memory)
    {
        Kernel.Discover(out _, out _, out _, out ulong frequency);
        _patience = 4 * frequency;
        _width = width;
        _height = height;
        _queue.Open(ref memory, interrupts: false);
        _slots = memory.Take(SlotSize * Slots, out _slotsPhysical);
        if (!_device.TryOpen(address, DeviceId) || !_device.TrySetQueue(ControlQueue, ref _queue))
            return false;
        _device.Start();
        return true;
    }

    /// <summary>Events that arrived while it waited for the device, and forgets them.</summary>
    internal ulong TakeEvents()
    {
        ulong events = _events;
        _events = 0;
        return events;
    }

    /// <summary>Makes a screen's resource, whose number counts from 1: the strip's memory above, the surface below. Physical addresses.</summary>
    internal void Add(uint resource, ulong strip, ulong surface)
    {
        uint* words = Begin(CreateResource);
        words[0] = resource;
        words[1] = Format;
        words[2] = _width;
        words[3] = _height;
        Submit(4);
        words = Begin(AttachBacking);
        words[0] = resource;
        words[1] = 2;
        uint row = _width * Screen.PixelSize;
        Entry(words + 2, strip, row * Screen.StripHeight);
        Entry(words + 6, surface, row * (_height - Screen.StripHeight));
        Submit(10);
        Finish();
    }

    /// <summary>Shows a screen from now on, 0 for none. Returns when that has happened.</summary>
    internal void Show(uint resource)
    {
        Finish();
        if (resource != 0)
            Update(resource, 0);
        uint* words = Begin(SetScanout);
        Rectangle(words, 0);
        words[4] = 0;
        words[5] = resource;
        Submit(6);
        if (resource != 0)
            Present(resource, 0);
        Finish();
    }

    /// <summary>Shows what has changed on the surface of the screen that is shown, unless the device is still busy with the last time.</summary>
    internal void Refresh(uint resource)
    {
        Collect();
        if (!_queue.IsIdle)
            return;
        Update(resource, Screen.StripHeight);
        Present(resource, Screen.StripHeight);
    }

    // The device copies memory into its own, from a row on.
    private void Update(uint resource, uint row)
    {
        uint* words = Begin(Transfer);
        Rectangle(words, row);
        words[4] = row * _width * Screen.PixelSize;
        words[5] = 0;
        words[6] = resource;
        words[7] = 0;
        Submit(8);
    }

    private void Present(uint resource, uint row)
    {
        uint* words = Begin(Flush);
        Rectangle(words, row);
        words[4] = resource;
        words[5] = 0;
        Submit(6);
    }

    private readonly void Rectangle(uint* words, uint row)
    {
        words[0] = 0;
        words[1] = row;
        words[2] = _width;
        words[3] = _height - row;
    }

    private static void Entry(uint* words, ulong physical, uint length)
    {
        words[0] = (uint)physical;
        words[1] = (uint)(physical >> 32);
        words[2] = length;
        words[3] = 0;
    }

    // The words behind the header of the next command. Never more are under way than there are slots.
    private uint* Begin(uint command)
    {
        uint* header = (uint*)(_slots + _next * SlotSize);
        header[0] = command;
        for (uint i = 1; i < HeaderWords; i++)
            header[i] = 0;
        *(uint*)(_slots + _next * SlotSize + AnswerOffset) = 0;
        return header + HeaderWords;
    }

    private void Submit(uint words)
    {
        ulong at = _slotsPhysical + _next * SlotSize;
        _queue.Describe(2 * _next, at, (HeaderWords + words) * sizeof(uint), isWritable: false, hasNext: true);
        _queue.Describe(2 * _next + 1, at + AnswerOffset, AnswerSize, isWritable: true, hasNext: false);
        _queue.Add(2 * _next);
        _next = (_next + 1) % Slots;
        _device.Notify(ControlQueue);
    }

    private void Collect()
    {
        while (_queue.TryTake(out uint index))
        {
            if (Volatile.Read(ref *(uint*)(_slots + index / 2 * SlotSize + AnswerOffset)) != Ok)
                Panic.Stop("the display refuses a command"u8);
        }
    }

    private void Finish()
    {
        ulong start = Kernel.Counter;
        for (Collect(); !_queue.IsIdle; Collect())
        {
            if (Kernel.Counter - start > _patience)
                Panic.Stop("the display does not answer"u8);
            Kernel.Wait(Kernel.Counter + _patience / 8192, out Arrival arrival);
            _events |= arrival.Events;
        }
    }
}
