using System.Buffers.Binary;
using System.Text;
using Redoubt.Abi;
using Redoubt.Partition;

namespace Redoubt.Monitor.Tests;

/// <summary>Keyboard and touch screen of a guest, with ui at the other end played by the test.</summary>
public sealed class InputTests : IDisposable
{
    private const ulong Keys = GuestMap.Virtio + GuestMap.Keys * GuestMap.VirtioStride, Touch = GuestMap.Virtio + GuestMap.Touch * GuestMap.VirtioStride;
    private const ulong Descriptors = 0x1000, Available = 0x1400, Used = 0x1800, Buffers = 0x1c00, AreaSize = 0x1000, Event = 1 << 2;
    private const byte AskName = 1, AskProperties = 0x10, AskCodes = 0x11, AskRange = 0x12;
    private const uint KeyA = 30;

    private readonly FencedMemory _channel = new((int)Screen.ChannelMemory);
    private readonly Board _board;
    private RingWriter _ui;

    public InputTests()
    {
        _board = new(screen: _channel);
        ChannelEnd end = new() { Address = _channel.Address, Size = (ulong)_channel.Size, Side = 1 };
        _ui.Open(in end);
    }

    public void Dispose()
    {
        _board.Dispose();
        _channel.Dispose();
    }

    [Fact]
    public void AGuestFindsBoth() =>
        Assert.Equal((VirtioRegisters.Input, VirtioRegisters.Input), (_board.Read(Keys + VirtioRegisters.Device), _board.Read(Touch + VirtioRegisters.Device)));

    [Fact]
    public void AGuestWithoutAScreenFindsNeither()
    {
        using Board board = new();
        Arrival fault = new() { Kind = FaultKind.Data, Syndrome = 1 << 24 | 2 << 22, Address = Keys };
        Assert.True(board.Fault(0, fault, out Reply reply));
        Assert.Equal(ResumeAction.Abort, reply.Action);
    }

    [Fact]
    public void TheyTellWhatTheyAre()
    {
        Assert.Equal("Redoubt keyboard", Encoding.ASCII.GetString(Ask(Keys, AskName, 0)));
        Assert.Equal("Redoubt touch screen", Encoding.ASCII.GetString(Ask(Touch, AskName, 0)));
        Assert.Equal([1], Codes(Touch, 0, AskProperties));
        Assert.Equal(Enumerable.Range(1, 255), Codes(Keys, (byte)Screen.Key));
        Assert.Equal([(int)Screen.Touch], Codes(Touch, (byte)Screen.Key));
        Assert.Equal([0, 1], Codes(Touch, (byte)Screen.Absolute));
        Assert.Empty(Codes(Keys, (byte)Screen.Absolute));
        foreach ((uint axis, ulong size) in new[] { (Screen.X, Board.ScreenWidth), (Screen.Y, Board.ScreenHeight) })
        {
            byte[] range = Ask(Touch, AskRange, (byte)axis);
            Assert.Equal(20, range.Length);
            Assert.Equal((0U, (uint)size - 1), (BinaryPrimitives.ReadUInt32LittleEndian(range), BinaryPrimitives.ReadUInt32LittleEndian(range.AsSpan(4))));
        }

        Assert.Empty(Ask(Keys, 0x55, 0));
        Assert.Equal(0UL, _board.Read(Keys + VirtioRegisters.Configuration + 200, 1));
    }

    [Fact]
    public void AKeyComesWithAnInterrupt()
    {
        Drive(Keys, 0, 4);
        Send((Screen.Key, KeyA, 1), (Screen.Synchronise, 0, 0));
        Assert.Equal(Line(GuestMap.Keys), Lines);
        Assert.Equal([Screen.Pack(Screen.Key, KeyA, 1), 0], Received(0));
        _board.Write(Keys + VirtioRegisters.InterruptAcknowledge, 1);
        Assert.Equal(0UL, Lines);
    }

    [Fact]
    public void AFingerGoesToTheTouchScreenAndAKeyToTheKeyboard()
    {
        Drive(Keys, 0, 8);
        Drive(Touch, 1, 8);
        Send((Screen.Absolute, Screen.X, 5), (Screen.Absolute, Screen.Y, 7), (Screen.Key, Screen.Touch, 1), (Screen.Synchronise, 0, 0), (Screen.Key, KeyA, 1), (Screen.Synchronise, 0, 0));
        Assert.Equal([Screen.Pack(Screen.Absolute, Screen.X, 5), Screen.Pack(Screen.Absolute, Screen.Y, 7), Screen.Pack(Screen.Key, Screen.Touch, 1), 0], Received(1));
        Assert.Equal([Screen.Pack(Screen.Key, KeyA, 1), 0], Received(0));
        Assert.Equal(Line(GuestMap.Keys) | Line(GuestMap.Touch), Lines);
    }

    [Fact]
    public void EventsWaitForAPlace()
    {
        Drive(Keys, 0, 1);
        Send((Screen.Key, KeyA, 1), (Screen.Synchronise, 0, 0), (Screen.Key, KeyA, 0), (Screen.Synchronise, 0, 0));
        Assert.Equal([Screen.Pack(Screen.Key, KeyA, 1)], Received(0));
        BinaryPrimitives.WriteUInt16LittleEndian(_board.Bytes(Available + 2, 2), 4);
        _board.Write(Keys + VirtioRegisters.QueueNotify, 0);
        Assert.Equal([Screen.Pack(Screen.Key, KeyA, 1), 0, Screen.Pack(Screen.Key, KeyA, 0), 0], Received(0));
    }

    [Fact]
    public void WithoutADriverEventsAreLost()
    {
        for (int i = 0; i < 2000; i++)
            Send((Screen.Key, KeyA, 1));
        Drive(Keys, 0, 4);
        _board.Wake(0, Event);
        Assert.Empty(Received(0));
    }

    [Fact]
    public void AGuestThatStartsAnewHearsNothingOfBefore()
    {
        Drive(Keys, 0, 1);
        Send((Screen.Key, KeyA, 1), (Screen.Synchronise, 0, 0), (Screen.Key, KeyA, 0));
        Assert.Null(_board.Call(Psci.SystemReset));
        Drive(Keys, 0, 4);
        _board.Wake(0, Event);
        Assert.Empty(Received(0));
    }

    [Fact]
    public void LightsAreTakenAndNothingShines()
    {
        Drive(Keys, 0, 4, queue: 1, flags: 0);
        _board.Write(Keys + VirtioRegisters.QueueNotify, 1);
        Assert.Equal(4, BinaryPrimitives.ReadUInt16LittleEndian(_board.Bytes(Used + 2, 2)));
    }

    [Fact]
    public void ABrokenQueueStopsTheDeviceOnly()
    {
        Drive(Keys, 0, 4);
        BinaryPrimitives.WriteUInt64LittleEndian(_board.Bytes(Descriptors, 8), 1);
        Send((Screen.Key, KeyA, 1), (Screen.Synchronise, 0, 0), (Screen.Key, KeyA, 0));
        Assert.NotEqual(0UL, _board.Read(Keys + VirtioRegisters.Status) & VirtioRegisters.NeedsReset);
        Drive(Touch, 1, 4);
        Send((Screen.Absolute, Screen.X, 5), (Screen.Synchronise, 0, 0));
        Assert.Equal([Screen.Pack(Screen.Absolute, Screen.X, 5), 0], Received(1));
    }

    private static ulong Line(ulong device) => 1UL << (int)(GuestMap.VirtioInterrupt + device);

    private static ulong Lines => Board.Vcpu(0).Words[VirtualField.Line] & (Line(GuestMap.Keys) | Line(GuestMap.Touch));

    private void Send(params (uint Type, uint Code, uint Value)[] events)
    {
        foreach ((uint type, uint code, uint value) in events)
        {
            ulong word = Screen.Pack(type, code, value);
            for (int shift = 0; shift < 64; shift += 8)
                _ui.TryWrite((byte)(word >> shift), out _);
        }

        _board.Wake(0, Event);
    }

    private byte[] Ask(ulong device, byte question, byte about)
    {
        ulong configuration = device + VirtioRegisters.Configuration;
        _board.Write(configuration, question, 1);
        _board.Write(configuration + 1, about, 1);
        return [.. Enumerable.Range(0, (int)_board.Read(configuration + 2, 1)).Select(i => (byte)_board.Read(configuration + 8 + (ulong)i, 1))];
    }

    private IEnumerable<int> Codes(ulong device, byte type, byte question = AskCodes)
    {
        byte[] set = Ask(device, question, question == AskCodes ? type : (byte)0);
        return Enumerable.Range(0, 8 * set.Length).Where(code => (set[code / 8] >> (code % 8) & 1) != 0);
    }

    // What the driver of a device has received, by the number of its memory area.
    private List<ulong> Received(ulong area)
    {
        ulong start = area * AreaSize;
        List<ulong> words = [];
        int count = BinaryPrimitives.ReadUInt16LittleEndian(_board.Bytes(start + Used + 2, 2));
        for (int i = 0; i < count; i++)
        {
            int element = (int)(start + Used) + 4 + 8 * i;
            uint head = BinaryPrimitives.ReadUInt32LittleEndian(_board.Bytes((ulong)element, 4));
            Assert.Equal(8U, BinaryPrimitives.ReadUInt32LittleEndian(_board.Bytes((ulong)element + 4, 4)));
            words.Add(BinaryPrimitives.ReadUInt64LittleEndian(_board.Bytes(start + Buffers + 8 * head, 8)));
        }

        return words;
    }

    // A driver with descriptors for four or eight events, of which it makes some available.
    private void Drive(ulong device, ulong area, ushort available, uint queue = 0, ushort flags = NetStation.Writable)
    {
        ulong start = area * AreaSize, memory = _board.Ram + start;
        const ushort Size = 8;
        _board.Bytes(start + Descriptors, (int)AreaSize).Clear();
        for (ushort i = 0; i < Size; i++)
        {
            ulong descriptor = start + Descriptors + 16UL * i;
            BinaryPrimitives.WriteUInt64LittleEndian(_board.Bytes(descriptor, 8), memory + Buffers + 8UL * i);
            BinaryPrimitives.WriteUInt32LittleEndian(_board.Bytes(descriptor + 8, 4), 8);
            BinaryPrimitives.WriteUInt16LittleEndian(_board.Bytes(descriptor + 12, 2), flags);
            BinaryPrimitives.WriteUInt16LittleEndian(_board.Bytes(start + Available + 4 + 2UL * i, 2), i);
        }

        BinaryPrimitives.WriteUInt16LittleEndian(_board.Bytes(start + Available + 2, 2), available);
        foreach ((ulong register, ulong value) in ((ulong, ulong)[])[
            (VirtioRegisters.Status, 0), (VirtioRegisters.Status, 3), (VirtioRegisters.DriverFeaturesSelect, 1), (VirtioRegisters.DriverFeatures, 1), (VirtioRegisters.Status, 11),
            (VirtioRegisters.QueueSelect, queue), (VirtioRegisters.QueueSize, Size),
            (VirtioRegisters.QueueDescriptorLow, (uint)(memory + Descriptors)), (VirtioRegisters.QueueDescriptorHigh, memory >> 32),
            (VirtioRegisters.QueueDriverLow, (uint)(memory + Available)), (VirtioRegisters.QueueDriverHigh, memory >> 32),
            (VirtioRegisters.QueueDeviceLow, (uint)(memory + Used)), (VirtioRegisters.QueueDeviceHigh, memory >> 32),
            (VirtioRegisters.QueueReady, 1), (VirtioRegisters.Status, 15)])
            _board.Write(device + register, value);
    }
}
