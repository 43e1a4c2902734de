using System.Text;
using Redoubt.Bank.Evidence;
using Redoubt.Bank.State;
using Redoubt.Bank.Tests.Simulation;

namespace Redoubt.Bank.Tests;

/// <summary>What the framework's TLS protects from, once more where there is none: what a statement protects by itself, and what it does not.</summary>
public sealed class PlainTests
{
    private const int Replays = 5;

    /// <summary>The same change as <see cref="RelayTests"/> makes: of the PIN, which no statement covers.</summary>
    [Fact]
    public async Task A_changed_byte_costs_an_attempt()
    {
        await using TestBank bank = await TestBank.Start();
        await using PlainDoor door = await PlainDoor.Open(bank, bank.EnrolledDevice());
        (byte[] fetch, byte[] response) = Record(door, bank.NewTransfer(), bank.Customer.Pin, Said.Authorised);
        int pin = fetch.Length + response.AsSpan().LastIndexOf(Encoding.ASCII.GetBytes(bank.Customer.Pin));
        // One digit becomes another.
        using ChangingRelay relay = new(door.Port, pin, bit: 0);
        using PinPad pad = door.Connect(relay.Port);
        Assert.Equal(Said.WrongPin, pad.Confirm(pad.Fetch(bank.NewTransfer()).Transaction!, bank.Customer.Pin).Verdict);
        Assert.Equal(1, bank.CustomerNow.Failures);
    }

    /// <summary>A recorded statement is worth nothing: the nonce is another. Without that, each costs an attempt.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_recorded_pinpad_is_refused_for_its_nonce_alone(bool isWhole)
    {
        await using TestBank bank = await TestBank.Start(isWhole ? Defences.All : Weakened.Without(nameof(ResponseAppraisal.Fresh), nameof(ResponseAppraisal.Shown)));
        await using PlainDoor door = await PlainDoor.Open(bank, bank.EnrolledDevice());
        (byte[] fetch, byte[] response) = Record(door, bank.NewTransfer(), bank.WrongPin, Said.WrongPin);
        Assert.Equal(1, bank.CustomerNow.Failures);
        for (int i = 0; i < Replays; i++)
        {
            using PinPad again = door.Connect();
            Assert.Equal(200, again.Send(fetch).Status);
            Assert.Equal(200, again.Send(response).Status);
        }

        Assert.Equal((isWhole ? 1 : Customer.MostFailures, !isWhole), (bank.CustomerNow.Failures, bank.CustomerNow.IsLocked));
        if (isWhole)
            Assert.Equal("stale nonce", bank.LastReason);
    }

    /// <summary>What a pinpad says to confirm a transfer.</summary>
    private static (byte[] Fetch, byte[] Response) Record(PlainDoor door, byte[] handle, string pin, Said verdict)
    {
        using ChangingRelay relay = new(door.Port);
        using PinPad pad = door.Connect(relay.Port);
        Assert.Equal(verdict, pad.Confirm(pad.Fetch(handle).Transaction!, pin).Verdict);
        return (relay.Carried[..relay.Flights[0]], relay.Carried[relay.Flights[0]..]);
    }
}
