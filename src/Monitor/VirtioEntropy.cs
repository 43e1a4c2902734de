namespace Redoubt.Monitor;

/// <summary>A virtio entropy device (Virtio 1.2, 5.4). Its place is empty if there is no entropy.</summary>
public struct VirtioEntropy
{
    // A request for more is answered in part, as the specification allows: the work of one trap is bounded.
    private const uint MaximumLength = 256;

    /// <summary>Registers.</summary>
    public VirtioTransport Transport;

    /// <summary>Takes the values after reset.</summary>
    public void Open(bool isSeeded) =>
        Transport.Open(isSeeded ? VirtioRegisters.Entropy : VirtioRegisters.NoDevice, isSeeded ? 1U : 0);

    /// <summary>Fills the buffers that wait.</summary>
    public unsafe void Run(ref Generator generator, in GuestMemory memory)
    {
        if (!Transport.IsDriven || !generator.IsSeeded)
            return;
        ref VirtQueue queue = ref Transport.Queues[0];
        // No more than a queue's worth at a time, however fast another vCPU adds to it.
        for (uint left = VirtQueue.MaximumSize; left != 0 && queue.TryOpen(); left--)
        {
            uint written = 0;
            while (queue.TryNext(in memory, out ulong address, out uint length, out bool isWritable))
            {
                for (uint i = 0; isWritable && i < length && written < MaximumLength; i++, written++)
                    *(byte*)(address + i) = generator.NextByte();
            }

            if (queue.IsBroken)
                break;
            if (queue.Close(written))
                Transport.Interrupt();
        }

        Transport.CheckQueues();
    }
}
