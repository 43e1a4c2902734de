using System.Buffers.Binary;
using Redoubt.Abi;

namespace Redoubt.Monitor.Tests;

/// <summary>A network device with its guest's RAM and a driver that the test plays. Guest addresses are host addresses.</summary>
internal sealed class NetStation : IDisposable
{
    internal const uint QueueSize = 16, Receive = 0, Transmit = 1;
    internal const int HeaderSize = 12, BufferSize = HeaderSize + 1518;
    internal const ushort Next = 1, Writable = 2;

    // The areas of queue n lie in page n; buffers 2 KiB apart, those to send behind those to receive.
    private const ulong Descriptors = 0, Available = 0x400, Used = 0x800, Page = 0x1000, Buffers = 0x4000, Stride = 0x800;

    private readonly FencedMemory _ram = new(0x1_4000);
    private readonly ushort[] _offered = new ushort[2], _seen = new ushort[2];
    private VirtioNet _device;

    internal NetStation(FencedMemory channel, ulong side, ulong slot)
    {
        ChannelEnd end = new() { Address = channel.Address, Size = (ulong)channel.Size, Side = side, NotifySlot = slot };
        _device.Connect(in end, 0x0605_0403_0252);
        _device.Open();
        Slot = slot;
    }

    /// <summary>The slot by which it tells the other end.</summary>
    internal ulong Slot { get; }

    internal ref VirtioNet Device => ref _device;

    internal GuestMemory Memory => new(_ram.Address, (ulong)_ram.Size);

    internal FencedMemory Ram => _ram;

    internal bool NeedsReset => (Get(VirtioRegisters.Status) & VirtioRegisters.NeedsReset) != 0;

    /// <summary>The other end has told something.</summary>
    internal void Run(bool isOn = true) => _device.Run(isOn, Memory);

    internal uint Get(ulong register, int size = 4) => _device.Transport.Read(register, size);

    internal void Set(ulong register, ulong value)
    {
        if (_device.Transport.Write(register, (uint)value, Memory))
            Run();
    }

    /// <summary>A driver that follows the rules starts.</summary>
    internal NetStation Drive()
    {
        _ram.Bytes(0, _ram.Size).Clear();
        (_offered[0], _offered[1], _seen[0], _seen[1]) = (0, 0, 0, 0);
        Set(VirtioRegisters.Status, 0);
        Set(VirtioRegisters.Status, 3);
        Accept(VirtioRegisters.HasAddress | VirtioRegisters.Version1);
        Set(VirtioRegisters.Status, 11);
        for (uint queue = 0; queue < 2; queue++)
        {
            Set(VirtioRegisters.QueueSelect, queue);
            Set(VirtioRegisters.QueueSize, QueueSize);
            SetAddress(VirtioRegisters.QueueDescriptorLow, _ram.Address + queue * Page + Descriptors);
            SetAddress(VirtioRegisters.QueueDriverLow, _ram.Address + queue * Page + Available);
            SetAddress(VirtioRegisters.QueueDeviceLow, _ram.Address + queue * Page + Used);
            Set(VirtioRegisters.QueueReady, 1);
        }

        Set(VirtioRegisters.Status, 15);
        return this;
    }

    internal void Accept(ulong features)
    {
        for (int half = 0; half < 2; half++)
        {
            Set(VirtioRegisters.DriverFeaturesSelect, (uint)half);
            Set(VirtioRegisters.DriverFeatures, (uint)(features >> (32 * half)));
        }
    }

    internal void Describe(uint queue, int index, ulong address, uint length, ushort flags, int next)
    {
        Span<byte> descriptor = _ram.Bytes(queue * Page + Descriptors + 16 * (ulong)index, 16);
        BinaryPrimitives.WriteUInt64LittleEndian(descriptor, address);
        BinaryPrimitives.WriteUInt32LittleEndian(descriptor[8..], length);
        BinaryPrimitives.WriteUInt16LittleEndian(descriptor[12..], flags);
        BinaryPrimitives.WriteUInt16LittleEndian(descriptor[14..], (ushort)next);
    }

    /// <summary>Makes a chain available; tells the device only if asked to.</summary>
    internal void Offer(uint queue, int head, bool notify = true)
    {
        Span<byte> ring = _ram.Bytes(queue * Page + Available, 4 + 2 * (int)QueueSize);
        BinaryPrimitives.WriteUInt16LittleEndian(ring[(4 + 2 * (_offered[queue] % (int)QueueSize))..], (ushort)head);
        SetAvailable(queue, ++_offered[queue]);
        if (notify)
            Set(VirtioRegisters.QueueNotify, queue);
    }

    internal void SetAvailable(uint queue, ushort index) => BinaryPrimitives.WriteUInt16LittleEndian(_ram.Bytes(queue * Page + Available + 2, 2), index);

    /// <summary>Offers buffers for frames, each one descriptor.</summary>
    internal void Post(int count)
    {
        for (int i = 0; i < count; i++)
        {
            int index = _offered[Receive] % (int)QueueSize;
            Describe(Receive, index, BufferAt(index), BufferSize, Writable, 0);
            Offer(Receive, index);
        }
    }

    /// <summary>Sends a frame as a chain of header and frame, or of as many as three pieces.</summary>
    internal void Send(ReadOnlySpan<byte> frame, int pieces = 2)
    {
        byte[] all = [.. new byte[HeaderSize], .. frame];
        ulong address = BufferAt((int)QueueSize + _offered[Transmit] % 4);
        all.CopyTo(_ram.Bytes(address - _ram.Address, all.Length));
        int first = 3 * (_offered[Transmit] % 4), at = 0;
        for (int i = 0; i < pieces; i++)
        {
            int length = i == pieces - 1 ? all.Length - at : pieces == 2 ? HeaderSize : all.Length / 3;
            Describe(Transmit, first + i, address + (ulong)at, (uint)length, i == pieces - 1 ? (ushort)0 : Next, first + i + 1);
            at += length;
        }

        Offer(Transmit, first);
    }

    /// <summary>Number of chains that the device has given back.</summary>
    internal ushort Returned(uint queue) => BinaryPrimitives.ReadUInt16LittleEndian(_ram.Bytes(queue * Page + Used + 2, 2));

    /// <summary>Frames received since the last look, without their headers, which must be as they should.</summary>
    internal List<byte[]> Take()
    {
        List<byte[]> frames = [];
        Span<byte> ring = _ram.Bytes(Receive * Page + Used, 4 + 8 * (int)QueueSize);
        for (; _seen[Receive] != Returned(Receive); _seen[Receive]++)
        {
            int element = 4 + 8 * (_seen[Receive] % (int)QueueSize);
            int head = (int)BinaryPrimitives.ReadUInt32LittleEndian(ring[element..]);
            int length = (int)BinaryPrimitives.ReadUInt32LittleEndian(ring[(element + 4)..]);
            Span<byte> buffer = _ram.Bytes(BufferAt(head) - _ram.Address, length);
            Assert.Equal<byte>([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0], buffer[..HeaderSize].ToArray());
            frames.Add(buffer[HeaderSize..].ToArray());
        }

        return frames;
    }

    public void Dispose() => _ram.Dispose();

    private ulong BufferAt(int index) => _ram.Address + Buffers + Stride * (ulong)index;

    private void SetAddress(ulong register, ulong address)
    {
        Set(register, (uint)address);
        Set(register + 4, address >> 32);
    }
}
