using System;
using System.Runtime.CompilerServices;
using Redoubt.PinPad;
using Redoubt.PinPad.Protocol;

namespace Redoubt.Pad;

/// <summary>
/// Holds the kept conversation again in changed forms, each from the state in which the genuine one was, and counts what comes of them. A changed one is accepted if the transaction
/// would have been shown, or the bank's verdict. It is in memory that is not put back.
/// </summary>
internal unsafe struct Mutants
{
    /// <summary>AUTHORISE with its head: what comes after it is the bank's.</summary>
    private const int Request = 3 + 1 + Messages.HandleSize;

    // A message of the relay, a record of TLS, a handshake message; and those that lead to the certificate: of the message, of the list, of the certificate
    private const int RelayHead = 3, RecordHead = 5, MessageHead = 4, CertificateHead = 10;

    // More than any room there is for what is in a certificate; the head of a length in two bytes
    private const int LongestNoise = 1000, LongHead = 4;

    private const byte HandshakeRecord = 22, CertificateMessage = 11, HelloDoneMessage = 14;

    private ulong _random;
    private int _flightSize, _partSize;
    private Room _flight, _part, _sent;

    /// <summary>Those that ended at once, with the words that the bank could not be reached.</summary>
    public int Refused { get; private set; }

    /// <summary>Those that ended so when the bank's time was over.</summary>
    public int Waited { get; private set; }

    /// <summary>Those that got further.</summary>
    public int Accepted { get; private set; }

    /// <summary>The only one.</summary>
    public static ref Mutants Begin(int seed)
    {
        ref Mutants mutants = ref *(Mutants*)Tape.Free;
        (mutants.Refused, mutants.Waited, mutants.Accepted) = (0, 0, 0);
        mutants._random = (ulong)seed * 2 + 1;
        return ref mutants;
    }

    /// <summary>Changes one bit of each of the bank's bytes from one place to another in turn, or ends the connection before each.</summary>
    public void TryEachByte(int from, int to, bool close)
    {
        Tape.Rewind();
        from = from < Request ? Request : from;
        to = to > Tape.Bytes.Length ? Tape.Bytes.Length : to;
        Tape.Play(0, from);
        for (int at = from; at < to; at++)
        {
            Tape.ConfirmAt(at);
            Tape.Mark();
            if (close)
            {
                Tape.EndMessage();
                Tape.Take(RelayMessage.Closed, default);
            }
            else
            {
                Tape.Take((byte)(Tape.Bytes[at] ^ 1 << at % 8));
                Tape.Play(at + 1, Tape.NextDisplay(at));
            }

            Count();
            Tape.Take(Tape.Bytes[at]);
            Tape.Settle();
        }

        Tape.Resume();
    }

    /// <summary>Damages one of the bank's pieces, as they came over the relay.</summary>
    /// <param name="piece">Which, from 0. Nothing happens if there is none.</param>
    /// <param name="count">How often.</param>
    public void DamagePiece(int piece, int count)
    {
        int at = Request;
        while (at < Tape.Bytes.Length && piece-- > 0)
            at += Length(at);
        if (at >= Tape.Bytes.Length)
            return;
        Tape.Rewind();
        Tape.Play(0, at);
        Tape.ConfirmAt(at);
        Tape.Mark();
        ReadOnlySpan<byte> genuine = Tape.Bytes.Slice(at + RelayHead, Length(at) - RelayHead);
        for (int i = 0; i < count; i++)
        {
            Damage(genuine, isCertificate: false);
            Tape.TakeData(Part);
            Tape.Play(at + Length(at), Tape.NextDisplay(at));
            Count();
        }

        Tape.Resume();
    }

    /// <summary>Damages one of the messages of the bank's first flight, or the certificate within; the lengths around it are right.</summary>
    /// <param name="type">The message's type (RFC 5246, 7.4). Nothing happens if there is none.</param>
    /// <param name="count">How often.</param>
    public void DamageMessage(int type, int count)
    {
        int end = CollectFlight(), message = 0;
        ReadOnlySpan<byte> flight = ((ReadOnlySpan<byte>)_flight).Slice(0, _flightSize);
        while (message < flight.Length && flight[message] != type)
            message += MessageHead + Length24(flight, message + 1);
        if (end == 0 || message >= flight.Length)
            return;
        int head = type == CertificateMessage ? CertificateHead : MessageHead;
        int start = message + head, size = Length24(flight, start - 3);
        Tape.Rewind();
        Tape.Play(0, Request);
        Tape.Mark();
        for (int i = 0; i < count; i++)
        {
            Damage(flight.Slice(start, size), isCertificate: type == CertificateMessage);
            Tape.TakeData(Wrap(flight, message, head, size));
            Tape.Play(end, Tape.NextDisplay(end));
            Count();
        }

        Tape.Resume();
    }

    private static int Length(int at) => RelayHead + (Tape.Bytes[at + 1] << 8 | Tape.Bytes[at + 2]);

    private static int Length24(ReadOnlySpan<byte> bytes, int at) => bytes[at] << 16 | bytes[at + 1] << 8 | bytes[at + 2];

    [System.Diagnostics.CodeAnalysis.UnscopedRef]
    private ReadOnlySpan<byte> Part => ((ReadOnlySpan<byte>)_part).Slice(0, _partSize);

    // Handshake messages of the flight, without the records around them; returns the place after it, 0 if it is not there.
    private int CollectFlight()
    {
        Span<byte> records = _sent, flight = _flight;
        int have = 0, at = Request;
        _flightSize = 0;
        for (int record = 0; at < Tape.Bytes.Length;)
        {
            Tape.Bytes.Slice(at + RelayHead, Length(at) - RelayHead).CopyTo(records.Slice(have));
            have += Length(at) - RelayHead;
            at += Length(at);
            while (record + RecordHead <= have && records[record] == HandshakeRecord)
            {
                int size = records[record + 3] << 8 | records[record + 4];
                if (record + RecordHead + size > have)
                    break;
                records.Slice(record + RecordHead, size).CopyTo(flight.Slice(_flightSize));
                _flightSize += size;
                record += RecordHead + size;
            }

            if (_flightSize >= MessageHead && flight[_flightSize - MessageHead] == HelloDoneMessage && have == record)
                return at;
        }

        return 0;
    }

    // The flight in one record, with the part in its place.
    [System.Diagnostics.CodeAnalysis.UnscopedRef]
    private ReadOnlySpan<byte> Wrap(ReadOnlySpan<byte> flight, int message, int head, int size)
    {
        int start = message + head, total = flight.Length - size + _partSize;
        Span<byte> sent = _sent;
        sent[0] = HandshakeRecord;
        (sent[1], sent[2], sent[3], sent[4]) = (3, 3, (byte)(total >> 8), (byte)total);
        flight.Slice(0, start).CopyTo(sent.Slice(RecordHead));
        Part.CopyTo(sent.Slice(RecordHead + start));
        flight.Slice(start + size).CopyTo(sent.Slice(RecordHead + start + _partSize));
        // Of the message, and of the list and the certificate in it: each is of all that follows it up to the part's end
        for (int at = message + 1; at < start; at += 3)
        {
            int length = start + _partSize - at - 3;
            (sent[RecordHead + at], sent[RecordHead + at + 1], sent[RecordHead + at + 2]) = ((byte)(length >> 16), (byte)(length >> 8), (byte)length);
        }

        return sent.Slice(0, RecordHead + total);
    }

    private void Count()
    {
        Tape.Settle();
        if (Session.Phase == Phase.Bank)
        {
            Session.GiveUp();
            Waited++;
        }
        else if (Session.Phase == Phase.Result && Session.Ending == Ending.NoBank)
        {
            Refused++;
        }

        if (Session.Phase != Phase.Result || Session.Ending != Ending.NoBank)
            Accepted++;
        Tape.Return();
    }

    // One to four changes: of bits, bytes, lengths, order; in a certificate also an element that is longer. What comes out does not begin with the genuine one: with that whole, what follows would be of the next.
    private void Damage(ReadOnlySpan<byte> genuine, bool isCertificate)
    {
        Span<byte> bytes = _part;
        do
        {
            genuine.CopyTo(bytes);
            _partSize = genuine.Length;
            if (isCertificate && Draw(8) == 0)
                Lengthen(bytes, 0, 1 + Draw(LongestNoise));
            for (int changes = 1 + Draw(4); changes > 0 && _partSize > 0; changes--)
                Change(bytes);
        }
        while (_partSize >= genuine.Length && Characters.IsSame(Part.Slice(0, genuine.Length), genuine));
    }

    // Puts noise into one of an element's parts, or into itself, and has the lengths around it right: who believes a length may write beyond his room.
    // Returns how much longer the element is.
    private int Lengthen(Span<byte> bytes, int at, int noise)
    {
        int head = HeadOf(bytes, at), end = EndOf(bytes, at), size = end - at - head, parts = Parts(bytes, at + head, end), part = at + head, added = noise;
        if (parts > 0 && Draw(4) > 0)
        {
            for (int skipped = Draw(parts); skipped > 0; skipped--)
                part = EndOf(bytes, part);
            added = Lengthen(bytes, part, noise);
        }
        else
        {
            Shift(bytes, end, noise);
            for (int i = 0; i < noise; i++)
                bytes[end + i] = (byte)Draw(256);
        }

        Shift(bytes, at + head, LongHead - head);
        (bytes[at + 1], bytes[at + 2], bytes[at + 3]) = (0x82, (byte)((size + added) >> 8), (byte)(size + added));
        return added + LongHead - head;
    }

    // Elements that fill a place, 0 if it holds something else
    private static int Parts(ReadOnlySpan<byte> bytes, int at, int end)
    {
        int parts = 0;
        for (; at + 2 <= end && at + HeadOf(bytes, at) <= end; parts++)
            at = EndOf(bytes, at);
        return at == end ? parts : 0;
    }

    // Heads in DER (X.690, 8.1.3): of a byte, or of as many as its first says
    private static int HeadOf(ReadOnlySpan<byte> bytes, int at) => bytes[at + 1] < 0x80 ? 2 : 2 + (bytes[at + 1] & 3);

    private static int EndOf(ReadOnlySpan<byte> bytes, int at)
    {
        int head = HeadOf(bytes, at), size = head == 2 ? bytes[at + 1] & 0x7f : 0;
        for (int i = 2; i < head; i++)
            size = size << 8 | bytes[at + i];
        return at + head + size;
    }

    private void Shift(Span<byte> bytes, int at, int size)
    {
        bytes.Slice(at, _partSize - at).CopyTo(bytes.Slice(at + size));
        _partSize += size;
    }

    private void Change(Span<byte> bytes)
    {
        int at = Draw(_partSize), size = 1 + Draw(8);
        size = size < _partSize - at ? size : _partSize - at;
        switch (Draw(7))
        {
            case 0:
                bytes[at] ^= (byte)(1 << Draw(8));
                break;
            case 1:
                bytes[at] = (byte)Draw(256);
                break;
            case 2:
                bytes.Slice(at + size, _partSize - at - size).CopyTo(bytes.Slice(at));
                _partSize -= size;
                break;
            case 3:
                Shift(bytes, at, size);
                break;
            case 4:
                _partSize = at;
                break;
            case 5:
                bytes[at] = (byte)Draw(2);
                break;
            default:
                bytes[at] = 0xff;
                break;
        }
    }

    // xorshift64 (Marsaglia 2003)
    private int Draw(int count)
    {
        _random ^= _random << 13;
        _random ^= _random >> 7;
        _random ^= _random << 17;
        return (int)((_random >> 11) % (ulong)count);
    }

    [InlineArray(8192)]
    private struct Room
    {
        private byte _first;
    }
}
