using System;
using System.Threading;
using Redoubt.Abi;

namespace Redoubt.Partition;

/// <summary>The writing end of a ring of <see cref="Frames"/>. As in <see cref="RingWriter"/>, nothing that the other side writes leads it astray.</summary>
public unsafe struct FrameWriter
{
    private ulong _half;
    private ulong _capacity;
    private ulong _written;
    private ulong _length;

    /// <summary>This partition's writing end of a channel. Goes on where the shared count stands.</summary>
    public void Open(in ChannelEnd end)
    {
        _capacity = end.Size < Frames.LeastMemory ? 0 : Rings.Capacity(end.Size);
        _half = Rings.Half(in end, end.Side);
        _written = _capacity == 0 ? 0 : Volatile.Read(ref Word(Ring.Written)) & ~7UL;
    }

    /// <summary>Whether the longest frame fits. If it doesn't, the reader notifies when half of the ring is free.</summary>
    public readonly bool HasRoom
    {
        get
        {
            if (_capacity == 0)
                return false;
            ulong used = _written - Volatile.Read(ref Word(Ring.Read));
            return used <= _capacity && _capacity - used >= Frames.Size(Frames.Longest);
        }
    }

    /// <summary>Begins a frame, for which there is room. One that was begun and not sent is forgotten.</summary>
    public void Begin() => _length = 0;

    /// <summary>Adds bytes of this partition's memory to the frame, unless it gets too long.</summary>
    public bool TryAppend(ulong address, ulong count)
    {
        if (count > Frames.Longest - _length)
            return false;
        ulong at = (_written + Frames.Header + _length) & (_capacity - 1);
        ulong first = Math.Min(count, _capacity - at);
        Memory.Copy(Data + at, address, first);
        Memory.Copy(Data, address + first, count - first);
        _length += count;
        return true;
    }

    /// <summary>
    /// Sends the frame, unless it is too short to be one. <paramref name="announce"/>: the reader had seen all before it and may be waiting.
    /// </summary>
    public bool TrySend(out bool announce)
    {
        announce = false;
        if (_length < Frames.Shortest)
            return false;
        *(ulong*)(Data + (_written & (_capacity - 1))) = _length;
        ulong before = _written;
        _written += Frames.Size(_length);
        Volatile.Write(ref Word(Ring.Written), _written);
        // See RingWriter.TryWrite.
        Memory.Barrier();
        announce = Volatile.Read(ref Word(Ring.Read)) == before;
        return true;
    }

    private readonly ulong Data => _half + Ring.Header;

    private readonly ref ulong Word(ulong offset) => ref *(ulong*)(_half + offset);
}
