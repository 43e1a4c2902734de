using System.Runtime.CompilerServices;
using Redoubt.Abi;
using Redoubt.Partition;

namespace Redoubt.Ui;

/// <summary>The channel of one screen. What does not fit is not sent: nobody waits for a client.</summary>
internal struct Client
{
    private RingWriter _writer;
    private RingReader _reader;
    private ulong _slot;
    private bool _announce;

    internal void Open(in ChannelEnd end)
    {
        _writer.Open(in end);
        _reader.Open(in end);
        _slot = end.NotifySlot;
    }

    /// <summary>
    /// Whether something new may be told. What was pressed must be let go: presses leave the second half of the ring to releases.
    /// </summary>
    internal readonly bool HasRoom => _writer.Room > _writer.Capacity / 2;

    /// <summary>Sends a word.</summary>
    internal void Send(uint type, uint code, uint value)
    {
        if (_writer.Room < Screen.WordSize)
            return;
        ulong word = Screen.Pack(type, code, value);
        for (int shift = 0; shift < 64; shift += 8)
        {
            _writer.TryWrite((byte)(word >> shift), out bool announce);
            _announce |= announce;
        }
    }

    /// <summary>Ends what belongs together and wakes the client, if it needs that.</summary>
    internal void Finish()
    {
        Send(Screen.Synchronise, 0, 0);
        if (_announce)
            Kernel.Notify(_slot);
        _announce = false;
    }

    /// <summary>Whether it wants the focus.</summary>
    internal readonly bool Wants => _reader.Report == Screen.Yes;

    /// <summary>Tells it whether it has the focus.</summary>
    internal readonly void TellFocus(bool has)
    {
        _writer.Report(has ? Screen.Yes : 0);
        Kernel.Notify(_slot);
    }
}

/// <summary>As many as a manifest has screens.</summary>
[InlineArray(4)]
internal struct Clients
{
    private Client _first;
}
