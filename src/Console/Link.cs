using System.Runtime.CompilerServices;
using Redoubt.Abi;
using Redoubt.Partition;

namespace Redoubt.Console;

/// <summary>The channel to one partition.</summary>
internal struct Link
{
    // What a partition may write in its turn: one that floods waits for all others.
    private const int Budget = 512;

    private RingReader _reader;
    private RingWriter _writer;
    private ulong _notifySlot;
    private ulong _told;

    internal void Open(in ChannelEnd end)
    {
        _reader.Open(in end);
        _writer.Open(in end);
        _notifySlot = end.NotifySlot;
    }

    /// <summary>Shows what the partition has written, up to its budget, and takes its report.</summary>
    internal void Show(ref Multiplexer multiplexer, int index, ref bool busy)
    {
        ulong before = _reader.Available;
        for (int i = 0; i < Budget && multiplexer.CanTake(index) && _reader.TryRead(out byte value); i++)
        {
            multiplexer.Output(index, value);
            busy = true;
        }

        // The partition may be waiting for room.
        ulong half = _writer.Capacity / 2;
        if (before > half && _reader.Available <= half)
            Kernel.Notify(_notifySlot);
        // What was written before the report is shown before it. One that still writes has not stopped, whatever it says.
        ulong report = _reader.Report;
        if (_reader.Available == 0 && multiplexer.Ready)
            multiplexer.Report(index, report);
    }

    /// <summary>Passes on what was typed for the partition, as far as it takes it, and what its monitor is to do.</summary>
    internal void Send(ref Multiplexer multiplexer, int index, ref bool busy)
    {
        ulong command = multiplexer.CommandWord(index);
        bool announce = command != _told;
        if (announce)
            _writer.Report(command);
        _told = command;
        while (_writer.Room != 0 && multiplexer.TryTakeInput(index, out byte key) && _writer.TryWrite(key, out bool first))
        {
            announce |= first;
            busy = true;
        }

        if (announce)
            Kernel.Notify(_notifySlot);
    }
}

[InlineArray(Multiplexer.PortLimit)]
internal struct Links
{
    private Link _first;
}
