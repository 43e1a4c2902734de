using System.Net;
using System.Net.Sockets;
using Xunit;

namespace Redoubt.Systems;

/// <summary>Attacks by who carries the bytes between the pinpad and the bank: replay, exchanged connections, downgrade, and connections that end when it suits him.</summary>
public sealed class PadRelayTests
{
    // Messages of the relay, docs/pin-entry.md
    private const byte Authorise = 1, Data = 3, Closed = 4, Close = 131, Ended = 132;

    private const ushort Tls12 = 0x0303, Offered = 0xc02b;

    private const string NoBank = "ending 1 verdict 3 left 0 \\.\n", Pays = "pay .*\n";

    // Places in a ClientHello's record (RFC 5246, 6.2.1 and 7.4.1.2); the session's name is empty.
    internal const int HelloVersion = 9, SessionSize = 43, Suites = 44;

    private static readonly byte[] s_suites = [0xc0, 0x2b, 0xcc, 0xa9];

    [Fact]
    public void ARecordedBankIsNotBelieved()
    {
        using PadMachine pad = new();
        Assert.DoesNotContain("pay", PlayTheBankAgain(pad), StringComparison.Ordinal);
    }

    /// <summary>A pinpad that draws the same numbers for each connection.</summary>
    [Fact]
    public void ARecordedBankIsBelievedWhereNothingIsFresh()
    {
        using PadMachine pad = new(mutant: new KernelMutant("Pad").Begin("Pad_Redoubt_PinPad_Credentials__Draw", KernelMutant.Return));
        Assert.Contains("pay", PlayTheBankAgain(pad), StringComparison.Ordinal);
    }

    [Fact]
    public void ARecordedPinpadCostsNoAttempt()
    {
        using PadMachine pad = new();
        pad.EnrolCustomer();
        List<byte> sent = [];
        pad.Change = (toBank, bytes) =>
        {
            if (toBank)
                sent.AddRange(bytes);
            return bytes;
        };
        pad.StartAuthorise(pad.Ask());
        pad.Expect(Pays);
        pad.Type("p " + Wrong(pad));
        pad.Expect("ending 0 verdict 1 left 4 \\.\n");
        byte[] conversation = [.. sent];
        for (int i = 0; i < 5; i++)
        {
            using TcpClient again = new("127.0.0.1", pad.Relay.Port);
            again.GetStream().Write(conversation);
            ReadToEnd(again);
        }

        pad.Type("a");
        pad.Expect(Pays);
        pad.Type("p " + Wrong(pad));
        pad.Expect("ending 0 verdict 1 left 3 \\.\n");
    }

    /// <summary>What one connection carries is worth nothing on another.</summary>
    [Fact]
    public void AnExchangedConnectionEndsTheConversation()
    {
        using PadMachine pad = new();
        pad.EnrolCustomer();
        string handle = pad.Ask();
        pad.StartAuthorise(handle);
        pad.Expect(Pays);
        pad.Relay.Reconnect();
        pad.Type("p " + pad.Customer.Pin);
        pad.Expect(NoBank);
        pad.Leave();
        Assert.Equal("waiting", pad.StateOf(handle));

        // Ended while the PIN is typed, the pinpad says what it has to say on a new one: the bank does not take it there.
        pad.StartAuthorise(handle);
        pad.Expect(Pays);
        pad.Relay.Send(Closed, []);
        pad.Type("p " + pad.Customer.Pin);
        pad.Expect("ending 0 verdict 3 left 0 \\.\n");
        pad.Leave();
        Assert.Equal("waiting", pad.StateOf(handle));
        pad.Authorise(handle);
    }

    /// <summary>The bank counts before it answers: an answer that is held back, or a device that is switched off, gives no attempt back.</summary>
    [Fact]
    public void AnAttemptCountsWhetherItsAnswerArrivesOrTheDeviceIsSwitchedOff()
    {
        using PadMachine pad = new();
        pad.EnrolCustomer();
        string handle = pad.Ask();
        foreach (int _ in (int[])[1, 2])
        {
            pad.StartAuthorise(handle);
            pad.Expect(Pays);
            pad.Change = (toBank, bytes) =>
            {
                if (toBank)
                    return bytes;
                pad.Relay.Send(Closed, []);
                return [];
            };
            pad.Type("p " + Wrong(pad));
            pad.Expect(NoBank);
            pad.Change = (_, bytes) => bytes;
            pad.Leave();
            pad.Reboot();
        }

        pad.StartAuthorise(handle);
        pad.Expect(Pays);
        pad.Type("p " + Wrong(pad));
        pad.Expect("ending 0 verdict 1 left 2 \\.\n");
        pad.Leave();
        pad.Authorise(handle);
    }

    [Fact]
    public void NothingButTheBestIsOfferedAndNothingLessCanBeMadeOfIt()
    {
        using PadMachine pad = new();
        pad.EnrolCustomer();
        byte[] hello = [];
        string handle = pad.Ask();
        pad.Change = ChangeHello(bytes => hello = bytes);
        pad.Authorise(handle);
        Assert.Equal([3, 3], hello[HelloVersion..(HelloVersion + 2)]);
        Assert.Equal([0, 0, (byte)s_suites.Length, .. s_suites], hello[SessionSize..(Suites + 2 + s_suites.Length)]);
        // Renegotiation info (RFC 5746), server name, signatures, groups, point formats; so no session tickets (RFC 5077)
        Assert.Equal([0, 10, 11, 13, 0xff01], Extensions(hello).Order());

        (string What, Func<byte[], byte[]> Change)[] changes =
        [
            ("TLS 1.1", bytes => With(bytes, HelloVersion + 1, 2)),
            ("TLS 1.0", bytes => With(bytes, HelloVersion + 1, 1)),
            ("the second suite only", bytes => Replace(bytes, s_suites, [0xcc, 0xa9, 0xcc, 0xa9])),
            ("a suite without encryption", bytes => Replace(bytes, s_suites, [0xc0, 0x06, 0xc0, 0x06])),
            ("a suite of TLS 1.0", bytes => Replace(bytes, s_suites, [0xc0, 0x09, 0xc0, 0x0a])),
            ("a session's name", bytes => With(bytes, SessionSize - 1, 7)),
        ];
        foreach ((string what, Func<byte[], byte[]> change) in changes)
        {
            handle = pad.Ask();
            pad.Change = ChangeHello(bytes => change(bytes));
            pad.StartAuthorise(handle);
            TestContext.Current.TestOutputHelper?.WriteLine(what);
            pad.Expect(NoBank);
            pad.Leave();
            Assert.Equal("waiting", pad.StateOf(handle));
        }
    }

    /// <summary>Of a bank that chooses what was not offered no second message is waited for.</summary>
    [Fact]
    public void AnAnswerBelowWhatWasOfferedIsRefusedAtOnce()
    {
        using PadMachine pad = new();
        Assert.All((ushort[])[0x0300, 0x0301, 0x0302, 0x0304], version => Assert.False(WaitsForMore(pad, version, Offered, 0)));
        Assert.All((ushort[])[0xc009, 0xc006, 0xc02f, 0x1301], suite => Assert.False(WaitsForMore(pad, Tls12, suite, 0)));
        Assert.False(WaitsForMore(pad, 0x0301, 0xc009, 0));
        Assert.False(WaitsForMore(pad, Tls12, Offered, compression: 1));
        Assert.True(WaitsForMore(pad, Tls12, Offered, 0));
    }

    /// <summary>Whether the pinpad goes on after a ServerHello.</summary>
    internal static bool WaitsForMore(PadMachine pad, ushort version, ushort suite, byte compression)
    {
        byte[] hello = [(byte)(version >> 8), (byte)version, .. new byte[32], 0, (byte)(suite >> 8), (byte)suite, compression];
        using Speaker speaker = new([22, (byte)(version >> 8), (byte)version, 0, (byte)(hello.Length + 4), 2, 0, 0, (byte)hello.Length, .. hello]);
        pad.Relay.Port = speaker.Port;
        pad.Change = (toBank, bytes) =>
        {
            if (toBank)
                return bytes;
            // A request while there is one is answered at once: what was said before was about the ServerHello.
            pad.Relay.Send(Data, bytes);
            pad.Relay.Send(Authorise, new byte[17]);
            return [];
        };
        int before = pad.Relay.Heard.Count;
        pad.StartAuthorise(new string('0', 32));
        pad.ExpectEnd();
        bool waits = !pad.Relay.Heard.Skip(before).TakeWhile(message => message.Type != Ended).Any(message => message.Type == Close);
        if (waits)
            pad.Relay.Send(Closed, []);
        pad.Leave();
        return waits;
    }

    /// <summary>Records a conversation, and gives the bank's part of it to the pinpad when it asks for another.</summary>
    /// <returns>What the pinpad then shows.</returns>
    private static string PlayTheBankAgain(PadMachine pad)
    {
        pad.EnrolCustomer();
        List<byte> came = [];
        pad.Change = (toBank, bytes) =>
        {
            if (!toBank)
                came.AddRange(bytes);
            return bytes;
        };
        pad.StartAuthorise(pad.Ask());
        pad.Expect(Pays);
        using Speaker speaker = new([.. came]);
        pad.Type("c");
        pad.Expect("ending 0 verdict 4 left 5 \\.\n");
        pad.Leave();
        pad.Relay.Port = speaker.Port;
        pad.StartAuthorise(pad.Ask());
        return pad.Expect("(pay|ending) .*\n").Value;
    }

    private static string Wrong(PadMachine pad) => pad.Customer.Pin == "1111" ? "2222" : "1111";

    private static void ReadToEnd(TcpClient connection)
    {
        try
        {
            byte[] buffer = new byte[4096];
            while (connection.GetStream().Read(buffer) > 0)
                continue;
        }
        catch (Exception failure) when (failure is IOException or InvalidOperationException)
        {
            // It was broken off.
        }
    }

    /// <summary>The first piece towards the bank is another.</summary>
    private static Func<bool, byte[], byte[]> ChangeHello(Func<byte[], byte[]> change)
    {
        bool isFirst = true;
        return (toBank, bytes) =>
        {
            bool isHello = toBank && isFirst;
            isFirst &= !toBank;
            return isHello ? change(bytes) : bytes;
        };
    }

    private static byte[] With(byte[] bytes, int place, byte value) => [.. bytes[..place], value, .. bytes[(place + 1)..]];

    private static byte[] Replace(byte[] bytes, byte[] what, byte[] by)
    {
        int at = bytes.AsSpan().IndexOf(what);
        return [.. bytes[..at], .. by, .. bytes[(at + what.Length)..]];
    }

    private static IEnumerable<int> Extensions(byte[] hello)
    {
        // Behind the suites, the one compression method and the size of all
        for (int at = Suites + 2 + s_suites.Length + 2 + 2; at < hello.Length; at += 4 + (hello[at + 2] << 8 | hello[at + 3]))
            yield return hello[at] << 8 | hello[at + 1];
    }

    /// <summary>Somebody who says the same to whoever connects, and listens.</summary>
    private sealed class Speaker : IDisposable
    {
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

        public Speaker(byte[] words)
        {
            _listener.Start();
            new Thread(() => Speak(words)) { IsBackground = true }.Start();
        }

        public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

        public void Dispose() => _listener.Dispose();

        private void Speak(byte[] words)
        {
            try
            {
                using TcpClient client = _listener.AcceptTcpClient();
                client.GetStream().Write(words);
                ReadToEnd(client);
            }
            catch (Exception failure) when (failure is SocketException or IOException or ObjectDisposedException)
            {
                // Nobody came, or nobody listened.
            }
        }
    }
}
