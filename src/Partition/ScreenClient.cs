using Redoubt.Abi;

namespace Redoubt.Partition;

/// <summary>The client's end of a <see cref="Screen"/>: what was typed and touched for it, and whether it has the focus.</summary>
public struct ScreenClient
{
    private RingReader _events;
    private RingWriter _wish;
    private ulong _slot;

    /// <summary>Connects to ui by the screen's channel.</summary>
    public void Open(in ChannelEnd end)
    {
        _events.Open(in end);
        _wish.Open(in end);
        _slot = end.NotifySlot;
    }

    /// <summary>Whether the display shows its surface, and input is for it.</summary>
    public readonly bool HasFocus => _events.Report == Screen.Yes;

    /// <summary>Says whether it wants the focus; heard of services only.</summary>
    public readonly void Ask(bool wants)
    {
        _wish.Report(wants ? Screen.Yes : 0);
        Kernel.Notify(_slot);
    }

    /// <summary>Number of events that can be taken.</summary>
    public readonly ulong Count => _events.Available / Screen.WordSize;

    /// <summary>Takes an event, if there is one; see <see cref="Screen"/> for the word.</summary>
    public bool TryTake(out ulong word)
    {
        word = 0;
        if (Count == 0)
            return false;
        for (int shift = 0; shift < 64; shift += 8)
        {
            _events.TryRead(out byte value);
            word |= (ulong)value << shift;
        }

        return true;
    }
}
