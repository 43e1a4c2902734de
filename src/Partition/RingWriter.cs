using System.Threading;
using Redoubt.Abi;

namespace Redoubt.Partition;

/// <summary>
/// The writing end of a <see cref="Ring"/>. The other side may write anything into the shared memory at any time: this end's
/// count is kept outside it, and no count read from it leads beyond the ring.
/// </summary>
public unsafe struct RingWriter
{
    private ulong _half;
    private ulong _capacity;
    private ulong _written;

    /// <summary>This partition's writing end of a channel. Goes on where the shared count stands.</summary>
    public void Open(in ChannelEnd end)
    {
        _capacity = Rings.Capacity(end.Size);
        _half = Rings.Half(in end, end.Side);
        _written = _capacity == 0 ? 0 : Volatile.Read(ref Word(Ring.Written));
    }

    /// <summary>Bytes that fit, at least.</summary>
    public readonly ulong Room
    {
        get
        {
            if (_capacity == 0)
                return 0;
            ulong used = _written - Volatile.Read(ref Word(Ring.Read));
            return used > _capacity ? 0 : _capacity - used;
        }
    }

    /// <summary>Bytes that fit into an empty ring: 0 or a power of two.</summary>
    public readonly ulong Capacity => _capacity;

    /// <summary>
    /// Appends a byte, unless the ring is full. <paramref name="announce"/>: the reader had seen all before it and may be waiting, so
    /// it needs a notification.
    /// </summary>
    public bool TryWrite(byte value, out bool announce)
    {
        announce = false;
        if (Room == 0)
            return false;
        *(byte*)(_half + Ring.Header + (_written & (_capacity - 1))) = value;
        ulong before = _written++;
        Volatile.Write(ref Word(Ring.Written), _written);
        // The reader stores its count and then looks at ours: with a barrier at both ends, one of the two sees the other.
        Memory.Barrier();
        announce = Volatile.Read(ref Word(Ring.Read)) == before;
        return true;
    }

    /// <summary>Tells the reader a <see cref="GuestReport"/> or <see cref="GuestCommand"/>. Needs a notification.</summary>
    public readonly void Report(ulong report)
    {
        if (_capacity != 0)
            Volatile.Write(ref Word(Ring.Report), report);
    }

    private readonly ref ulong Word(ulong offset) => ref *(ulong*)(_half + offset);
}
