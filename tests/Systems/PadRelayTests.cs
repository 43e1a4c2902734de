using System.Net.Sockets;
using Xunit;

namespace Redoubt.Systems;

/// <summary>Attacks by who carries the bytes between the pinpad and the bank: replay, exchanged connections, downgrade, and connections that end when it suits him.</summary>
public sealed class PadRelayTests
{
    // Messages of the relay, docs/pin-entry.md
    private const byte Authorise = 1, Data = 3, Closed = 4, Close = 131, Ended = 132;

    private const ushort Tls12 = 0x0303, Offered = 0xc02b;

    private const string Pays = "pay .*\n";

    [Fact]
    public void ARecordedBankIsNotBelieved()
    {
        using PadMachine pad = new();
        pad.EnrolCustomer();
        RelayAttacks.PlayTheBankAgain(pad);
    }

    /// <summary>A pinpad that draws the same numbers for each connection.</summary>
    [Fact]
    public void ARecordedBankIsBelievedWhereNothingIsFresh()
    {
        using PadMachine pad = new(mutant: new ProgramMutant("Pad").Begin("Pad_Redoubt_PinPad_Credentials__Draw", ProgramMutant.Return));
        pad.EnrolCustomer();
        Assert.Throws<BreachException>(() => RelayAttacks.PlayTheBankAgain(pad));
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
        pad.Type("p " + RelayAttacks.WrongPin(pad));
        pad.Expect("ending 0 verdict 1 left 4 \\.\n");
        byte[] conversation = [.. sent];
        for (int i = 0; i < 5; i++)
        {
            using TcpClient again = new("127.0.0.1", pad.Relay.Port);
            again.GetStream().Write(conversation);
            Speaker.ReadToEnd(again);
        }

        pad.Type("a");
        pad.Expect(Pays);
        pad.Type("p " + RelayAttacks.WrongPin(pad));
        pad.Expect("ending 0 verdict 1 left 3 \\.\n");
    }

    /// <summary>What one connection carries is worth nothing on another.</summary>
    [Fact]
    public void AnExchangedConnectionEndsTheConversation()
    {
        using PadMachine pad = new();
        pad.EnrolCustomer();
        RelayAttacks.ExchangeConnections(pad);
    }

    /// <summary>The bank counts before it answers: an answer that is held back, or a device that is switched off, gives no attempt back.</summary>
    [Fact]
    public void AnAttemptCountsWhetherItsAnswerArrivesOrTheDeviceIsSwitchedOff()
    {
        using PadMachine pad = new();
        pad.EnrolCustomer();
        RelayAttacks.HoldAnswersBack(pad, 2, pad.Reboot);
    }

    [Fact]
    public void NothingButTheBestIsOfferedAndNothingLessCanBeMadeOfIt()
    {
        using PadMachine pad = new();
        pad.EnrolCustomer();
        byte[] hello = [];
        string handle = pad.Ask();
        pad.Change = ClientHello.Change(bytes => hello = bytes);
        pad.Authorise(handle);
        Assert.Equal([3, 3], hello[ClientHello.Version..(ClientHello.Version + 2)]);
        Assert.Equal([0, 0, (byte)ClientHello.Suites.Length, .. ClientHello.Suites], hello[ClientHello.SessionSize..(ClientHello.SuitesSize + 2 + ClientHello.Suites.Length)]);
        // Renegotiation info (RFC 5746), server name, signatures, groups, point formats; so no session tickets (RFC 5077)
        Assert.Equal([0, 10, 11, 13, 0xff01], ClientHello.Extensions(hello).Order());

        RelayAttacks.Downgrade(pad);
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
}
