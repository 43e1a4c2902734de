using CsCheck;
using Redoubt.Abi;
using Redoubt.Partition;

namespace Redoubt.Monitor.Tests;

/// <summary>Frames in a ring between two partitions, of which one may be hostile.</summary>
public sealed class FrameTests : IDisposable
{
    private const int ChannelSize = (int)Frames.LeastMemory;
    private readonly FencedMemory _channel = new(ChannelSize), _own = new(0x2000);
    private FrameWriter _writer;
    private FrameReader _reader;

    public FrameTests() => Open();

    [Fact]
    public void WhatGoesInComesOut() => Gen.Byte.Array[(int)Frames.Shortest, (int)Frames.Longest].Array[1, 40].Sample(frames =>
    {
        Queue<byte[]> inside = new();
        foreach (byte[] frame in frames)
        {
            while (!_writer.HasRoom)
                Assert.Equal(inside.Dequeue(), Read());
            Assert.True(Write(frame));
            inside.Enqueue(frame);
        }

        while (inside.TryDequeue(out byte[]? frame))
            Assert.Equal(frame, Read());
        Assert.False(_reader.TryOpen(out _));
    }, threads: 1);

    [Theory]
    [InlineData(0, false)]
    [InlineData(13, false)]
    [InlineData(14, true)]
    [InlineData(1518, true)]
    [InlineData(1519, false)]
    public void OnlyWhatCanBeAFrameIsSent(int length, bool isSent)
    {
        _writer.Begin();
        bool fits = _writer.TryAppend(_own.Address, (ulong)length) && _writer.TrySend(out _);
        Assert.Equal(isSent, fits);
        Assert.Equal(isSent, _reader.TryOpen(out ulong read));
        Assert.Equal(isSent ? (ulong)length : 0, read);
    }

    [Theory]
    [InlineData(~0UL)]
    [InlineData(1UL << 63)]
    [InlineData(1512UL)]
    public void AppendingNeverGoesTooFar(ulong more)
    {
        _writer.Begin();
        Assert.True(_writer.TryAppend(_own.Address, 7));
        Assert.False(_writer.TryAppend(_own.Address, more));
    }

    [Fact]
    public void OnlyAFrameThatTheReaderMayWaitForIsAnnounced()
    {
        bool[] announced = new bool[3];
        for (int i = 0; i < 3; i++)
        {
            _writer.Begin();
            Assert.True(_writer.TryAppend(_own.Address, 100) && _writer.TrySend(out announced[i]));
            if (i == 1)
                _ = (Read(), Read());
        }

        Assert.Equal([true, false, true], announced);
    }

    [Fact]
    public void AReaderThatMakesRoomInAFullRingSaysSo()
    {
        while (_writer.HasRoom)
            Write(new byte[500]);
        int announced = 0;
        while (_reader.TryOpen(out _))
            announced += _reader.Close() ? 1 : 0;
        Assert.Equal(1, announced);
        while (_writer.HasRoom)
            Write(new byte[500]);
        Assert.True(_reader.Discard());
        Assert.False(_reader.Discard());
        Assert.False(_reader.TryOpen(out _));
        Assert.True(_writer.HasRoom);
    }

    // Two threads that sleep as the rule allows: if both slept with nobody told, neither would ever wake.
    [Fact]
    public void NobodySleepsForEver()
    {
        const int Count = 200_000;
        Bell room = new(), news = new();
        System.Threading.Thread writer = new(() =>
        {
            for (int i = 0; i < Count; i++)
            {
                while (!_writer.HasRoom)
                    room.Wait(other: news);
                _writer.Begin();
                _writer.TryAppend(_own.Address, Frames.Shortest + (ulong)(i * 31 % 1500));
                if (_writer.TrySend(out bool announce) && announce)
                    news.Ring();
            }
        })
        { IsBackground = true };
        writer.Start();
        for (int i = 0; i < Count; i++)
        {
            ulong length;
            while (!_reader.TryOpen(out length))
                news.Wait(other: room);
            Assert.Equal(Frames.Shortest + (ulong)(i * 31 % 1500), length);
            if (_reader.Close())
                room.Ring();
        }

        writer.Join();
    }

    [Fact]
    public void AHostileWriterMakesNoFrameThatIsNone() => Gen.Select(Gen.OneOf(Gen.ULong, Gen.ULong[0, 5000]), Gen.OneOf(Gen.ULong, Gen.ULong[0, 2000])).Sample((written, length) =>
    {
        Span<byte> header = _channel.Bytes(Ring.Header, ChannelSize / 2 - (int)Ring.Header);
        for (int i = 0; i + 8 <= header.Length; i += 8)
            BitConverter.TryWriteBytes(header[i..], length);
        _channel.Word(Ring.Written) = written;
        for (int i = 0; i < 1000 && _reader.TryOpen(out ulong read); i++)
        {
            Assert.InRange(read, Frames.Shortest, Frames.Longest);
            _reader.CopyTo(_own.Address, 0, read);
            _reader.Close();
        }

        // What follows from a writer that has come to its senses arrives.
        Open();
        Assert.True(Write([.. Enumerable.Range(0, 77).Select(i => (byte)i)]));
        Assert.Equal([.. Enumerable.Range(0, 77).Select(i => (byte)i)], Read());
    }, threads: 1);

    [Fact]
    public void AHostileReaderIsGivenNothingButTheRing() => Gen.ULong.Array[1, 20].Sample(reads =>
    {
        Open();
        foreach (ulong read in reads)
        {
            _channel.Word(Ring.Read) = read;
            if (_writer.HasRoom)
                Write(new byte[1518]);
        }

        Assert.All(_channel.Bytes(ChannelSize / 2, ChannelSize / 2).ToArray(), value => Assert.Equal(0, value));
    }, threads: 1);

    [Theory]
    [InlineData(0)]
    [InlineData(0x2000)]
    public void AChannelThatIsTooSmallIsClosed(int size)
    {
        ChannelEnd end = new() { Address = _channel.Address, Size = (ulong)size };
        _writer.Open(in end);
        _reader.Open(in end);
        Assert.False(_writer.HasRoom);
        Assert.False(_reader.TryOpen(out _));
        Assert.False(_reader.Discard());
    }

    public void Dispose()
    {
        _channel.Dispose();
        _own.Dispose();
    }

    // Both ends here: what side 0 writes, side 1 reads.
    private void Open()
    {
        ChannelEnd end = new() { Address = _channel.Address, Size = ChannelSize };
        _writer.Open(in end);
        end.Side = 1;
        _reader.Open(in end);
        _reader.Discard();
    }

    private bool Write(byte[] frame)
    {
        frame.CopyTo(_own.Bytes(0, frame.Length));
        _writer.Begin();
        // In two pieces.
        ulong half = (ulong)frame.Length / 2;
        return _writer.TryAppend(_own.Address, half) && _writer.TryAppend(_own.Address + half, (ulong)frame.Length - half) && _writer.TrySend(out _);
    }

    private byte[] Read()
    {
        Assert.True(_reader.TryOpen(out ulong length));
        Span<byte> frame = _own.Bytes(0x1000, (int)length);
        frame.Clear();
        _reader.CopyTo(_own.Address + 0x1000, 0, 5);
        _reader.CopyTo(_own.Address + 0x1005, 5, length - 5);
        _reader.Close();
        return frame.ToArray();
    }

    /// <summary>A notification: it is kept until somebody waits for it.</summary>
    private sealed class Bell
    {
        private static readonly System.Threading.Lock s_lock = new();
        private readonly System.Threading.SemaphoreSlim _rung = new(0);
        private bool _isRung, _isAwaited;

        internal void Ring()
        {
            lock (s_lock)
            {
                if (_isRung)
                    return;
                _isRung = true;
            }

            _rung.Release();
        }

        internal void Wait(Bell other)
        {
            lock (s_lock)
            {
                _isAwaited = true;
                Assert.False(!_isRung && other._isAwaited && !other._isRung, "both sleep");
            }

            _rung.Wait();
            lock (s_lock)
                (_isRung, _isAwaited) = (false, false);
        }
    }
}
