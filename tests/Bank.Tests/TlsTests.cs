using System.Formats.Cbor;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Org.BouncyCastle.Tls;
using Redoubt.Bank.Tests.Simulation;

namespace Redoubt.Bank.Tests;

/// <summary>What the bank does in TLS and HTTP, below the messages.</summary>
public sealed class TlsTests
{
    [Theory]
    [InlineData(CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256)]
    [InlineData(CipherSuite.TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256)]
    public async Task Two_cipher_suites_are_spoken(int suite)
    {
        await using TestBank bank = await TestBank.Start();
        Connect(bank, bank.NewDevice(), ProtocolVersion.TLSv12, suite).Dispose();
    }

    [Theory]
    [InlineData(CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256)]
    [InlineData(CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384)]
    [InlineData(CipherSuite.TLS_RSA_WITH_AES_128_GCM_SHA256)]
    public async Task No_other_suite_is_spoken(int suite)
    {
        await using TestBank bank = await TestBank.Start();
        Assert.ThrowsAny<IOException>(() => Connect(bank, bank.NewDevice(), ProtocolVersion.TLSv12, suite));
        Assert.Equal("failed handshake", await bank.WaitForReason());
    }

    [Fact]
    public async Task No_other_version_is_spoken()
    {
        await using TestBank bank = await TestBank.Start();
        Assert.ThrowsAny<IOException>(() => Connect(bank, bank.NewDevice(), ProtocolVersion.TLSv11, CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA));
        Assert.ThrowsAny<IOException>(() => Connect(bank, bank.NewDevice(), ProtocolVersion.TLSv13, CipherSuite.TLS_AES_128_GCM_SHA256));
        Assert.Equal("failed handshake", await bank.WaitForReason());
    }

    [Fact]
    public async Task A_session_is_not_resumed()
    {
        await using TestBank bank = await TestBank.Start();
        SimulatedDevice device = bank.EnrolledDevice();
        TlsSettings first = new() { Chain = device.Chain, Key = device.Leaf };
        using (TlsConnection connection = new(bank.Server.DevicePort, first))
            Assert.NotNull(first.Established);
        TlsSettings second = new() { Chain = device.Chain, Key = device.Leaf, Resume = first.Established };
        using TlsConnection again = new(bank.Server.DevicePort, second);
        Assert.False(second.IsResumed);
    }

    [Fact]
    public async Task The_server_is_certified_by_the_anchor_for_its_host()
    {
        await using TestBank bank = await TestBank.Start();
        SimulatedDevice device = bank.NewDevice();
        TlsSettings settings = new() { Chain = device.Chain, Key = device.Leaf };
        new TlsConnection(bank.Server.DevicePort, settings).Dispose();
        using X509Certificate2 server = X509CertificateLoader.LoadCertificate(settings.ServerCertificate);
        using X509Certificate2 anchor = X509CertificateLoader.LoadCertificateFromFile(Path.Combine(bank.Folder, "root.der"));
        using X509Chain chain = new();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(anchor);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        // A device's clock stands at its build date.
        chain.ChainPolicy.VerificationTime = new DateTime(2026, 11, 1, 0, 0, 0, DateTimeKind.Utc);
        Assert.True(chain.Build(server));
        Assert.True(server.MatchesHostname("bank.example"));
    }

    [Fact]
    public async Task The_anchors_name_the_bank_and_stay_when_it_restarts()
    {
        await using TestBank bank = await TestBank.Start();
        byte[] anchors = Anchors(bank);
        CborReader reader = new(anchors, CborConformanceMode.Canonical);
        using X509Certificate2 root = X509CertificateLoader.LoadCertificateFromFile(Path.Combine(bank.Folder, "root.der"));
        Assert.Equal(1, reader.ReadStartArray());
        Assert.Equal(4, reader.ReadStartMap());
        Assert.Equal((1, "Meridian Bank"), (reader.ReadInt32(), reader.ReadTextString()));
        Assert.Equal((2, "bank.example"), (reader.ReadInt32(), reader.ReadTextString()));
        Assert.Equal(3, reader.ReadInt32());
        Assert.Equal(root.SubjectName.RawData, reader.ReadByteString());
        Assert.Equal(4, reader.ReadInt32());
        Assert.Equal(root.PublicKey.EncodedKeyValue.RawData, reader.ReadByteString());
        reader.ReadEndMap();
        reader.ReadEndArray();
        Assert.Equal(0, reader.BytesRemaining);
        await bank.Restart();
        Assert.Equal(anchors, Anchors(bank));
    }

    private static byte[] Anchors(TestBank bank) => File.ReadAllBytes(Path.Combine(bank.Folder, "anchors.cbor"));

    public static TheoryData<string> BadRequests =>
    [
        "GET /pin-entry/1 HTTP/1.1\r\nHost: bank.example\r\n\r\n",
        "POST /pin-entry/2 HTTP/1.1\r\nHost: bank.example\r\nContent-Type: application/vnd.redoubt.pin-entry\r\nContent-Length: 512\r\n\r\n",
        "POST /pin-entry/1?x=1 HTTP/1.1\r\nHost: bank.example\r\nContent-Type: application/vnd.redoubt.pin-entry\r\nContent-Length: 512\r\n\r\n",
        "POST /pin-entry/1 HTTP/1.1\r\nHost: bank.example\r\nContent-Type: text/plain\r\nContent-Length: 512\r\n\r\n",
        "POST /pin-entry/1 HTTP/1.1\r\nHost: bank.example\r\nContent-Length: 512\r\n\r\n",
        "POST /pin-entry/1 HTTP/1.1\r\nHost: bank.example\r\nContent-Type: application/vnd.redoubt.pin-entry\r\nContent-Length: 511\r\n\r\n",
        "POST /pin-entry/1 HTTP/1.1\r\nHost: bank.example\r\nContent-Type: application/vnd.redoubt.pin-entry\r\nContent-Length: 513\r\n\r\n",
        "POST /pin-entry/1 HTTP/1.1\r\nHost: bank.example\r\nContent-Type: application/vnd.redoubt.pin-entry\r\nContent-Length: 0\r\n\r\n",
        "POST /pin-entry/1 HTTP/1.1\r\nHost: bank.example\r\nContent-Type: application/vnd.redoubt.pin-entry\r\n\r\n",
        "POST /pin-entry/1 HTTP/1.1\r\nHost: bank.example\r\nContent-Type: application/vnd.redoubt.pin-entry\r\nContent-Length: 512\r\nContent-Length: 512\r\n\r\n",
        "POST /pin-entry/1 HTTP/1.1\r\nHost: bank.example\r\nContent-Type: application/vnd.redoubt.pin-entry\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "POST /pin-entry/1 HTTP/1.1\r\nContent-Type: application/vnd.redoubt.pin-entry\r\nContent-Length: 512\r\n\r\n",
        "POST /pin-entry/1 SPDY/3\r\n\r\n",
        "\0\0\0\0\r\n\r\n",
    ];

    [Theory]
    [MemberData(nameof(BadRequests))]
    public async Task Another_request_is_answered_400_and_is_the_last(string request)
    {
        await using TestBank bank = await TestBank.Start();
        using PinPad pad = bank.Connect(bank.EnrolledDevice());
        byte[] fetch = PinPad.Frame(PinPad.Message(1, 3, writer => writer.WriteByteString(bank.NewTransfer())));
        HttpAnswer answer = pad.Send([.. Encoding.ASCII.GetBytes(request), .. fetch]);
        Assert.InRange(answer.Status, 400, 505);
        Assert.Empty(answer.Body);
        Assert.ThrowsAny<IOException>(() => pad.Send(PinPad.Request(fetch)));
    }

    [Fact]
    public async Task A_header_that_is_too_long_is_refused()
    {
        await using TestBank bank = await TestBank.Start();
        using PinPad pad = bank.Connect(bank.EnrolledDevice());
        HttpAnswer answer = pad.Send(Encoding.ASCII.GetBytes($"POST /pin-entry/1 HTTP/1.1\r\nHost: bank.example\r\nX: {new string('x', 2000)}\r\n\r\n"));
        Assert.Equal(431, answer.Status);
    }

    [Fact]
    public async Task A_frame_that_is_none_is_refused_and_logged()
    {
        await using TestBank bank = await TestBank.Start();
        using PinPad pad = bank.Connect(bank.EnrolledDevice());
        Assert.Equal(400, pad.Send(PinPad.Request(new byte[PinPad.FrameSize])).Status);
        Assert.Equal("malformed request", bank.LastReason);
    }

    /// <summary>Through TLS, Kestrel and all: nothing but refusals, and afterwards the bank still works.</summary>
    [Fact]
    public async Task Mutants_of_a_request_do_no_harm()
    {
        await using TestBank bank = await TestBank.Start();
        SimulatedDevice device = bank.EnrolledDevice();
        byte[] request = PinPad.Request(PinPad.Frame(PinPad.Message(1, 3, writer => writer.WriteByteString(new byte[16]))));
        int head = request.AsSpan().IndexOf("\r\n\r\n"u8);
        Random random = new(11);
        for (int i = 0; i < 200; i++)
        {
            byte[] mutant = [.. request];
            mutant[random.Next(head)] ^= (byte)(1 << random.Next(8));
            using PinPad pad = bank.Connect(device);
            // Nothing more comes, so that whoever waits for it finds the end.
            pad.Connection.Stream.Write(mutant);
            pad.Connection.Finish();
            Assert.Matches("^(|HTTP/1.1 (200|4..|505) .*)$", pad.Connection.ReadLine());
        }

        using PinPad last = bank.Connect(device);
        Assert.Equal((Said.Authorised, 5), last.Confirm(last.Fetch(bank.NewTransfer()).Transaction!, bank.Customer.Pin));
    }

    [Fact]
    public async Task What_is_no_TLS_does_no_harm()
    {
        await using TestBank bank = await TestBank.Start();
        Random random = new(13);
        for (int i = 0; i < 200; i++)
        {
            byte[] noise = new byte[random.Next(1, 400)];
            random.NextBytes(noise);
            if (i % 2 == 0)
                new byte[] { 0x16, 0x03, 0x01, 0x00, (byte)noise.Length, 0x01 }.AsSpan(0, int.Min(6, noise.Length)).CopyTo(noise);
            using TcpClient tcp = new("127.0.0.1", bank.Server.DevicePort);
            await tcp.GetStream().WriteAsync(noise, TestContext.Current.CancellationToken);
        }

        SimulatedDevice device = bank.EnrolledDevice();
        using PinPad pad = bank.Connect(device);
        Assert.Equal((Said.Authorised, 5), pad.Confirm(pad.Fetch(bank.NewTransfer()).Transaction!, bank.Customer.Pin));
    }

    [Fact]
    public async Task A_handshake_that_begins_with_another_message_is_refused_and_logged()
    {
        await using TestBank bank = await TestBank.Start();
        using TcpClient tcp = new("127.0.0.1", bank.Server.DevicePort);
        // A record with a ServerHello's head (RFC 5246, 6.2.1 and 7.4)
        tcp.GetStream().Write([22, 3, 3, 0, 4, 2, 0, 0, 0]);
        Assert.Equal("failed handshake", await bank.WaitForReason());
    }

    /// <summary>The relay sees lengths: they must not tell what goes on.</summary>
    [Fact]
    public async Task Answers_have_one_length()
    {
        await using TestBank bank = await TestBank.Start();
        using PinPad pad = bank.Connect(bank.EnrolledDevice());
        byte[] Request(byte[] message) => PinPad.Request(PinPad.Frame(message));
        byte[] fetch = PinPad.Message(1, 3, writer => writer.WriteByteString(bank.NewTransfer()));
        byte[] unknown = PinPad.Message(1, 3, writer => writer.WriteByteString(new byte[16]));
        byte[] enrol = PinPad.Message(5, 3, writer => writer.WriteTextString("0000000000"));
        Assert.Single(new[] { fetch, unknown, enrol }.Select(message => pad.Send(Request(message))).Select(answer => answer.Head.Length + answer.Body.Length).Distinct());
    }

    private static TlsConnection Connect(TestBank bank, SimulatedDevice device, ProtocolVersion version, int suite) =>
        new(bank.Server.DevicePort, new TlsSettings { Chain = device.Chain, Key = device.Leaf, Versions = version.Only(), Suites = [suite] });
}
