using System.Buffers.Binary;
using System.Text;
using Redoubt.Abi;
using Redoubt.Partition;

namespace Redoubt.Monitor.Tests;

/// <summary>A serial line in a guest's machine, with another partition at its end.</summary>
public sealed class SerialTests : IDisposable
{
    private const ulong Serial = GuestMap.Virtio + GuestMap.Serial * GuestMap.VirtioStride;
    private const ulong LineBit = 1UL << (int)(GuestMap.VirtioInterrupt + GuestMap.Serial), Event = 1 << 1;
    private const int Receive = 0, Transmit = 1, QueueStride = 0x1000;
    private const ulong Descriptors = 0x1000, Available = 0x1400, Used = 0x1800, Buffer = 0x1c00;
    private readonly FencedMemory _channel = new(0x1000);
    private readonly Board _board;
    private RingReader _heard;
    private RingWriter _said;

    public SerialTests()
    {
        _board = new(link: _channel, kind: ChannelKind.Serial);
        ChannelEnd end = new() { Address = _channel.Address, Size = (ulong)_channel.Size, Side = 1 };
        _heard.Open(in end);
        _said.Open(in end);
    }

    [Fact]
    public void TheGuestFindsASecondConsoleAndNothingBeforeIt()
    {
        Assert.Equal((0x7472_6976UL, VirtioRegisters.Console), (_board.Read(Serial), _board.Read(Serial + VirtioRegisters.Device)));
        for (ulong place = GuestMap.FirstNetwork; place < GuestMap.VirtioCount + 1; place++)
        {
            Arrival arrival = new() { Kind = FaultKind.Data, Syndrome = 1 << 24 | 2 << 22, Address = GuestMap.Virtio + place * GuestMap.VirtioStride };
            Assert.True(_board.Fault(0, arrival, out Reply reply));
            Assert.Equal(place == GuestMap.Serial, (reply.Action & ResumeAction.Abort) == 0);
        }
    }

    [Fact]
    public void WhatTheGuestSendsArrivesAndIsAnnounced()
    {
        Drive();
        Kernel.State.Notified.Clear();
        Offer(Transmit, "to the other end"u8.Length, 0);
        "to the other end"u8.CopyTo(_board.Bytes(Place(Transmit, Buffer), 16));
        _board.Write(Serial + VirtioRegisters.QueueNotify, Transmit);
        Assert.Equal("to the other end", Heard());
        Assert.Contains(Board.LinkSlot, Kernel.State.Notified);
        Assert.Equal(LineBit, Line);
    }

    [Fact]
    public void WhatIsSentToTheGuestComesWithAnInterrupt()
    {
        Drive();
        Offer(Receive, 64, NetStation.Writable);
        _board.Write(Serial + VirtioRegisters.QueueNotify, Receive);
        Say("to the guest");
        Assert.Equal(0UL, Line);
        _board.Wake(0, Event);
        Assert.Equal(LineBit, Line);
        Assert.Equal("to the guest", Encoding.ASCII.GetString(_board.Bytes(Place(Receive, Buffer), 12)));
    }

    [Fact]
    public void WhatDoesNotFitWaitsForRoom()
    {
        Drive();
        int room = (int)_said.Capacity, length = (room / 2) + 100;
        for (int i = 0; i < 2; i++)
        {
            Offer(Transmit, length, 0);
            _board.Write(Serial + VirtioRegisters.QueueNotify, Transmit);
        }

        Assert.Equal(room, Heard().Length);
        // Another event, or none: it is looked at after a while anyway.
        _board.Wake(0, 0);
        Assert.Equal((2 * length) - room, Heard().Length);
    }

    [Fact]
    public void WhatIsSentToAGuestThatIsOffOrHasNoDriverIsLost()
    {
        Say("too early");
        _board.Wake(0, Event);
        Drive();
        Offer(Receive, 64, NetStation.Writable);
        _board.Write(Serial + VirtioRegisters.QueueNotify, Receive);
        Assert.Equal(0UL, Line);
        Assert.Null(_board.Call(Psci.SystemOff));
        for (int i = 0; i < 1000; i++)
        {
            Say("nobody there");
            _board.Wake(0, Event);
        }

        Assert.Equal(0UL, Line);
    }

    public void Dispose()
    {
        _board.Dispose();
        _channel.Dispose();
    }

    private static ulong Line => Board.Vcpu(0).Words[VirtualField.Line] & LineBit;

    private static ulong Place(int queue, ulong offset) => offset + (ulong)(queue * QueueStride);

    private void Say(string text)
    {
        foreach (byte value in Encoding.ASCII.GetBytes(text))
            Assert.True(_said.TryWrite(value, out _));
    }

    private string Heard()
    {
        StringBuilder text = new();
        while (_heard.TryRead(out byte value))
            text.Append((char)value);
        return text.ToString();
    }

    // Adds a buffer to a queue.
    private void Offer(int queue, int length, ushort flags)
    {
        Span<byte> descriptor = _board.Bytes(Place(queue, Descriptors), 16), index = _board.Bytes(Place(queue, Available) + 2, 2);
        BinaryPrimitives.WriteUInt64LittleEndian(descriptor, _board.Ram + Place(queue, Buffer));
        BinaryPrimitives.WriteUInt32LittleEndian(descriptor[8..], (uint)length);
        BinaryPrimitives.WriteUInt16LittleEndian(descriptor[12..], flags);
        BinaryPrimitives.WriteUInt16LittleEndian(index, (ushort)(BinaryPrimitives.ReadUInt16LittleEndian(index) + 1));
    }

    // A driver with two queues, whose buffers are all the same.
    private void Drive()
    {
        List<(ulong Register, ulong Value)> writes = [(VirtioRegisters.Status, 3), (VirtioRegisters.DriverFeaturesSelect, 1), (VirtioRegisters.DriverFeatures, 1), (VirtioRegisters.Status, 11)];
        for (int queue = Receive; queue <= Transmit; queue++)
        {
            _board.Bytes(Place(queue, Descriptors), QueueStride).Clear();
            writes.AddRange([
                (VirtioRegisters.QueueSelect, (ulong)queue), (VirtioRegisters.QueueSize, 8),
                (VirtioRegisters.QueueDescriptorLow, (uint)(_board.Ram + Place(queue, Descriptors))), (VirtioRegisters.QueueDescriptorHigh, _board.Ram >> 32),
                (VirtioRegisters.QueueDriverLow, (uint)(_board.Ram + Place(queue, Available))), (VirtioRegisters.QueueDriverHigh, _board.Ram >> 32),
                (VirtioRegisters.QueueDeviceLow, (uint)(_board.Ram + Place(queue, Used))), (VirtioRegisters.QueueDeviceHigh, _board.Ram >> 32),
                (VirtioRegisters.QueueReady, 1)]);
        }

        writes.Add((VirtioRegisters.Status, 15));
        foreach ((ulong register, ulong value) in writes)
            _board.Write(Serial + register, value);
    }
}
