using Redoubt.Bank.State;
using Redoubt.Bank.Tests.Simulation;

namespace Redoubt.Bank.Tests;

/// <summary>What goes right, and what people do.</summary>
public sealed class FlowTests
{
    [Fact]
    public async Task A_transfer_is_shown_confirmed_and_authorised()
    {
        await using TestBank bank = await TestBank.Start();
        SimulatedDevice device = bank.NewDevice();
        using PinPad pad = bank.Connect(device);
        Assert.Equal((Said.Enrolled, 5), pad.Enrol(bank.Server.IssueCode(bank.Customer.Customer.Id)));

        Received transaction = pad.Fetch(bank.NewTransfer()).Transaction!;
        Assert.Equal(
            (TestBank.Payment.PayeeName, TestBank.Payment.PayeeAccount, TestBank.Payment.AmountMinor, TestBank.Payment.Currency, "en-GB", 60),
            (transaction.PayeeName, transaction.PayeeAccount, transaction.Amount, transaction.Currency, transaction.Locale, transaction.Timeout));
        Assert.Equal((Said.Authorised, 5), pad.Confirm(transaction, bank.Customer.Pin));
        Assert.Equal(TransferState.Authorised, bank.State.Transfers.Find(transaction.Txid)!.State);
        Assert.Null(bank.LastReason);
    }

    [Theory]
    [InlineData(1, TransferState.Cancelled)]
    [InlineData(2, TransferState.TimedOut)]
    [InlineData(3, TransferState.Failed)]
    [InlineData(4, TransferState.Failed)]
    [InlineData(5, TransferState.Failed)]
    [InlineData(6, TransferState.Failed)]
    [InlineData(7, TransferState.Failed)]
    public async Task Another_outcome_ends_the_transfer_and_costs_no_attempt(int outcome, TransferState state)
    {
        await using TestBank bank = await TestBank.Start();
        using PinPad pad = bank.Connect(bank.EnrolledDevice());
        byte[] handle = bank.NewTransfer();
        Received transaction = pad.Fetch(handle).Transaction!;
        Assert.Equal((Said.Recorded, 5), pad.Respond(transaction.Txid, outcome, null, null));
        Assert.Equal(state, bank.State.Transfers.Find(transaction.Txid)!.State);
        Assert.Equal(Said.Refused, pad.Fetch(handle).Status.Verdict);
        Assert.Equal("expired transaction", bank.LastReason);
    }

    [Fact]
    public async Task After_a_wrong_PIN_the_same_transfer_is_fetched_anew()
    {
        await using TestBank bank = await TestBank.Start();
        using PinPad pad = bank.Connect(bank.EnrolledDevice());
        byte[] handle = bank.NewTransfer();
        Received first = pad.Fetch(handle).Transaction!;
        Assert.Equal((Said.WrongPin, 4), pad.Confirm(first, bank.WrongPin));
        Assert.Equal("wrong pin", bank.LastReason);
        Received second = pad.Fetch(handle).Transaction!;
        Assert.Equal(first.Txid, second.Txid);
        Assert.NotEqual(first.Nonce, second.Nonce);
        Assert.Equal((Said.Authorised, 5), pad.Confirm(second, bank.Customer.Pin));
        Assert.Equal(0, bank.CustomerNow.Failures);
    }

    [Fact]
    public async Task A_connection_that_is_lost_leaves_the_transfer_waiting()
    {
        await using TestBank bank = await TestBank.Start();
        SimulatedDevice device = bank.EnrolledDevice();
        byte[] handle = bank.NewTransfer();
        using (PinPad lost = bank.Connect(device))
        {
            Assert.NotNull(lost.Fetch(handle).Transaction);
            lost.Connection.Drop();
        }

        using PinPad pad = bank.Connect(device);
        Assert.Equal((Said.Authorised, 5), pad.Confirm(pad.Fetch(handle).Transaction!, bank.Customer.Pin));
    }

    [Fact]
    public async Task A_device_with_newer_software_and_the_same_UDS_stays_enrolled()
    {
        Measurements newer = new() { SecurityVersion = 4, Code = Measurements.Of("newer microvisor"), PinPadCode = Measurements.Of("newer pinpad") };
        await using TestBank bank = await TestBank.Start(prepare: bank => bank.Write("references/newer.json", System.Text.Encoding.UTF8.GetBytes(newer.ReferenceFile())));
        SimulatedDevice device = bank.EnrolledDevice();
        using PinPad pad = bank.Connect(new SimulatedDevice(bank.Maker, device.Uds) { System = newer });
        Assert.Equal((Said.Authorised, 5), pad.Confirm(pad.Fetch(bank.NewTransfer()).Transaction!, bank.Customer.Pin));
    }

    [Fact]
    public async Task A_code_is_good_once_and_for_a_day()
    {
        await using TestBank bank = await TestBank.Start();
        long customer = bank.Customer.Customer.Id;
        using PinPad pad = bank.Connect(bank.NewDevice());
        string code = bank.Server.IssueCode(customer);
        string newer = bank.Server.IssueCode(customer);
        Assert.Equal(Said.Refused, pad.Enrol(code).Verdict);
        Assert.Equal("wrong code", bank.LastReason);
        Assert.Equal(Said.Enrolled, pad.Enrol(newer).Verdict);
        Assert.Equal(Said.Refused, pad.Enrol(newer).Verdict);
        string old = bank.Server.IssueCode(customer);
        bank.Time.Pass(TimeSpan.FromHours(25));
        Assert.Equal(Said.Refused, pad.Enrol(old).Verdict);
    }

    [Fact]
    public async Task Codes_can_not_be_guessed()
    {
        await using TestBank bank = await TestBank.Start();
        using PinPad pad = bank.Connect(bank.NewDevice());
        string code = bank.Server.IssueCode(bank.Customer.Customer.Id);
        string wrong = code == "0000000000" ? "0000000001" : "0000000000";
        for (int i = 0; i < 5; i++)
            Assert.Equal(Said.Refused, pad.Enrol(wrong).Verdict);
        Assert.Equal("wrong code", bank.LastReason);
        Assert.Equal(Said.Refused, pad.Enrol(code).Verdict);
        Assert.Equal("too many codes", bank.LastReason);
        bank.State.Devices.ForgetCodes(bank.State.Devices.All.Single().Id);
        Assert.Equal(Said.Enrolled, pad.Enrol(code).Verdict);
    }
}
