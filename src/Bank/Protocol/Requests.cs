using System.Formats.Cbor;

namespace Redoubt.Bank.Protocol;

/// <summary>What a pinpad can say.</summary>
public abstract record Request
{
    /// <summary>Version of the protocol, in each message.</summary>
    internal const int Version = 1;

    private const int FetchKind = 1, ResponseKind = 3, EnrolKind = 5;

    /// <summary>Digits of a PIN, and of a one-time code.</summary>
    private const int LeastPin = 4, MostPin = 12, CodeDigits = 10;

    /// <summary>Reads a message.</summary>
    /// <exception cref="MalformedException">It is none.</exception>
    public static Request Decode(ReadOnlyMemory<byte> message) => DeterministicCbor.Read(message, Read);

    private static Request Read(CborReader reader)
    {
        int entries = reader.ReadStartMap() ?? 0;
        int kind = reader.At(0).Number(EnrolKind);
        reader.At(1);
        if (reader.Number(Version) != Version)
            throw new MalformedException("the version of the protocol is not 1");
        Request request = (kind, entries) switch
        {
            (FetchKind, 3) => new Fetch(reader.At(2).Bytes(Identifier.Size)),
            (ResponseKind, 6) => ReadResponse(reader),
            (EnrolKind, 3) => new Enrol(reader.At(2).Digits(CodeDigits, CodeDigits)),
            _ => throw new MalformedException($"a message of kind {kind} with {entries} entries"),
        };
        reader.ReadEndMap();
        return request;
    }

    private static Response ReadResponse(CborReader reader)
    {
        byte[] txid = reader.At(2).Bytes(Identifier.Size);
        Outcome outcome = (Outcome)reader.At(3).Number((int)Outcome.Malformed);
        byte[]? statement = reader.At(4).BytesOrNull();
        string? pin = null;
        if (reader.At(5).PeekState() == CborReaderState.Null)
            reader.ReadNull();
        else
            pin = reader.Digits(LeastPin, MostPin);
        bool approves = outcome == Outcome.Ok;
        return (statement is not null) == approves && (pin is not null) == approves
            ? new Response(txid, outcome, statement, pin)
            : throw new MalformedException("statement and PIN come with the outcome OK, and only with it");
    }
}

/// <summary>Asks for the transaction that a handle stands for.</summary>
public sealed record Fetch(byte[] Handle) : Request;

/// <summary>How the entry ended.</summary>
/// <param name="Txid">The transaction.</param>
/// <param name="Outcome">How it ended.</param>
/// <param name="Statement">COSE_Sign1, if the outcome is OK.</param>
/// <param name="Pin">Digits, if the outcome is OK.</param>
public sealed record Response(byte[] Txid, Outcome Outcome, byte[]? Statement, string? Pin) : Request
{
    /// <summary>The PIN stays out of whatever prints this.</summary>
    public override string ToString() => $"Response {Outcome}";
}

/// <summary>Binds the device to the account that the one-time code was issued for.</summary>
public sealed record Enrol(string Code) : Request
{
    /// <summary>The code stays out of whatever prints this.</summary>
    public override string ToString() => "Enrol";
}

/// <summary>How the entry of a PIN ended.</summary>
public enum Outcome
{
    Ok,
    Canceled,
    Timeout,
    Aborted,
    SystemError,
    MissingGlyph,
    MessageTooLong,
    Malformed,
}
