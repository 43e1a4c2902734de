using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Redoubt.PinPad.Protocol;

namespace Redoubt.PinPad.Tests;

/// <summary>
/// Each parser of the pinpad against 100,000 malformed inputs: it refuses them. Whether one is malformed the tests decide on their own: by writing again what was read, or by a
/// second reading that shares no line with the first.
/// </summary>
public partial class MalformedTests
{
    private const int Inputs = 100_000;

    /// <summary>A parser: what there is to damage, whether something is well-formed, whether it is accepted, and whether it would be by a parser that lacks a check.</summary>
    private sealed record Parser(byte[][] Seeds, Func<byte[], bool> IsWellFormed, Func<byte[], bool> Accepts, Func<byte[], bool> AcceptsLax);

    private static readonly Dictionary<string, Parser> s_parsers = new()
    {
        ["transactions"] = new([Samples.Transaction(), Samples.Transaction("A", "1", 1, "JPY", "en", 10)], IsTransaction, input => Transaction.TryRead(input, out _), AcceptsTransactionWithTail),
        ["statuses"] = new([Samples.Status(0, 5), Samples.Status(1, 3)], IsStatus, input => Messages.TryReadStatus(input, out _, out _), input => input.Length > 9 && Messages.TryReadStatus(input.AsSpan(0, 9), out _, out _)),
        ["frames"] = new([Framed(Samples.Status(0, 5)), Framed(Samples.Transaction())], IsFrame, input => Frame.TryOpen(input, out _), input => input.Length == Frame.Size && input[0] < 2),
        ["answers"] = new([Samples.Answer(Samples.Status(0, 5))], IsAnswer, input => Http.Read(input, out _) == Http.Progress.Whole, input => Encoding.Latin1.GetString(input).Contains("Content-Length: 512", StringComparison.Ordinal)),
        ["anchors"] = new([Samples.Anchors(2)[..200], Samples.Anchors(1)[..110]], IsAnchor, input => BankAnchor.TryFind(input, 0, out _), input => input.Length > 90 && input[1] == 0xa4),
    };

    public static TheoryData<string> Parsers => [.. s_parsers.Keys];

    [Theory]
    [MemberData(nameof(Parsers))]
    public void MalformedInputsAreRefused(string name)
    {
        Parser parser = s_parsers[name];
        Assert.All(parser.Seeds, seed => Assert.True(parser.IsWellFormed(seed) && parser.Accepts(seed)));
        (int refused, int wrong) = Try(parser, parser.Accepts, Inputs);
        Assert.Equal((Inputs, 0), (refused, wrong));
    }

    [Theory]
    [MemberData(nameof(Parsers))]
    public void AParserThatLacksACheckIsFoundOut(string name) => Assert.InRange(Try(s_parsers[name], s_parsers[name].AcceptsLax, 1000).Wrong, 1, int.MaxValue);

    /// <summary>Nothing on the line is refused; what is no message is passed over, as a second reading finds.</summary>
    [Fact]
    public void WhateverIsOnTheLineTheMessagesInItAreFound()
    {
        Random random = new(5);
        byte[] seed = [1, 0, 17, .. new byte[17], 3, 0, 9, 1, 2, 3, 4, 5, 6, 7, 8, 9, 4, 0, 0, 3, 4, 0, .. Enumerable.Repeat((byte)7, 1024), 2, 0, 1, 0, 9, 4, 1, .. new byte[1025], 4, 0, 0];
        int malformed = 0, found = 0;
        while (malformed < Inputs)
        {
            byte[] line = random.Next(2) == 0 ? Samples.Damage(seed, random) : Samples.Damage(seed[..random.Next(1, 60)], random);
            RelayReader reader = new();
            List<(byte Type, string Content)> read = [];
            foreach (byte value in line)
            {
                if (reader.Take(value))
                    read.Add((reader.Type, Convert.ToHexString(reader.Content)));
            }

            Assert.Equal(MessagesOn(line), read);
            found += read.Count;
            malformed++;
        }

        Assert.InRange(found, 1, int.MaxValue);
    }

    private static (int Refused, int Wrong) Try(Parser parser, Func<byte[], bool> accepts, int count)
    {
        Random random = new(1);
        int refused = 0, wrong = 0;
        while (refused + wrong < count)
        {
            byte[] input = Samples.Damage(parser.Seeds[random.Next(parser.Seeds.Length)], random);
            bool accepted = accepts(input);
            if (parser.IsWellFormed(input))
                continue;
            if (accepted)
                wrong++;
            else
                refused++;
        }

        return (refused, wrong);
    }

    /// <summary>Written again, a transaction has the same bytes.</summary>
    private static bool IsTransaction(byte[] input)
    {
        if (!Transaction.TryRead(input, out Transaction read))
            return false;
        string payee = Encoding.UTF8.GetString(read.PayeeName), account = Encoding.UTF8.GetString(read.PayeeAccount), currency = Encoding.UTF8.GetString(read.Currency);
        // The locale is read and not kept: it stands before the timeout.
        int behind = read.Timeout < 24 ? 2 : 3, at = input.AsSpan(0, input.Length - behind).LastIndexOf((byte)8);
        string locale = Encoding.ASCII.GetString(input.AsSpan(at + 2, input.Length - behind - at - 2));
        byte[] again = Samples.Transaction(payee, account, (long)read.Amount, currency, locale, read.Timeout);
        read.Id.CopyTo(again.AsSpan(7));
        read.Nonce.CopyTo(again.AsSpan(26));
        return again.AsSpan().SequenceEqual(input) && LocaleForm().IsMatch(locale) && !payee.Any(char.IsControl);
    }

    private static bool AcceptsTransactionWithTail(byte[] input) => Enumerable.Range(1, input.Length).Any(size => Transaction.TryRead(input.AsSpan(0, size), out _));

    private static bool IsStatus(byte[] input) => Messages.TryReadStatus(input, out Verdict verdict, out int left) && Samples.Status((long)verdict, left).AsSpan().SequenceEqual(input);

    private static bool IsFrame(byte[] input) =>
        input.Length == 512 && (input[0] << 8 | input[1]) is var length && length <= 510 && input.AsSpan(2 + length).IndexOfAnyExcept((byte)0) < 0;

    private static bool IsAnswer(byte[] input)
    {
        string text = Encoding.Latin1.GetString(input);
        if (AnswerForm().Match(text) is not { Success: true, Length: <= 1024 } head || input.Length - head.Length != 512)
            return false;
        ILookup<string, string> fields = head.Groups[1].Captures.Select(field => field.Value.Split(':', 2)).ToLookup(field => field[0].ToLowerInvariant(), field => field[1].TrimEnd('\r', '\n').Trim(' '));
        return fields["content-length"].SequenceEqual(["512"]) && fields["content-type"].SequenceEqual(["application/vnd.redoubt.pin-entry"]) && !fields.Contains("transfer-encoding");
    }

    /// <summary>The first bank of a page: the array's head, and an entry that is the same when written again.</summary>
    private static bool IsAnchor(byte[] input)
    {
        if (input.Length == 0 || input[0] is < 0x81 or > 0x88 || !BankAnchor.TryFind(input, 0, out BankAnchor bank))
            return false;
        byte[] page = new byte[512];
        Dice.CborWriter writer = new(page);
        writer.Map(4);
        writer.Number(1);
        writer.Text(bank.Name);
        writer.Number(2);
        writer.Text(bank.Host);
        writer.Number(3);
        writer.Bytes(bank.Subject);
        writer.Number(4);
        writer.Bytes(bank.Key);
        return input.AsSpan(1).StartsWith(writer.Written) && bank.Name.Length is > 0 and <= 24 && bank.Host.Length is > 0 and <= 64 && bank.Subject.Length is > 0 and <= 256 && bank.Key.Length == 65 && bank.Key[0] == 4;
    }

    private static List<(byte Type, string Content)> MessagesOn(byte[] line)
    {
        List<(byte, string)> messages = [];
        string rest = Convert.ToHexString(line);
        while (true)
        {
            while (rest.StartsWith("00", StringComparison.Ordinal))
                rest = rest[2..];
            if (rest.Length < 6)
                return messages;
            int length = int.Parse(rest.AsSpan(2, 4), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            if (rest.Length < 6 + 2 * length)
                return messages;
            if (length <= 1024)
                messages.Add((Convert.ToByte(rest[..2], 16), rest.Substring(6, 2 * length)));
            rest = rest[(6 + 2 * length)..];
        }
    }

    private static byte[] Framed(byte[] message)
    {
        byte[] frame = new byte[Frame.Size];
        message.CopyTo(frame, Frame.Head);
        Frame.Close(frame, message.Length);
        return frame;
    }

    [GeneratedRegex("^[A-Za-z0-9-]{2,16}$")]
    private static partial Regex LocaleForm();

    // RFC 9112, 4 and 5; RFC 9110, 5.6.2
    [GeneratedRegex("^HTTP/1\\.1 200(?: [ -~]*)?\r\n((?:[!#$%&'*+.^_`|~0-9A-Za-z-]+):[ -~]*\r\n)*\r\n")]
    private static partial Regex AnswerForm();
}
