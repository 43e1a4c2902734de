using System.Threading;
using Redoubt.Abi;

namespace Redoubt.Partition;

/// <summary>The reading end of a <see cref="Ring"/>, as wary of the other side as <see cref="RingWriter"/>.</summary>
public unsafe struct RingReader
{
    private ulong _half;
    private ulong _capacity;
    private ulong _read;

    /// <summary>This partition's reading end of a channel. Goes on where the shared count stands.</summary>
    public void Open(in ChannelEnd end)
    {
        _capacity = Rings.Capacity(end.Size);
        _half = Rings.Half(in end, 1 - end.Side);
        _read = _capacity == 0 ? 0 : Volatile.Read(ref Word(Ring.Read));
    }

    /// <summary>Bytes that can be read.</summary>
    public readonly ulong Available
    {
        get
        {
            if (_capacity == 0)
                return 0;
            ulong ahead = Volatile.Read(ref Word(Ring.Written)) - _read;
            return ahead > _capacity ? 0 : ahead;
        }
    }

    /// <summary>
    /// Takes a byte, unless the ring is empty. A reader that finds it empty may wait: a notification comes with the next byte.
    /// </summary>
    public bool TryRead(out byte value)
    {
        value = 0;
        if (Available == 0)
            return false;
        value = *(byte*)(_half + Ring.Header + (_read & (_capacity - 1)));
        Volatile.Write(ref Word(Ring.Read), ++_read);
        // See RingWriter.TryWrite: our count goes out before theirs is looked at again.
        Memory.Barrier();
        return true;
    }

    /// <summary>The writer's last <see cref="GuestReport"/> or <see cref="GuestCommand"/>; any value, if it is hostile.</summary>
    public readonly ulong Report => _capacity == 0 ? GuestReport.None : Volatile.Read(ref Word(Ring.Report));

    private readonly ref ulong Word(ulong offset) => ref *(ulong*)(_half + offset);
}
