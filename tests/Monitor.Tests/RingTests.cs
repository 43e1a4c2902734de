using System.Runtime.InteropServices;
using CsCheck;
using Redoubt.Abi;
using Redoubt.Partition;

namespace Redoubt.Monitor.Tests;

public sealed unsafe class RingTests : IDisposable
{
    private const int Size = 0x1000;
    private readonly byte* _memory = (byte*)NativeMemory.AlignedAlloc(Size, 4096);
    private RingWriter _writer;
    private RingReader _reader;

    public RingTests()
    {
        NativeMemory.Clear(_memory, Size);
        Open(Size);
    }

    [Fact]
    public void WhatGoesInComesOut() => Gen.Byte.Array[0, 3000].Sample(bytes =>
    {
        List<byte> read = [];
        foreach (byte value in bytes)
        {
            while (!_writer.TryWrite(value, out _))
            {
                Assert.True(_reader.TryRead(out byte oldest));
                read.Add(oldest);
            }
        }

        while (_reader.TryRead(out byte value))
            read.Add(value);
        Assert.Equal(bytes, read);
    }, threads: 1);

    [Fact]
    public void TheCapacityIsAPowerOfTwo()
    {
        int written = 0;
        while (_writer.TryWrite(1, out _))
            written++;
        Assert.Equal((1024, 1024UL), (written, _writer.Capacity));
        Assert.Equal((0UL, 1024UL), (_writer.Room, _reader.Available));
    }

    [Fact]
    public void OnlyAByteThatTheReaderMayWaitForIsAnnounced()
    {
        Assert.True(_writer.TryWrite(1, out bool first));
        Assert.True(_writer.TryWrite(2, out bool second));
        _reader.TryRead(out _);
        _reader.TryRead(out _);
        Assert.True(_writer.TryWrite(3, out bool third));
        Assert.Equal((true, false, true), (first, second, third));
    }

    [Fact]
    public void AHostileReaderMakesTheRingLookFull() => Gen.ULong.Sample(read =>
    {
        *(ulong*)(_memory + Ring.Read) = read;
        Assert.InRange(_writer.Room, 0UL, 1024UL);
        _writer.TryWrite(7, out _);
    }, threads: 1);

    [Fact]
    public void AHostileWriterMakesTheRingLookEmpty() => Gen.ULong.Sample(written =>
    {
        *(ulong*)(_memory + Ring.Written) = written;
        Assert.InRange(_reader.Available, 0UL, 1024UL);
        _reader.TryRead(out _);
    }, threads: 1);

    [Theory]
    [InlineData(0UL)]
    [InlineData(128UL)]
    public void AChannelWithoutRoomForARingIsClosed(ulong size)
    {
        Open(size);
        Assert.False(_writer.TryWrite(1, out _));
        Assert.False(_reader.TryRead(out _));
        _writer.Report(GuestReport.Running);
        Assert.Equal(GuestReport.None, _reader.Report);
    }

    [Fact]
    public void SidesUseDifferentHalves()
    {
        ChannelEnd end = new() { Address = (ulong)_memory, Size = Size, Side = 1 };
        RingWriter other = default;
        other.Open(in end);
        Assert.True(other.TryWrite(9, out _));
        Assert.False(_reader.TryRead(out _));
        Assert.Equal(1UL, *(ulong*)(_memory + Size / 2));
    }

    [Fact]
    public void AWriterThatIsOpenedAgainGoesOn()
    {
        _writer.TryWrite(1, out _);
        ChannelEnd end = new() { Address = (ulong)_memory, Size = Size };
        RingWriter again = default;
        again.Open(in end);
        again.TryWrite(2, out _);
        Assert.True(_reader.TryRead(out byte first) & _reader.TryRead(out byte second));
        Assert.Equal((1, 2), (first, second));
    }

    public void Dispose() => NativeMemory.AlignedFree(_memory);

    // Both ends here: what side 0 writes, side 1 reads.
    private void Open(ulong size)
    {
        ChannelEnd end = new() { Address = (ulong)_memory, Size = size };
        _writer.Open(in end);
        end.Side = 1;
        _reader.Open(in end);
    }
}
