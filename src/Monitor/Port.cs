using Redoubt.Abi;
using Redoubt.Partition;

namespace Redoubt.Monitor;

/// <summary>
/// The guest's line to the console: the channel "console". All devices that carry characters share it. The console is not woken for each
/// character: it learns of them at the end of a line, when many have come together, or when they have waited for a while.
/// </summary>
public struct Port
{
    private const int ManyCharacters = 128;

    private RingWriter _output;
    private RingReader _input;
    private ulong _slot;
    private ulong _command;
    private ulong _patience;
    private ulong _due;
    private int _unannounced;

    /// <summary>Connects to a channel, or again after another writer of this partition used it. Patience is in ticks of the counter.</summary>
    public void Open(in ChannelEnd end, ulong patience)
    {
        _output.Open(in end);
        _input.Open(in end);
        _slot = end.NotifySlot;
        _patience = patience;
        _unannounced = 0;
    }

    /// <summary>Bytes that can be sent.</summary>
    public readonly ulong Room => _output.Room;

    /// <summary>Whether a byte has been received.</summary>
    public readonly bool HasInput => _input.Available != 0;

    /// <summary>Whether the console has to be woken (<see cref="Flush"/>) by the time <see cref="Due"/>.</summary>
    public readonly bool HasNews => _unannounced != 0;

    /// <summary>Value of the counter.</summary>
    public readonly ulong Due => _due;

    /// <summary>Sends a byte, unless there is no room.</summary>
    public bool TrySend(byte value)
    {
        bool sent = _output.TryWrite(value, out bool announce);
        if (_unannounced != 0)
        {
            _unannounced++;
        }
        else if (announce)
        {
            _unannounced = 1;
            _due = Kernel.Counter + _patience;
        }

        if (value == '\n' || !sent || _unannounced >= ManyCharacters)
            Flush();
        return sent;
    }

    /// <summary>Takes a byte, unless none has come.</summary>
    public bool TryReceive(out byte value) => _input.TryRead(out value);

    /// <summary>Takes all bytes that have come.</summary>
    public void Discard()
    {
        // No more than there are now, however fast the other end adds to them.
        for (ulong left = _input.Available; left != 0; left--)
            _input.TryRead(out _);
    }

    /// <summary>Takes what the console says is to be done with the guest, a <see cref="GuestCommand"/>, unless it has said nothing new.</summary>
    public bool TryTakeCommand(out ulong command)
    {
        ulong word = _input.Report;
        command = GuestCommand.Command(word);
        bool isNew = word != _command;
        _command = word;
        return isNew;
    }

    /// <summary>Wakes the console if it needs that.</summary>
    public void Flush()
    {
        if (_unannounced == 0)
            return;
        _unannounced = 0;
        Kernel.Notify(_slot);
    }

    /// <summary>Tells the console how the guest is, a <see cref="GuestReport"/>.</summary>
    public readonly void Report(ulong report)
    {
        _output.Report(report);
        Kernel.Notify(_slot);
    }
}
