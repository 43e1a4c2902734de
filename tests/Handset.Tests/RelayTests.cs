using System.IO.Pipelines;
using Redoubt.Handset.Network;

namespace Redoubt.Handset.Tests;

/// <summary>The relay between PIN pad and bank, with the test at both ends.</summary>
public sealed class RelayTests : IDisposable
{
    private const string Handle = "00112233445566778899aabbccddeeff";
    private readonly Cable _line = new();
    private readonly List<byte> _banks = [];
    private readonly Queue<Cable> _connections = new();
    private readonly Relay _relay;
    private readonly Task _running;

    public RelayTests()
    {
        _relay = new Relay(_line.Near, bank =>
        {
            _banks.Add(bank);
            return _connections.TryDequeue(out Cable? cable) ? Task.FromResult(cable.Near) : Task.FromException<Stream>(new IOException("no route"));
        });
        _running = _relay.RunAsync();
    }

    /// <summary>Two streams, each of which reads what is written to the other.</summary>
    private sealed class Cable
    {
        public Cable()
        {
            Pipe there = new(), back = new();
            (Near, Far) = (new Duplex(there.Reader, back.Writer), new Duplex(back.Reader, there.Writer));
        }

        public Stream Near { get; }

        public Stream Far { get; }

        private sealed class Duplex(PipeReader reader, PipeWriter writer) : Stream
        {
            private readonly Stream _in = reader.AsStream(), _out = writer.AsStream();

            public override bool CanRead => true;

            public override bool CanSeek => false;

            public override bool CanWrite => true;

            public override long Length => throw new NotSupportedException();

            public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

            public override void Flush() => _out.Flush();

            public override int Read(byte[] buffer, int offset, int count) => _in.Read(buffer, offset, count);

            public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => _in.ReadAsync(buffer, cancellationToken);

            public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

            public override void SetLength(long value) => throw new NotSupportedException();

            public override void Write(byte[] buffer, int offset, int count) => _out.Write(buffer, offset, count);

            public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => _out.WriteAsync(buffer, cancellationToken);

            protected override void Dispose(bool disposing)
            {
                _in.Dispose();
                _out.Dispose();
                base.Dispose(disposing);
            }
        }
    }

    [Fact]
    public async Task AnAuthorisationIsAskedForAndBytesAreCarriedBothWays()
    {
        Cable bank = new();
        _connections.Enqueue(bank);
        Task asked = _relay.AuthoriseAsync(Handle);
        await ExpectAsync(new byte[1027]);
        await ExpectAsync([1, 0, 17, 0, .. Convert.FromHexString(Handle)]);
        await SayAsync([129, 0, 1, 0]);
        await SayAsync([130, 0, 3, 7, 8, 9]);
        Assert.Equal([7, 8, 9], await ReadAsync(bank.Far, 3));
        await bank.Far.WriteAsync(new byte[] { 1, 2 }, TestContext.Current.CancellationToken);
        await ExpectAsync([3, 0, 2, 1, 2]);
        bank.Far.Dispose();
        await ExpectAsync([4, 0, 0]);
        Assert.False(asked.IsCompleted);
        await SayAsync([132, 0, 0]);
        await asked;
        Assert.Equal([0], _banks);
    }

    [Fact]
    public async Task ABankThatCannotBeReachedIsTold()
    {
        await ExpectAsync(new byte[1027]);
        await SayAsync([129, 0, 1, 5]);
        await ExpectAsync([4, 0, 0]);
        Assert.Equal([5], _banks);
    }

    [Fact]
    public async Task MuchFromTheBankIsCutIntoMessages()
    {
        Cable bank = new();
        _connections.Enqueue(bank);
        await ExpectAsync(new byte[1027]);
        await SayAsync([129, 0, 1, 0]);
        byte[] sent = [.. Enumerable.Range(0, 5000).Select(i => (byte)i)];
        Task sending = bank.Far.WriteAsync(sent, TestContext.Current.CancellationToken).AsTask();
        List<byte> carried = [];
        while (carried.Count < sent.Length)
        {
            byte[] header = await ReadAsync(_line.Far, 3);
            Assert.Equal(3, header[0]);
            int length = (header[1] << 8) | header[2];
            Assert.InRange(length, 1, 1024);
            carried.AddRange(await ReadAsync(_line.Far, length));
        }

        await sending;
        Assert.Equal(sent, carried);
    }

    [Fact]
    public async Task WhatMeansNothingIsPassedOver()
    {
        await ExpectAsync(new byte[1027]);
        await SayAsync([0, 0, 77, 0, 2, 1, 1, 130, 0, 1, 5, 131, 0, 0, 132, 0, 0, 129, 0, 2, 0, 0, 129, 0, 1, 3]);
        await ExpectAsync([4, 0, 0]);
        Assert.Equal([3], _banks);
    }

    [Fact]
    public async Task TwoQuestionsWaitForEachOther()
    {
        Task first = _relay.EnrolAsync(), second = _relay.AuthoriseAsync(Handle);
        await ExpectAsync([.. new byte[1027], 2, 0, 1, 0]);
        await SayAsync([132, 0, 0]);
        await first;
        await ExpectAsync([1, 0, 17, 0, .. Convert.FromHexString(Handle)]);
        await SayAsync([132, 0, 0]);
        await second;
    }

    [Fact]
    public async Task TheEndOfTheLineIsTheEnd()
    {
        _line.Far.Dispose();
        await _running;
    }

    public void Dispose() => _relay.Dispose();

    private ValueTask SayAsync(byte[] bytes) => _line.Far.WriteAsync(bytes, TestContext.Current.CancellationToken);

    private async Task ExpectAsync(byte[] bytes) => Assert.Equal(bytes, await ReadAsync(_line.Far, bytes.Length));

    private static async Task<byte[]> ReadAsync(Stream stream, int count)
    {
        byte[] bytes = new byte[count];
        await stream.ReadExactlyAsync(bytes, TestContext.Current.CancellationToken);
        return bytes;
    }
}
