using Redoubt.Abi;
using Redoubt.Partition;

namespace Redoubt.Monitor;

/// <summary>The guest's line to the console: the channel "console". All devices that carry characters share it.</summary>
public struct Port
{
    private RingWriter _output;
    private RingReader _input;
    private ulong _slot;
    private bool _announce;

    /// <summary>Connects to a channel, or again after another writer of this partition used it.</summary>
    public void Open(in ChannelEnd end)
    {
        _output.Open(in end);
        _input.Open(in end);
        _slot = end.NotifySlot;
    }

    /// <summary>Bytes that can be sent.</summary>
    public readonly ulong Room => _output.Room;

    /// <summary>Whether a byte has been received.</summary>
    public readonly bool HasInput => _input.Available != 0;

    /// <summary>Sends a byte, unless there is no room. <see cref="Flush"/> makes sure that the console sees it.</summary>
    public bool TrySend(byte value)
    {
        bool sent = _output.TryWrite(value, out bool announce);
        _announce |= announce;
        return sent;
    }

    /// <summary>Takes a byte, unless none has come.</summary>
    public bool TryReceive(out byte value) => _input.TryRead(out value);

    /// <summary>Wakes the console if it needs that.</summary>
    public void Flush()
    {
        if (_announce)
        {
            _announce = false;
            Kernel.Notify(_slot);
        }
    }

    /// <summary>Tells the console how the guest is, a <see cref="GuestReport"/>.</summary>
    public readonly void Report(ulong report)
    {
        _output.Report(report);
        Kernel.Notify(_slot);
    }
}
