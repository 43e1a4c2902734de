using System.Buffers.Binary;
using Redoubt.Abi;
using Redoubt.Partition;

namespace Redoubt.Monitor.Tests;

/// <summary>A network device in a guest's machine, with another's device at the end of its cable.</summary>
public sealed class NetBoardTests : IDisposable
{
    private const ulong Network = GuestMap.Virtio + GuestMap.FirstNetwork * GuestMap.VirtioStride;
    private const ulong LineBit = 1UL << (int)(GuestMap.VirtioInterrupt + GuestMap.FirstNetwork), Event = 1 << 1;
    private const ulong Descriptors = 0x1000, Available = 0x1400, Used = 0x1800, Buffer = 0x2000;
    private readonly FencedMemory _cable = new((int)Frames.LeastMemory);
    private readonly Board _board;
    private readonly NetStation _other;

    public NetBoardTests()
    {
        _board = new(link: _cable);
        _other = new NetStation(_cable, 1, 200).Drive();
    }

    [Fact]
    public void TheGuestFindsOneNetworkWithItsAddress()
    {
        Assert.Equal((0x7472_6976UL, VirtioRegisters.Network), (_board.Read(Network), _board.Read(Network + VirtioRegisters.Device)));
        ulong address = MacAddress.Of(Names.Of("test"u8), Names.Of("net"u8));
        for (int i = 0; i < 6; i++)
            Assert.Equal(address >> (8 * i) & 0xff, _board.Read(Network + VirtioRegisters.Configuration + (ulong)i, 1));
        Arrival beyond = new() { Kind = FaultKind.Data, Syndrome = 1 << 24 | 2 << 22, Address = Network + GuestMap.VirtioStride };
        Assert.True(_board.Fault(0, beyond, out Reply reply));
        Assert.Equal(ResumeAction.Abort, reply.Action);
    }

    [Fact]
    public void AFrameComesWithAnInterrupt()
    {
        DriveReceiver();
        _other.Send(new byte[60]);
        Assert.Equal(0UL, Line);
        _board.Wake(0, Event);
        Assert.Equal(LineBit, Line);
        Assert.Equal(1, BinaryPrimitives.ReadUInt16LittleEndian(_board.Bytes(Used + 2, 2)));
        _board.Write(Network + VirtioRegisters.InterruptAcknowledge, 1);
        Assert.Equal(0UL, Line);
    }

    [Fact]
    public void FramesForAGuestThatIsOffAreLost()
    {
        DriveReceiver();
        _board.Bytes(Buffer, 0x800).Fill(0x55);
        _other.Send(new byte[60]);
        Assert.Null(_board.Call(Psci.SystemOff));
        Assert.Equal(0x55, _board.Bytes(Buffer, 1)[0]);
        for (int i = 0; i < 100; i++)
        {
            _other.Send(new byte[1500]);
            _board.Wake(0, Event);
            _other.Run();
        }

        Assert.Equal(101, _other.Returned(NetStation.Transmit));
        Assert.Equal(0x55, _board.Bytes(Buffer, 1)[0]);
    }

    [Fact]
    public void AGuestThatStartsAnewGetsNothingOfBefore()
    {
        DriveReceiver();
        Kernel.State.Notified.Clear();
        for (int i = 0; i < 6; i++)
            _other.Send(new byte[1500]);
        Assert.Null(_board.Call(Psci.SystemReset));
        // The other end waited for room.
        Assert.Contains(Board.LinkSlot, Kernel.State.Notified);
        DriveReceiver();
        _board.Wake(0, Event);
        Assert.Equal(0, BinaryPrimitives.ReadUInt16LittleEndian(_board.Bytes(Used + 2, 2)));
        _other.Run();
        _board.Wake(0, Event);
        Assert.Equal(1, BinaryPrimitives.ReadUInt16LittleEndian(_board.Bytes(Used + 2, 2)));
    }

    public void Dispose()
    {
        _board.Dispose();
        _other.Dispose();
        _cable.Dispose();
    }

    private static ulong Line => Board.Vcpu(0).Words[VirtualField.Line] & LineBit;

    // A driver with one buffer to receive in.
    private void DriveReceiver()
    {
        _board.Bytes(Descriptors, 0x1000).Clear();
        foreach ((ulong register, ulong value) in ((ulong, ulong)[])[
            (VirtioRegisters.Status, 3), (VirtioRegisters.DriverFeaturesSelect, 1), (VirtioRegisters.DriverFeatures, 1), (VirtioRegisters.Status, 11),
            (VirtioRegisters.QueueSelect, 0), (VirtioRegisters.QueueSize, 8),
            (VirtioRegisters.QueueDescriptorLow, (uint)(_board.Ram + Descriptors)), (VirtioRegisters.QueueDescriptorHigh, _board.Ram >> 32),
            (VirtioRegisters.QueueDriverLow, (uint)(_board.Ram + Available)), (VirtioRegisters.QueueDriverHigh, _board.Ram >> 32),
            (VirtioRegisters.QueueDeviceLow, (uint)(_board.Ram + Used)), (VirtioRegisters.QueueDeviceHigh, _board.Ram >> 32),
            (VirtioRegisters.QueueReady, 1), (VirtioRegisters.Status, 15)])
            _board.Write(Network + register, value);
        BinaryPrimitives.WriteUInt64LittleEndian(_board.Bytes(Descriptors, 8), _board.Ram + Buffer);
        BinaryPrimitives.WriteUInt32LittleEndian(_board.Bytes(Descriptors + 8, 4), 0x800);
        BinaryPrimitives.WriteUInt16LittleEndian(_board.Bytes(Descriptors + 12, 2), NetStation.Writable);
        BinaryPrimitives.WriteUInt16LittleEndian(_board.Bytes(Available + 2, 2), 1);
        _board.Write(Network + VirtioRegisters.QueueNotify, 0);
    }
}
