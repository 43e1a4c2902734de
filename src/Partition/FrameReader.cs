using System;
using System.Threading;
using Redoubt.Abi;

namespace Redoubt.Partition;

/// <summary>The reading end of a ring of <see cref="Frames"/>, as wary of the other side as <see cref="FrameWriter"/>.</summary>
public unsafe struct FrameReader
{
    private ulong _half;
    private ulong _capacity;
    private ulong _read;
    private ulong _length;

    /// <summary>This partition's reading end of a channel. Goes on where the shared count stands.</summary>
    public void Open(in ChannelEnd end)
    {
        _capacity = end.Size < Frames.LeastMemory ? 0 : Rings.Capacity(end.Size);
        _half = Rings.Half(in end, 1 - end.Side);
        _read = _capacity == 0 ? 0 : Volatile.Read(ref Word(Ring.Read)) & ~7UL;
    }

    /// <summary>Goes to the oldest frame, without taking it. What can't be a frame is given up.</summary>
    public bool TryOpen(out ulong length)
    {
        length = 0;
        if (_capacity == 0)
            return false;
        ulong written = Volatile.Read(ref Word(Ring.Written));
        ulong available = written - _read;
        if (available == 0)
            return false;
        // Read once: what is checked is what is used.
        _length = Volatile.Read(ref *(ulong*)(Data + (_read & (_capacity - 1))));
        length = _length;
        if (available <= _capacity && _length >= Frames.Shortest && _length <= Frames.Longest && Frames.Size(_length) <= available)
            return true;
        Move(written & ~7UL);
        return false;
    }

    /// <summary>Copies bytes of the frame, all within its length, to this partition's memory.</summary>
    public readonly void CopyTo(ulong address, ulong offset, ulong count)
    {
        ulong at = (_read + Frames.Header + offset) & (_capacity - 1);
        ulong first = Math.Min(count, _capacity - at);
        Memory.Copy(address, Data + at, first);
        Memory.Copy(address + first, Data, count - first);
    }

    /// <summary>Takes the frame. Returns whether the writer may be waiting for room and needs a notification.</summary>
    public bool Close() => Move(_read + Frames.Size(_length));

    /// <summary>Takes all frames unseen. Returns whether the writer may be waiting for room and needs a notification.</summary>
    public bool Discard() => _capacity != 0 && Move(Volatile.Read(ref Word(Ring.Written)) & ~7UL);

    // A writer that has no room has left more than half unread. With a barrier between what each side writes and what it then reads, it
    // has seen this count, or what it wrote last is seen here.
    private bool Move(ulong read)
    {
        ulong before = _read;
        _read = read;
        Volatile.Write(ref Word(Ring.Read), read);
        Memory.Barrier();
        ulong written = Volatile.Read(ref Word(Ring.Written));
        return written - before > _capacity / 2 && written - read <= _capacity / 2;
    }

    private readonly ulong Data => _half + Ring.Header;

    private readonly ref ulong Word(ulong offset) => ref *(ulong*)(_half + offset);
}
