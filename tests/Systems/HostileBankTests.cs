using System.Runtime.Versioning;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Redoubt.PinPad.Tests;
using Xunit;

namespace Redoubt.Systems;

/// <summary>The pinpad and a bank that is none, or that says what it likes.</summary>
public sealed class HostileBankTests
{
    private const int Malformed = 7, Recorded = 4;

    // Records of TLS (RFC 5246, 6.2.1)
    private const byte HandshakeRecord = 22, ApplicationRecord = 23;
    private const int RecordHead = 5;

    private const string Host = "bank.example", NoBank = "ending 1 verdict 3 left 0 \\.\n", Handle = "00112233445566778899aabbccddeeff";

    // mov w0, #1; orr with #2, whatever the registers (Arm ARM C6.2)
    private const uint SayYes = 0x5280_0020, SetNoRenegotiation = 0x321f_0000, AnyRegisters = 0xffff_fc00;

    /// <summary>The day of PadMachine's image, which is the pinpad's clock.</summary>
    private static readonly DateTimeOffset s_day = new(2026, 11, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Answers to a fetch that end the conversation.</summary>
    private static readonly Dictionary<string, byte[]> s_refused = new()
    {
        ["nothing"] = [],
        ["noise"] = [.. Enumerable.Range(0, 2000).Select(i => (byte)(i * 7919 >> 3))],
        ["a header of ten megabytes"] = Encoding.ASCII.GetBytes("HTTP/1.1 200 OK\r\nX: " + new string('x', 10_000_000)),
        ["ten megabytes of headers"] = Encoding.ASCII.GetBytes("HTTP/1.1 200 OK\r\n" + string.Concat(Enumerable.Repeat("X: y\r\n", 1_700_000))),
        ["chunks"] = Samples.Answer(Samples.Transaction(), more: "Transfer-Encoding: chunked\r\n"),
        ["two lengths"] = Samples.Answer(Samples.Transaction(), length: "Content-Length: 512\r\nContent-Length: 512\r\n"),
        ["another length"] = Samples.Answer(Samples.Transaction(), length: "Content-Length: 511\r\n"),
        ["no length"] = Samples.Answer(Samples.Transaction(), length: ""),
        ["another status"] = Samples.Answer(Samples.Transaction(), status: "HTTP/1.1 302 Found"),
        ["another version"] = Samples.Answer(Samples.Transaction(), status: "HTTP/1.0 200 OK"),
        ["an answer too many"] = [.. Samples.Answer(Samples.Transaction()), .. Samples.Answer(Samples.Transaction())],
        ["a frame with something behind the message"] = [.. Samples.Answer(Samples.Transaction())[..^1], 1],
        ["a message without an identifier"] = Samples.Answer(Samples.Transaction()[..12]),
        ["a message of indefinite length"] = Samples.Answer([0xbf, .. Samples.Transaction()[1..], 0xff]),
        ["a verdict on what was not asked"] = Samples.Answer(Samples.Status(0, 5)),
        ["an enrolment that was not asked for"] = Samples.Answer(Samples.Status(5, 5)),
    };

    /// <summary>Transactions that are answered as malformed, without being shown.</summary>
    private static readonly Dictionary<string, byte[]> s_malformed = new()
    {
        ["right to left"] = Samples.Transaction(payee: "Ann\u202eecila"),
        ["isolated direction"] = Samples.Transaction(payee: "A\u2067B"),
        ["a line's end"] = Samples.Transaction(payee: "Ann\nPay 1 EUR"),
        ["a terminal's command"] = Samples.Transaction(payee: "A\u001b[2JB"),
        ["no width"] = Samples.Transaction(payee: "A\u200bB"),
        ["a soft hyphen"] = Samples.Transaction(payee: "A\u00adB"),
        ["a tag"] = Samples.Transaction(payee: "A\U000e0041"),
        ["a space before"] = Samples.Transaction(payee: " Ann"),
        ["too many characters"] = Samples.Transaction(payee: new string('x', 65)),
        ["half a character"] = Replace(Samples.Transaction(payee: "Ann"), "Ann"u8, [0x41, 0xc3, 0x28]),
        ["a surrogate"] = Replace(Samples.Transaction(payee: "Ann"), "Ann"u8, [0xed, 0xa0, 0x80]),
        ["an account in small letters"] = Samples.Transaction(account: "de89"),
        ["nothing to pay"] = Samples.Transaction(amount: 0),
        ["less than nothing"] = Samples.Transaction(amount: -1),
        ["more than can be shown"] = Samples.Transaction(amount: 100_000_000_000),
        ["an unknown currency"] = Samples.Transaction(currency: "XXX"),
        ["no time at all"] = Samples.Transaction(timeout: 0),
        ["all the time there is"] = Samples.Transaction(timeout: long.MaxValue),
        ["something behind"] = [.. Samples.Transaction(), 0],
        ["an amount in more bytes than it needs"] = Replace(Samples.Transaction(), [0x19, 0x30, 0x39], [0x1a, 0, 0, 0x30, 0x39]),
    };

    [Fact]
    public void WhateverTheBankSaysIsRefusedOrAnsweredAsMalformed()
    {
        using PadMachine pad = new();
        using X509Certificate2 certificate = HostileBank.Genuine(pad.BankFolder);
        byte[] next = [];
        using HostileBank bank = new(certificate, (stream, message) =>
        {
            stream.Write(message[2] == 1 ? next : Samples.Answer(Samples.Status(Recorded, 5)));
            if (next.Length == 0)
                stream.Dispose();
        });
        pad.Relay.Port = bank.Port;
        foreach ((string what, byte[] answer) in s_refused)
        {
            next = answer;
            int before = bank.Requests.Count;
            pad.StartAuthorise(Handle);
            pad.Expect(NoBank);
            pad.Leave();
            Assert.True(bank.Requests.Count == before + 1, what);
        }

        foreach ((string what, byte[] transaction) in s_malformed)
        {
            next = Samples.Answer(transaction);
            pad.StartAuthorise(Handle);
            pad.Expect("ending 0 verdict 4 left 5 \\.\n");
            pad.Leave();
            Assert.True(OutcomeOf(bank.Requests[^1]) == Malformed, what);
        }

        Assert.DoesNotContain("\npay ", pad.Text, StringComparison.Ordinal);
    }

    /// <summary>The same answers, where one check is missing: what is shown then.</summary>
    [Theory]
    [InlineData("Protocol_Characters__IsPayeeName", "right to left", "pay 12345 EUR")]
    [InlineData("Protocol_Characters__IsAccount", "an account in small letters", "pay 12345 EUR")]
    [InlineData("Protocol_Http__IsStatusOk", "another status", "pay 12345 EUR")]
    [InlineData("Session__IsDue", "a verdict on what was not asked", "ending 0 verdict 0")]
    public void WhereACheckIsMissingItIsTaken(string check, string answer, string shown)
    {
        using PadMachine pad = new(mutant: new ProgramMutant("Pad").Begin("Pad_Redoubt_PinPad_" + check, SayYes, ProgramMutant.Return));
        using X509Certificate2 certificate = HostileBank.Genuine(pad.BankFolder);
        using HostileBank bank = new(certificate, (stream, _) => stream.Write(s_refused.TryGetValue(answer, out byte[]? bytes) ? bytes : Samples.Answer(s_malformed[answer])));
        pad.Relay.Port = bank.Port;
        pad.StartAuthorise(Handle);
        pad.Expect(shown);
    }

    /// <summary>A server that the bank's root has not certified, or for something else, or for another time.</summary>
    [Fact]
    public void NobodyElseIsTakenForTheBank()
    {
        using PadMachine pad = new();
        using X509Certificate2 root = X509CertificateLoader.LoadCertificateFromFile(Path.Combine(pad.BankFolder, "root.der")), server = HostileBank.Genuine(pad.BankFolder);
        using ECDsa rootKey = HostileBank.Key(pad.BankFolder, "root.key"), serverKey = HostileBank.Key(pad.BankFolder, "server.key"), anyKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        DateTimeOffset past = s_day.AddDays(-10), future = s_day.AddDays(10);
        Impostor[] impostors =
        [
            new("a root of the same name", HostileBank.Issue(root, anyKey, Host, past, future)),
            new("another server of the bank's", HostileBank.Issue(root, rootKey, "other.example", past, future)),
            new("a name that goes on", HostileBank.Issue(root, rootKey, Host + ".example", past, future)),
            new("a certificate that has run out", HostileBank.Issue(root, rootKey, Host, past, s_day.AddDays(-1))),
            new("a certificate of the future", HostileBank.Issue(root, rootKey, Host, s_day.AddDays(1), future)),
            new("a server that certifies others", HostileBank.Issue(server, serverKey, Host, past, future), server),
        ];
        foreach (Impostor impostor in impostors)
        {
            using HostileBank bank = new(impostor.Certificate, (stream, _) => stream.Write(Samples.Answer(Samples.Transaction())), impostor.Sent);
            pad.Relay.Port = bank.Port;
            pad.StartAuthorise(Handle);
            pad.Expect(NoBank);
            pad.Leave();
            Assert.True(bank.Requests.Count == 0, impostor.Name);
            impostor.Certificate.Dispose();
        }

        // So it was not for another reason.
        using X509Certificate2 genuine = HostileBank.Issue(root, rootKey, Host, past, future);
        IsBelieved(pad, genuine);
    }

    [Fact]
    public void AnImpostorIsBelievedWhereSignaturesAreNotVerified()
    {
        using PadMachine pad = new(mutant: new ProgramMutant("Pad").Begin("br_ecdsa_i31_vrfy_asn1", SayYes, ProgramMutant.Return));
        using X509Certificate2 root = X509CertificateLoader.LoadCertificateFromFile(Path.Combine(pad.BankFolder, "root.der"));
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using X509Certificate2 impostor = HostileBank.Issue(root, key, Host, s_day.AddDays(-10), s_day.AddDays(10));
        IsBelieved(pad, impostor);
    }

    [Fact]
    [SupportedOSPlatform("linux")]
    public void ThereIsNoSecondHandshake()
    {
        using PadMachine pad = new();
        Assert.DoesNotContain(HandshakeRecord, AskAgain(pad));
    }

    [Fact]
    [SupportedOSPlatform("linux")]
    public void ThereIsASecondHandshakeWhereItIsAllowed()
    {
        using PadMachine pad = new(mutant: new ProgramMutant("Pad").Replace("Pad_Redoubt_PinPad_Tls_TlsClient__Start", SetNoRenegotiation, AnyRegisters, _ => ProgramMutant.Nop));
        Assert.Contains(HandshakeRecord, AskAgain(pad));
    }

    /// <summary>A bank answers a request with the wish for another handshake, and then ends the connection.</summary>
    /// <returns>Types of the records that the pinpad sent from its request on.</returns>
    [SupportedOSPlatform("linux")]
    private static IEnumerable<byte> AskAgain(PadMachine pad)
    {
        using X509Certificate2 certificate = HostileBank.Genuine(pad.BankFolder);
        CancellationToken stop = TestContext.Current.CancellationToken;
        List<byte> sent = [], types = [];
        pad.Change = (toBank, bytes) =>
        {
            if (toBank)
                sent.AddRange(bytes);
            return bytes;
        };
        using HostileBank bank = new(certificate, (stream, _) =>
        {
            stream.NegotiateClientCertificateAsync(stop).GetAwaiter().GetResult();
            stream.Dispose();
        })
        { AsksForCertificates = false };
        pad.Relay.Port = bank.Port;
        pad.StartAuthorise(Handle);
        pad.Expect(NoBank);
        pad.Leave();
        for (int at = 0; at + RecordHead <= sent.Count; at += RecordHead + (sent[at + 3] << 8 | sent[at + 4]))
            types.Add(sent[at]);
        TestContext.Current.TestOutputHelper?.WriteLine(string.Join(' ', types));
        return types.SkipWhile(type => type != ApplicationRecord);
    }

    private static void IsBelieved(PadMachine pad, X509Certificate2 certificate)
    {
        const string Pin = "71943";
        using HostileBank bank = new(certificate, (stream, message) => stream.Write(Samples.Answer(message[2] == 1 ? Samples.Transaction() : Samples.Status(0, 5))));
        pad.Relay.Port = bank.Port;
        pad.StartAuthorise(Handle);
        pad.Expect("pay 12345 EUR to .*\n");
        pad.Type("p " + Pin);
        pad.Expect("ending 0 verdict 0 left 5 \\.\n");
        pad.Leave();
        Assert.Contains(Pin, Encoding.ASCII.GetString(bank.Requests[^1]), StringComparison.Ordinal);
    }

    private sealed record Impostor(string Name, X509Certificate2 Certificate, params X509Certificate2[] Sent);

    // Behind the heads, the kind, the version and the identifier (docs/pin-entry.md)
    private static int OutcomeOf(byte[] response) => response[24];

    private static byte[] Replace(byte[] message, ReadOnlySpan<byte> what, byte[] by)
    {
        int at = message.AsSpan().IndexOf(what);
        return [.. message[..at], .. by, .. message[(at + what.Length)..]];
    }
}
