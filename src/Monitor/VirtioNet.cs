using System;
using System.Runtime.CompilerServices;
using Redoubt.Abi;
using Redoubt.Partition;

namespace Redoubt.Monitor;

/// <summary>
/// A virtio network device (Virtio 1.2, 5.1) whose cable leads to another guest's monitor: queue 0 receives, queue 1 transmits. It computes no
/// checksum and cuts no packet. What the guest sends waits until there is room at the other end; what arrives while no driver is there is lost.
/// </summary>
public struct VirtioNet
{
    private const int Receive = 0, Transmit = 1;

    // struct virtio_net_hdr (5.1.6): flags, gso_type, four 16-bit fields, num_buffers. Without features all is 0 but the last.
    private const uint HeaderSize = 12, BufferCountOffset = 10;

    /// <summary>Registers.</summary>
    public VirtioTransport Transport;

    private FrameWriter _sent;
    private FrameReader _received;
    private ulong _slot;
    private ulong _address;

    /// <summary>Connects it to a channel, with this MAC address: six bytes, the first lowest.</summary>
    public void Connect(in ChannelEnd end, ulong address)
    {
        _sent.Open(in end);
        _received.Open(in end);
        _slot = end.NotifySlot;
        _address = address;
    }

    /// <summary>Takes the values after reset.</summary>
    public void Open() => Transport.Open(VirtioRegisters.Network, Queues.Count, VirtioRegisters.HasAddress, _address);

    /// <summary>Moves what can be moved; nothing reaches a guest that is off.</summary>
    public void Run(bool isOn, in GuestMemory memory)
    {
        bool notify = isOn && Transport.IsDriven
            ? Send(ref Transport.Queues[Transmit], in memory) | Fetch(ref Transport.Queues[Receive], in memory)
            : _received.Discard();
        Transport.CheckQueues();
        if (notify)
            Kernel.Notify(_slot);
    }

    // Both return whether the other end has to be told. No more than a queue's worth at a time, however fast another vCPU adds to
    // it: it tells of what it adds.
    private bool Send(ref VirtQueue queue, in GuestMemory memory)
    {
        bool notify = false;
        for (uint left = VirtQueue.MaximumSize; left != 0 && _sent.HasRoom && queue.TryOpen(); left--)
        {
            bool fits = true;
            uint skip = HeaderSize;
            _sent.Begin();
            while (queue.TryNext(in memory, out ulong address, out uint length, out bool isWritable))
            {
                if (isWritable)
                    continue;
                uint header = Math.Min(skip, length);
                skip -= header;
                fits &= _sent.TryAppend(address + header, length - header);
            }

            if (queue.IsBroken)
                break;
            if (fits && _sent.TrySend(out bool announce))
                notify |= announce;
            if (queue.Close(0))
                Transport.Interrupt();
        }

        return notify;
    }

    private unsafe bool Fetch(ref VirtQueue queue, in GuestMemory memory)
    {
        bool notify = false;
        for (uint left = VirtQueue.MaximumSize; left != 0 && _received.TryOpen(out ulong frame) && queue.TryOpen(); left--)
        {
            uint written = 0, total = HeaderSize + (uint)frame;
            while (queue.TryNext(in memory, out ulong address, out uint length, out bool isWritable))
            {
                uint room = isWritable ? Math.Min(length, total - written) : 0;
                for (; room != 0 && written < HeaderSize; room--, written++)
                    *(byte*)address++ = (byte)(written == BufferCountOffset ? 1 : 0);
                if (room == 0)
                    continue;
                _received.CopyTo(address, written - HeaderSize, room);
                written += room;
            }

            if (queue.IsBroken)
                break;
            notify |= _received.Close();
            if (queue.Close(written))
                Transport.Interrupt();
        }

        return notify;
    }
}

/// <summary>The networks of a guest.</summary>
[InlineArray(GuestMap.NetworkLimit)]
public struct Networks
{
    private VirtioNet _first;
}
