using System.Security.Cryptography;
using Redoubt.Bank.Evidence;
using Redoubt.Bank.State;
using Redoubt.Bank.Tests.Simulation;

namespace Redoubt.Bank.Tests;

/// <summary>Responses that the bank refuses, each for its own reason; and each is taken if the rule against it is taken out.</summary>
public sealed class StatementTests
{
    /// <summary>An attack with a genuine device: sends the right PIN with something wrong around it.</summary>
    private sealed record Attack(Reason Reason, Defences Weakened, Func<Scene, (Said Verdict, int Left)> Make)
    {
        public Attack(Reason reason, string[] rules, Func<Scene, (Said Verdict, int Left)> make)
            : this(reason, Simulation.Weakened.Without(rules), make)
        {
        }
    }

    /// <summary>What an attack has at hand.</summary>
    private sealed record Scene(TestBank Bank, SimulatedDevice Device, PinPad Pad, byte[] Handle, Received Transaction)
    {
        public (Said Verdict, int Left) Confirm(StatementWriter statement) => Pad.Respond(Transaction.Txid, 0, statement.Encode(Device.Leaf), Bank.Customer.Pin);
    }

    private static readonly Dictionary<string, Attack> s_attacks = new()
    {
        ["signed by another key"] = new(Reason.TamperedStatement, [nameof(ResponseAppraisal.Signature)], scene =>
        {
            using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            return scene.Pad.Respond(scene.Transaction.Txid, 0, scene.Pad.Statement(scene.Transaction).Encode(key), scene.Bank.Customer.Pin);
        }),
        ["replay of a statement with another PIN"] = new(Reason.Replay, Weakened.ReusingNonces, scene =>
        {
            byte[] statement = scene.Pad.Statement(scene.Transaction).Encode(scene.Device.Leaf);
            Assert.Equal(Said.WrongPin, scene.Pad.Respond(scene.Transaction.Txid, 0, statement, scene.Bank.WrongPin).Verdict);
            return scene.Pad.Respond(scene.Transaction.Txid, 0, statement, scene.Bank.Customer.Pin);
        }),
        ["stale nonce"] = new(Reason.StaleNonce, [nameof(ResponseAppraisal.Fresh), nameof(ResponseAppraisal.Shown)], scene =>
        {
            Assert.NotNull(scene.Pad.Fetch(scene.Handle).Transaction);
            return scene.Confirm(scene.Pad.Statement(scene.Transaction));
        }),
        ["nonce made up"] = new(Reason.StaleNonce, [nameof(ResponseAppraisal.Fresh)], scene => scene.Confirm(scene.Pad.Statement(scene.Transaction) with { Nonce = new byte[32] })),
        ["on another connection"] = new(Reason.OtherConnection, [nameof(ResponseAppraisal.OnItsConnection)], scene =>
        {
            using PinPad other = scene.Bank.Connect(scene.Device);
            return other.Confirm(scene.Transaction, scene.Bank.Customer.Pin);
        }),
        ["too late"] = new(Reason.LateResponse, [nameof(ResponseAppraisal.InTime)], scene =>
        {
            scene.Bank.Time.Pass(TimeSpan.FromSeconds(91));
            return scene.Confirm(scene.Pad.Statement(scene.Transaction));
        }),
        ["amount changed before the display"] = new(Reason.ChangedTransaction, [nameof(ResponseAppraisal.Shown)], scene =>
        {
            byte[] shown = [.. scene.Transaction.Bytes];
            int amount = shown.AsSpan().IndexOf((byte[])[0x06, 0x1a]);
            shown[amount + 3] ^= 1;
            return scene.Confirm(scene.Pad.Statement(scene.Transaction) with { TransactionHash = SHA256.HashData(shown) });
        }),
        ["another transaction's identifier"] = new(Reason.ChangedTransaction, [nameof(ResponseAppraisal.Shown)], scene => scene.Confirm(scene.Pad.Statement(scene.Transaction) with { Txid = new byte[16] })),
        ["statement that does not approve"] = new(Reason.ForeignStatement, [nameof(ResponseAppraisal.Shown)], scene => scene.Confirm(scene.Pad.Statement(scene.Transaction) with { Outcome = 1 })),
        ["another device's name"] = new(Reason.ForeignStatement, [nameof(ResponseAppraisal.Device)], scene => scene.Confirm(scene.Pad.Statement(scene.Transaction) with { Ueid = scene.Bank.NewDevice().Ueid })),
        ["debugging was on"] = new(Reason.DebugMode, [nameof(ResponseAppraisal.Debug)], scene => scene.Confirm(scene.Pad.Statement(scene.Transaction) with { DebugStatus = 0 })),
        ["unbound device"] = new(Reason.UnboundDevice, [nameof(ResponseAppraisal.Device)], scene =>
        {
            scene.Bank.State.Customers.Unbind(scene.Bank.Customer.Customer.Id);
            return scene.Confirm(scene.Pad.Statement(scene.Transaction));
        }),
    };

    public static TheoryData<string> Attacks => [.. s_attacks.Keys];

    [Theory]
    [MemberData(nameof(Attacks))]
    public async Task Is_refused_and_costs_no_attempt(string name)
    {
        Attack attack = s_attacks[name];
        await using TestBank bank = await TestBank.Start();
        using Play play = Play.Begin(bank);
        Assert.Equal(Said.Refused, attack.Make(play.Scene).Verdict);
        Assert.Equal(AuditLog.Words(attack.Reason), bank.LastReason);
        Assert.InRange(bank.CustomerNow.Failures, 0, 1);
        Assert.Equal(TransferState.Waiting, bank.State.Transfers.Find(play.Scene.Transaction.Txid)!.State);
    }

    [Theory]
    [MemberData(nameof(Attacks))]
    public async Task Is_taken_where_the_rules_are_missing(string name)
    {
        Attack attack = s_attacks[name];
        await using TestBank bank = await TestBank.Start(attack.Weakened);
        using Play play = Play.Begin(bank);
        Assert.Equal((Said.Authorised, 5), attack.Make(play.Scene));
    }

    [Fact]
    public async Task Every_byte_of_a_statement_counts()
    {
        await using TestBank bank = await TestBank.Start();
        using Play play = Play.Begin(bank);
        PinPad pad = play.Scene.Pad;
        int length = pad.Statement(play.Scene.Transaction).Encode(play.Scene.Device.Leaf).Length;
        Random random = new(5);
        for (int place = 0; place < length; place++)
        {
            Received transaction = pad.Fetch(play.Scene.Handle).Transaction!;
            byte[] statement = pad.Statement(transaction).Encode(play.Scene.Device.Leaf);
            statement[place] ^= (byte)(1 << random.Next(8));
            Assert.Equal(Said.Refused, pad.Respond(transaction.Txid, 0, statement, bank.Customer.Pin).Verdict);
            Assert.Contains(bank.LastReason, (string[])["tampered statement", "malformed statement"]);
            bank.Time.Pass(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(0, bank.CustomerNow.Failures);
        Assert.Equal((Said.Authorised, 5), pad.Confirm(pad.Fetch(play.Scene.Handle).Transaction!, bank.Customer.Pin));
    }

    [Fact]
    public async Task A_transfer_that_is_decided_takes_nothing_more()
    {
        await using TestBank bank = await TestBank.Start();
        using Play play = Play.Begin(bank);
        byte[] statement = play.Scene.Pad.Statement(play.Scene.Transaction).Encode(play.Scene.Device.Leaf);
        Assert.Equal(Said.Authorised, play.Scene.Pad.Respond(play.Scene.Transaction.Txid, 0, statement, bank.Customer.Pin).Verdict);
        Assert.Equal(Said.Refused, play.Scene.Pad.Respond(play.Scene.Transaction.Txid, 0, statement, bank.Customer.Pin).Verdict);
        Assert.Equal("replay", bank.LastReason);
        bank.Time.Pass(TimeSpan.FromSeconds(1));
        Assert.Equal(Said.Refused, play.Scene.Pad.Respond(play.Scene.Transaction.Txid, 1, null, null).Verdict);
        Assert.Equal(TransferState.Authorised, bank.State.Transfers.Find(play.Scene.Transaction.Txid)!.State);
    }

    [Fact]
    public async Task A_statement_is_no_good_after_a_restart_of_the_bank()
    {
        await using TestBank bank = await TestBank.Start();
        SimulatedDevice device = bank.EnrolledDevice();
        byte[] handle = bank.NewTransfer();
        Received transaction;
        using (PinPad before = bank.Connect(device))
            transaction = before.Fetch(handle).Transaction!;
        await bank.Restart();
        using PinPad after = bank.Connect(device);
        Assert.Equal(Said.Refused, after.Confirm(transaction, bank.Customer.Pin).Verdict);
        Assert.Equal("other connection", bank.LastReason);
        Assert.Equal(Said.Authorised, after.Confirm(after.Fetch(handle).Transaction!, bank.Customer.Pin).Verdict);
    }

    [Fact]
    public async Task Another_genuine_device_can_do_nothing_with_a_handle_or_a_transaction()
    {
        await using TestBank bank = await TestBank.Start();
        using Play play = Play.Begin(bank);
        SimulatedDevice accomplice = bank.NewDevice();
        using PinPad pad = bank.Connect(accomplice);
        Assert.Equal(Said.Refused, pad.Fetch(play.Scene.Handle).Status.Verdict);
        Assert.Equal("unbound device", bank.LastReason);
        Assert.Equal(Said.Refused, pad.Confirm(play.Scene.Transaction, bank.Customer.Pin).Verdict);
        Assert.Equal(Said.Refused, pad.Respond(play.Scene.Transaction.Txid, 1, null, null).Verdict);
        // The rightful one isn't disturbed by any of it.
        Assert.Equal((Said.Authorised, 5), play.Scene.Pad.Confirm(play.Scene.Transaction, bank.Customer.Pin));
    }

    [Fact]
    public async Task Unknown_handles_and_transactions_are_refused()
    {
        await using TestBank bank = await TestBank.Start();
        using PinPad pad = bank.Connect(bank.EnrolledDevice());
        Assert.Equal(Said.Refused, pad.Fetch(new byte[16]).Status.Verdict);
        Assert.Equal(Said.Refused, pad.Respond(new byte[16], 1, null, null).Verdict);
        Assert.Equal("unknown transaction", bank.LastReason);
    }

    [Fact]
    public async Task A_response_to_what_was_never_sent_is_refused()
    {
        await using TestBank bank = await TestBank.Start();
        using PinPad pad = bank.Connect(bank.EnrolledDevice());
        Transfer transfer = bank.State.Transfers.FindByHandle(bank.NewTransfer())!;
        Assert.Equal(Said.Refused, pad.Respond(transfer.Txid, 1, null, null).Verdict);
        Assert.Equal("stale nonce", bank.LastReason);
    }

    [Fact]
    public async Task What_waits_too_long_expires()
    {
        await using TestBank bank = await TestBank.Start();
        using PinPad pad = bank.Connect(bank.EnrolledDevice());
        byte[] handle = bank.NewTransfer();
        bank.Time.Pass(TimeSpan.FromMinutes(11));
        Assert.Equal(Said.Refused, pad.Fetch(handle).Status.Verdict);
        Assert.Equal("expired transaction", bank.LastReason);
        Assert.Equal(TransferState.Expired, bank.State.Transfers.FindByHandle(handle)!.State);
    }

    /// <summary>A genuine device with a transaction on its screen.</summary>
    private sealed record Play(Scene Scene) : IDisposable
    {
        public static Play Begin(TestBank bank)
        {
            SimulatedDevice device = bank.EnrolledDevice();
            PinPad pad = bank.Connect(device);
            byte[] handle = bank.NewTransfer();
            return new Play(new Scene(bank, device, pad, handle, pad.Fetch(handle).Transaction!));
        }

        public void Dispose() => Scene.Pad.Dispose();
    }
}
