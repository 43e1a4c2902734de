using System.Net.Sockets;

namespace Redoubt.Systems;

/// <summary>
/// What the phone's software does for a pinpad (docs/pin-entry.md, "The relay"): asks it for something, and carries bytes between it and the bank. Whoever wants
/// to see or change some may.
/// </summary>
/// <param name="send">Sends bytes to the pinpad; called by one thread at a time.</param>
/// <param name="port">The bank's port for pinpads, on the loopback interface.</param>
public sealed class PadRelay(Action<byte[]> send, int port) : IDisposable
{
    private const byte Authorise = 1, Enrol = 2, Data = 3, Closed = 4, Connect = 129, DataForBank = 130, Close = 131, Ended = 132;
    private const int HeadSize = 3, LongestPayload = 1024;

    private readonly List<byte> _unread = [];
    private readonly List<(byte Type, int Size)> _heard = [];
    private readonly Lock _sending = new();
    private TcpClient? _connection;
    private volatile bool _ended;

    /// <summary>Sees every piece that is relayed, and may change it: true is towards the bank.</summary>
    public Func<bool, byte[], byte[]> Change { get; set; } = (_, bytes) => bytes;

    /// <summary>Where the next connection goes.</summary>
    public int Port { get; set; } = port;

    /// <summary>Whether what was begun last is over.</summary>
    public bool HasEnded => _ended;

    /// <summary>Type and size of each message of the pinpad so far.</summary>
    public IReadOnlyList<(byte Type, int Size)> Heard
    {
        get
        {
            lock (_heard)
                return [.. _heard];
        }
    }

    /// <summary>Ends whatever half message the pinpad may wait for.</summary>
    public void Open() => SendRaw(new byte[HeadSize + LongestPayload]);

    /// <summary>Asks for an authorisation.</summary>
    public void StartAuthorise(string handle, byte bank = 0) => Begin(Authorise, [bank, .. Convert.FromHexString(handle)]);

    /// <summary>Asks for an enrolment.</summary>
    public void StartEnrol() => Begin(Enrol, [0]);

    /// <summary>Sends a message to the pinpad.</summary>
    public void Send(byte type, byte[] payload) => SendRaw([type, (byte)(payload.Length >> 8), (byte)payload.Length, .. payload]);

    /// <summary>Sends anything to the pinpad.</summary>
    public void SendRaw(byte[] bytes)
    {
        lock (_sending)
            send(bytes);
    }

    /// <summary>Takes what the pinpad has sent, in pieces of any size.</summary>
    /// <exception cref="InvalidDataException">It sent what it never may.</exception>
    public void Take(byte[] bytes)
    {
        _unread.AddRange(bytes);
        while (_unread.Count >= HeadSize && _unread.Count >= HeadSize + (_unread[1] << 8 | _unread[2]))
        {
            int length = _unread[1] << 8 | _unread[2];
            byte[] payload = [.. _unread.Skip(HeadSize).Take(length)];
            byte type = _unread[0];
            _unread.RemoveRange(0, HeadSize + length);
            lock (_heard)
                _heard.Add((type, length));
            Handle(type, payload);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // Nothing is said to the pinpad of this end: it may be gone.
        lock (_sending)
        {
            _connection?.Dispose();
            _connection = null;
        }
    }

    /// <summary>Connects anew, in the place of the connection that there is; the pinpad learns nothing of it.</summary>
    public void Reconnect()
    {
        lock (_sending)
        {
            _connection?.Dispose();
            TcpClient opened = _connection = new TcpClient("127.0.0.1", Port);
            new Thread(() => Forward(opened)) { IsBackground = true }.Start();
        }
    }

    private void Begin(byte type, byte[] payload)
    {
        _ended = false;
        Send(type, payload);
    }

    private void Handle(byte type, byte[] payload)
    {
        switch (type)
        {
            case Connect:
                Reconnect();
                break;
            case DataForBank:
                byte[] sent = Change(true, payload);
                try
                {
                    _connection?.GetStream().Write(sent);
                }
                catch (IOException)
                {
                    // The bank has closed: the thread that reads tells the pinpad.
                }

                break;
            case Close:
                lock (_sending)
                {
                    _connection?.Client.Shutdown(SocketShutdown.Send);
                    if (_connection is not null)
                        Send(Closed, []);
                    _connection = null;
                }

                break;
            case Ended:
                _ended = true;
                break;
            default:
                throw new InvalidDataException($"the pinpad says {type}");
        }
    }

    private void Forward(TcpClient connection)
    {
        byte[] buffer = new byte[LongestPayload];
        try
        {
            int count;
            while ((count = connection.GetStream().Read(buffer)) > 0)
                Forward(connection, Data, Change(false, buffer[..count]));
        }
        catch (Exception failure) when (failure is IOException or ObjectDisposedException or InvalidOperationException)
        {
            // The connection is over.
        }

        Forward(connection, Closed, []);
    }

    /// <summary>Nothing comes of a connection that the pinpad has ended.</summary>
    private void Forward(TcpClient connection, byte type, byte[] payload)
    {
        lock (_sending)
        {
            if (!ReferenceEquals(connection, _connection))
                return;
            Send(type, payload);
            if (type == Closed)
                _connection = null;
        }
    }
}
