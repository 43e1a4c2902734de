using System.Buffers.Binary;
using System.Net.Sockets;
using Redoubt.Handset.Apps;

namespace Redoubt.Handset.Network;

/// <summary>
/// The phone's end of the relay (docs/pin-entry.md, "The relay"): asks the PIN pad for an authorisation, and carries bytes between it and the bank that it
/// can't read.
/// </summary>
/// <param name="line">The serial line to the PIN pad.</param>
/// <param name="connect">Opens a connection to the bank of an index.</param>
public sealed class Relay(Stream line, Func<byte, Task<Stream>> connect) : IPinPad, IDisposable
{
    private const int HeaderSize = 3, Most = 1024;

    private enum Kind : byte
    {
        Nothing = 0, Authorise = 1, Enrol = 2, Data = 3, Closed = 4,
        Connect = 129, PadData = 130, Close = 131, Ended = 132,
    }

    private readonly SemaphoreSlim _writing = new(1);
    private readonly SemaphoreSlim _asking = new(1);
    private TaskCompletionSource? _asked;
    private Stream? _connection;

    /// <summary>Opens the line to the PIN pad.</summary>
    /// <param name="device">Its device; it passes bytes as they are.</param>
    /// <param name="host">Where the bank is.</param>
    /// <param name="port">Its port for PIN pads.</param>
    public static Relay Open(string device, string host, int port)
    {
        Relay relay = new(new FileStream(device, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite, 0), async _ =>
        {
            TcpClient client = new() { NoDelay = true };
            await client.ConnectAsync(host, port);
            return client.GetStream();
        });
        _ = relay.RunAsync();
        return relay;
    }

    /// <inheritdoc/>
    public Task AuthoriseAsync(string handle) => AskAsync(Kind.Authorise, [0, .. Convert.FromHexString(handle)]);

    /// <inheritdoc/>
    public Task EnrolAsync() => AskAsync(Kind.Enrol, [0]);

    /// <summary>Serves the PIN pad until the line ends.</summary>
    public async Task RunAsync()
    {
        // Whatever half message there was is over.
        await WriteAsync(new byte[HeaderSize + Most]);
        byte[] header = new byte[HeaderSize], payload = new byte[ushort.MaxValue];
        while (await line.ReadAtLeastAsync(header.AsMemory(0, 1), 1, throwOnEndOfStream: false) == 1)
        {
            if (header[0] == (byte)Kind.Nothing)
                continue;
            await line.ReadExactlyAsync(header.AsMemory(1));
            int length = BinaryPrimitives.ReadUInt16BigEndian(header.AsSpan(1));
            await line.ReadExactlyAsync(payload.AsMemory(0, length));
            await TakeAsync((Kind)header[0], payload.AsMemory(0, length));
        }
    }

    public void Dispose()
    {
        _connection?.Dispose();
        line.Dispose();
        _writing.Dispose();
        _asking.Dispose();
    }

    private async Task TakeAsync(Kind kind, ReadOnlyMemory<byte> payload)
    {
        switch (kind)
        {
            case Kind.Connect when payload.Length == 1:
                await ConnectAsync(payload.Span[0]);
                break;
            case Kind.PadData when _connection is { } connection:
                try
                {
                    await connection.WriteAsync(payload);
                }
                catch (IOException)
                {
                    // Who reads from it tells of its end.
                }

                break;
            case Kind.Close:
                if (Disconnect())
                    await SendAsync(Kind.Closed, default);
                break;
            case Kind.Ended:
                Disconnect();
                _asked?.TrySetResult();
                break;
        }
    }

    private async Task ConnectAsync(byte bank)
    {
        Disconnect();
        try
        {
            _connection = await connect(bank);
            _ = CarryAsync(_connection);
        }
        catch (Exception failure) when (failure is IOException or SocketException)
        {
            await SendAsync(Kind.Closed, default);
        }
    }

    /// <summary>Carries what the bank sends, until the connection ends.</summary>
    private async Task CarryAsync(Stream connection)
    {
        byte[] bytes = new byte[Most];
        try
        {
            while (await connection.ReadAsync(bytes) is > 0 and int count)
                await SendAsync(Kind.Data, bytes.AsMemory(0, count));
        }
        catch (Exception failure) when (failure is IOException or ObjectDisposedException)
        {
            // It ended all the same.
        }

        if (Interlocked.CompareExchange(ref _connection, null, connection) == connection)
            await SendAsync(Kind.Closed, default);
    }

    /// <returns>Whether there was a connection.</returns>
    private bool Disconnect()
    {
        Stream? connection = Interlocked.Exchange(ref _connection, null);
        connection?.Dispose();
        return connection is not null;
    }

    /// <summary>One question at a time: the PIN pad refuses others.</summary>
    private async Task AskAsync(Kind kind, byte[] payload)
    {
        await _asking.WaitAsync();
        try
        {
            _asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            await SendAsync(kind, payload);
            await _asked.Task;
        }
        finally
        {
            _asking.Release();
        }
    }

    private Task SendAsync(Kind kind, ReadOnlyMemory<byte> payload)
    {
        byte[] message = new byte[HeaderSize + payload.Length];
        message[0] = (byte)kind;
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(1), (ushort)payload.Length);
        payload.CopyTo(message.AsMemory(HeaderSize));
        return WriteAsync(message);
    }

    private async Task WriteAsync(ReadOnlyMemory<byte> message)
    {
        await _writing.WaitAsync();
        try
        {
            await line.WriteAsync(message);
            await line.FlushAsync();
        }
        finally
        {
            _writing.Release();
        }
    }
}
