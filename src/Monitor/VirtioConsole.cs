namespace Redoubt.Monitor;

/// <summary>A virtio console (Virtio 1.2, 5.3) with one port and no features: queue 0 receives, queue 1 transmits.</summary>
public struct VirtioConsole
{
    private const int Receive = 0, Transmit = 1;

    /// <summary>Registers.</summary>
    public VirtioTransport Transport;

    // Bytes of the oldest chain that were sent already, when the console had no room for all of it.
    private ulong _sent;
    private bool _stalled;

    /// <summary>Takes the values after reset.</summary>
    public void Open()
    {
        Transport.Open(VirtioRegisters.Console, Queues.Count);
        _sent = 0;
        _stalled = false;
    }

    /// <summary>Whether something waits for room at the console.</summary>
    public readonly bool IsStalled => _stalled;

    /// <summary>Moves what can be moved. Input goes elsewhere while <paramref name="listening"/> is false.</summary>
    public void Run(ref Port port, bool listening, in GuestMemory memory)
    {
        _stalled = false;
        if (!Transport.IsDriven)
        {
            _sent = 0;
            return;
        }

        Send(ref Transport.Queues[Transmit], ref port, in memory);
        port.Flush();
        if (listening)
            Fetch(ref Transport.Queues[Receive], ref port, in memory);
        Transport.CheckQueues();
    }

    private unsafe void Send(ref VirtQueue queue, ref Port port, in GuestMemory memory)
    {
        while (queue.TryOpen())
        {
            ulong skip = _sent;
            while (queue.TryNext(in memory, out ulong address, out uint length, out bool isWritable))
            {
                if (isWritable)
                    continue;
                ulong from = skip < length ? skip : length;
                skip -= from;
                for (; from < length; from++, _sent++)
                {
                    if (port.Room == 0)
                    {
                        _stalled = true;
                        return;
                    }

                    port.TrySend(*(byte*)(address + from));
                }
            }

            if (queue.IsBroken)
                break;
            _sent = 0;
            if (queue.Close(0))
                Transport.Interrupt();
        }
    }

    private unsafe void Fetch(ref VirtQueue queue, ref Port port, in GuestMemory memory)
    {
        while (port.HasInput && queue.TryOpen())
        {
            uint written = 0;
            while (queue.TryNext(in memory, out ulong address, out uint length, out bool isWritable))
            {
                for (uint i = 0; isWritable && i < length && port.TryReceive(out byte value); i++, written++)
                    *(byte*)(address + i) = value;
            }

            if (queue.IsBroken)
                break;
            if (queue.Close(written))
                Transport.Interrupt();
        }
    }
}
