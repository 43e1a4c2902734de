using System;
using Redoubt.Dice;

namespace Redoubt.PinPad.Protocol;

/// <summary>What the bank says to a response, an enrolment or a fetch (docs/pin-entry.md).</summary>
public enum Verdict : byte
{
    Authorised = 0,
    WrongPin = 1,
    Locked = 2,
    Refused = 3,
    Recorded = 4,
    Enrolled = 5,
}

/// <summary>Messages to the bank, and its answers other than a transaction.</summary>
public static class Messages
{
    /// <summary>Bytes of a handle, and digits of a one-time code.</summary>
    public const int HandleSize = 16, CodeSize = 10;

    /// <summary>Fewest and most digits of a PIN.</summary>
    public const int ShortestPin = 4, LongestPin = 12;

    private const int Version = 1, FetchKind = 1, ResponseKind = 3, StatusKind = 4, EnrolKind = 5;

    /// <summary>Asks for a transaction; returns the message's size.</summary>
    public static int WriteFetch(Span<byte> output, scoped ReadOnlySpan<byte> handle)
    {
        CborWriter writer = Begin(output, 3, FetchKind);
        writer.Number(2);
        writer.Bytes(handle);
        return writer.Written.Length;
    }

    /// <summary>Answers a transaction; returns the message's size.</summary>
    /// <param name="output">Receives the message.</param>
    /// <param name="id">The transaction's id.</param>
    /// <param name="outcome">How it ended.</param>
    /// <param name="statement">Signed statement; empty if the outcome is not OK.</param>
    /// <param name="pin">Digits; empty if the outcome is not OK.</param>
    public static int WriteResponse(Span<byte> output, scoped ReadOnlySpan<byte> id, Outcome outcome, scoped ReadOnlySpan<byte> statement, scoped ReadOnlySpan<byte> pin)
    {
        CborWriter writer = Begin(output, 6, ResponseKind);
        writer.Number(2);
        writer.Bytes(id);
        writer.Number(3);
        writer.Number((long)outcome);
        writer.Number(4);
        if (outcome == Outcome.Ok)
            writer.Bytes(statement);
        else
            writer.Null();
        writer.Number(5);
        if (outcome == Outcome.Ok)
            writer.Text(pin);
        else
            writer.Null();
        return writer.Written.Length;
    }

    /// <summary>Enrols the device by a one-time code; returns the message's size.</summary>
    public static int WriteEnrol(Span<byte> output, scoped ReadOnlySpan<byte> code)
    {
        CborWriter writer = Begin(output, 3, EnrolKind);
        writer.Number(2);
        writer.Text(code);
        return writer.Written.Length;
    }

    /// <summary>Reads a status.</summary>
    public static bool TryReadStatus(ReadOnlySpan<byte> message, out Verdict verdict, out int attemptsLeft)
    {
        CborReader reader = new(message);
        reader.Map(4);
        reader.Expect(0);
        reader.Expect(StatusKind);
        reader.Expect(1);
        reader.Expect(Version);
        reader.Expect(2);
        verdict = (Verdict)reader.Number(0, (ulong)Verdict.Enrolled);
        reader.Expect(3);
        attemptsLeft = (int)reader.Number(0, 5);
        return reader.IsAtEnd;
    }

    private static CborWriter Begin(Span<byte> output, int entries, int kind)
    {
        CborWriter writer = new(output);
        writer.Map(entries);
        writer.Number(0);
        writer.Number(kind);
        writer.Number(1);
        writer.Number(Version);
        return writer;
    }
}
