using System.Formats.Cbor;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Redoubt.Bank.Tests.Simulation;

/// <summary>The verdicts of docs/pin-entry.md.</summary>
internal enum Said
{
    Authorised,
    WrongPin,
    Locked,
    Refused,
    Recorded,
    Enrolled,
}

/// <summary>A transaction as it was received.</summary>
internal sealed record Received(byte[] Bytes, byte[] Txid, byte[] Nonce, string PayeeName, string PayeeAccount, long Amount, string Currency, string Locale, int Timeout);

/// <summary>An answer of HTTP.</summary>
internal sealed record HttpAnswer(int Status, string Head, byte[] Body);

/// <summary>A simulated pinpad on a connection to the bank.</summary>
internal sealed class PinPad : IDisposable
{
    public const int FrameSize = 512;

    private readonly SimulatedDevice _device;
    private readonly TlsConnection? _connection;
    private readonly Stream _stream;

    public PinPad(int port, SimulatedDevice device, IReadOnlyList<byte[]>? chain = null)
    {
        _device = device;
        _connection = new TlsConnection(port, new TlsSettings { Chain = chain ?? device.Chain, Key = device.Leaf });
        _stream = _connection.Stream;
    }

    /// <summary>One that speaks in the clear.</summary>
    public PinPad(Stream stream, SimulatedDevice device)
    {
        (_stream, _device) = (stream, device);
    }

    public TlsConnection Connection => _connection!;

    /// <summary>The transaction, or what was said instead.</summary>
    public (Received? Transaction, (Said Verdict, int Left) Status) Fetch(byte[] handle)
    {
        byte[] answer = Exchange(Message(1, 3, writer => writer.WriteByteString(handle)));
        CborReader reader = Begin(answer, out int kind);
        return kind == 2 ? (ReadTransaction(answer, reader), default) : (null, ReadStatus(reader));
    }

    /// <summary>Confirms with a PIN.</summary>
    public (Said Verdict, int Left) Confirm(Received transaction, string pin) => Respond(transaction.Txid, 0, Statement(transaction).Encode(_device.Leaf), pin);

    public (Said Verdict, int Left) Respond(byte[] txid, int outcome, byte[]? statement, string? pin) => ReadStatus(Begin(Exchange(Response(txid, outcome, statement, pin)), out _));

    public (Said Verdict, int Left) Enrol(string code) => ReadStatus(Begin(Exchange(Message(5, 3, writer => writer.WriteTextString(code))), out _));

    /// <summary>What the device states of a transaction.</summary>
    public StatementWriter Statement(Received transaction) => new()
    {
        Nonce = transaction.Nonce,
        Ueid = _device.Ueid,
        Txid = transaction.Txid,
        TransactionHash = SHA256.HashData(transaction.Bytes),
    };

    public static byte[] Response(byte[] txid, int outcome, byte[]? statement, string? pin) => Message(3, 6, writer =>
    {
        writer.WriteByteString(txid);
        writer.WriteInt32(3);
        writer.WriteInt32(outcome);
        writer.WriteInt32(4);
        if (statement is null)
            writer.WriteNull();
        else
            writer.WriteByteString(statement);
        writer.WriteInt32(5);
        if (pin is null)
            writer.WriteNull();
        else
            writer.WriteTextString(pin);
    });

    /// <summary>A message whose entry 2 and what follows are written by <paramref name="write"/>.</summary>
    public static byte[] Message(int kind, int entries, Action<CborWriter> write)
    {
        CborWriter writer = new(CborConformanceMode.Canonical);
        writer.WriteStartMap(entries);
        writer.WriteInt32(0);
        writer.WriteInt32(kind);
        writer.WriteInt32(1);
        writer.WriteInt32(1);
        writer.WriteInt32(2);
        write(writer);
        writer.WriteEndMap();
        return writer.Encode();
    }

    public static byte[] Frame(byte[] message)
    {
        byte[] frame = new byte[FrameSize];
        (frame[0], frame[1]) = ((byte)(message.Length >> 8), (byte)message.Length);
        message.CopyTo(frame, 2);
        return frame;
    }

    /// <summary>Sends bytes as they are, and reads one answer.</summary>
    public HttpAnswer Send(byte[] request)
    {
        _stream.Write(request);
        _stream.Flush();
        return ReadAnswer();
    }

    public static byte[] Request(byte[] body) =>
    [
        .. Encoding.ASCII.GetBytes($"POST /pin-entry/1 HTTP/1.1\r\nHost: bank.example\r\nContent-Type: application/vnd.redoubt.pin-entry\r\nContent-Length: {body.Length}\r\n\r\n"),
        .. body,
    ];

    public void Dispose() => ((IDisposable?)_connection ?? _stream).Dispose();

    private byte[] Exchange(byte[] message)
    {
        HttpAnswer answer = Send(Request(Frame(message)));
        Assert.Equal(200, answer.Status);
        Assert.Equal(FrameSize, answer.Body.Length);
        Assert.Contains("\r\nContent-Type: application/vnd.redoubt.pin-entry\r\n", answer.Head, StringComparison.Ordinal);
        Assert.InRange(answer.Head.Length, 1, 1024);
        int length = (answer.Body[0] << 8) | answer.Body[1];
        Assert.All(answer.Body[(2 + length)..], padding => Assert.Equal(0, padding));
        return answer.Body[2..(2 + length)];
    }

    private HttpAnswer ReadAnswer()
    {
        StringBuilder head = new();
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            int next = _stream.ReadByte();
            if (next < 0)
                throw new IOException("the bank closed the connection");
            head.Append((char)next);
        }

        string[] lines = head.ToString().Split("\r\n");
        string length = lines.Single(line => line.StartsWith("Content-Length: ", StringComparison.Ordinal));
        byte[] body = new byte[int.Parse(length["Content-Length: ".Length..], CultureInfo.InvariantCulture)];
        _stream.ReadExactly(body);
        return new HttpAnswer(int.Parse(lines[0].Split(' ')[1], CultureInfo.InvariantCulture), head.ToString(), body);
    }

    private static CborReader Begin(byte[] message, out int kind)
    {
        CborReader reader = new(message, CborConformanceMode.Canonical);
        reader.ReadStartMap();
        Assert.Equal(0, reader.ReadInt32());
        kind = reader.ReadInt32();
        Assert.Equal(1, reader.ReadInt32());
        Assert.Equal(1, reader.ReadInt32());
        return reader;
    }

    private static (Said, int) ReadStatus(CborReader reader)
    {
        Assert.Equal(2, reader.ReadInt32());
        Said verdict = (Said)reader.ReadInt32();
        Assert.Equal(3, reader.ReadInt32());
        return (verdict, reader.ReadInt32());
    }

    private static Received ReadTransaction(byte[] bytes, CborReader reader)
    {
        T Next<T>(int key, Func<T> read)
        {
            Assert.Equal(key, reader.ReadInt32());
            return read();
        }

        return new Received(
            bytes,
            Next(2, reader.ReadByteString),
            Next(3, reader.ReadByteString),
            Next(4, reader.ReadTextString),
            Next(5, reader.ReadTextString),
            Next(6, reader.ReadInt64),
            Next(7, reader.ReadTextString),
            Next(8, reader.ReadTextString),
            Next(9, reader.ReadInt32));
    }
}
