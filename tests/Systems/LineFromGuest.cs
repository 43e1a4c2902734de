using System.Net.Sockets;

namespace Redoubt.Systems;

/// <summary>A connection from a guest to this process: what comes is kept, or given on.</summary>
public sealed class LineFromGuest : IDisposable
{
    private readonly TcpClient _client;
    private readonly List<byte> _received = [];
    private Action<byte[]>? _taker;
    private Exception? _failure;

    /// <summary>Reads from now on.</summary>
    internal LineFromGuest(TcpClient client)
    {
        _client = client;
        _client.NoDelay = true;
        new Thread(Read) { IsBackground = true, Name = "line from a guest" }.Start();
    }

    /// <summary>What has come and was given to nobody.</summary>
    public byte[] Received
    {
        get
        {
            lock (_received)
                return [.. _received];
        }
    }

    /// <summary>Gives what has come and comes to somebody.</summary>
    public void Give(Action<byte[]> taker)
    {
        lock (_received)
        {
            _taker = taker;
            Give([.. _received]);
            _received.Clear();
        }
    }

    /// <summary>Sends to the guest.</summary>
    public void Send(byte[] bytes)
    {
        if (_failure is not null)
            throw new InvalidOperationException("a line from the guest failed", _failure);
        _client.GetStream().Write(bytes);
    }

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();

    private void Read()
    {
        byte[] buffer = new byte[4096];
        try
        {
            int count;
            while ((count = _client.GetStream().Read(buffer)) > 0)
                Take(buffer[..count]);
        }
        catch (Exception failure) when (failure is IOException or ObjectDisposedException or InvalidOperationException)
        {
            // It ended.
        }
    }

    private void Take(byte[] bytes)
    {
        lock (_received)
        {
            if (_taker is null)
                _received.AddRange(bytes);
            else
                Give(bytes);
        }
    }

    private void Give(byte[] bytes)
    {
        try
        {
            _taker!(bytes);
        }
        catch (Exception failure)
        {
            _failure = failure;
            _client.Close();
        }
    }
}
