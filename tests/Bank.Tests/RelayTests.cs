using Redoubt.Bank.State;
using Redoubt.Bank.Tests.Simulation;

namespace Redoubt.Bank.Tests;

/// <summary>Whatever is changed on the way to the bank, it takes no payment for confirmed, and no attempt for made.</summary>
public sealed class RelayTests
{
    private const int Step = 3;

    // Signatures in DER are not always of one length.
    private const int Margin = 8;

    // Type and version of the first record, which servers let be more than one (RFC 5246, E.1)
    private const int First = 3;

    [Fact]
    public async Task No_byte_can_be_changed_on_the_way()
    {
        await using TestBank bank = await TestBank.Start();
        SimulatedDevice device = bank.EnrolledDevice();
        byte[] handle = bank.NewTransfer();
        int size = First + 1;
        for (int place = First; place < size; place += Step)
        {
            using ChangingRelay relay = new(bank.Server.DevicePort, place);
            string? failure = null;
            try
            {
                using PinPad pad = new(relay.Port, device);
                Assert.Equal(Said.Authorised, pad.Confirm(pad.Fetch(handle).Transaction!, bank.Customer.Pin).Verdict);
            }
            catch (IOException ended)
            {
                failure = ended.Message;
            }

            Assert.True(failure is not null, $"byte {place} can be changed");
            Assert.Equal(TransferState.Waiting, bank.State.Transfers.FindByHandle(handle)!.State);
            Assert.Equal(0, bank.CustomerNow.Failures);
            if (place == First)
                size = Whole(bank, device) - Margin;
        }
    }

    /// <summary>The same way, without a change.</summary>
    /// <returns>Bytes of the whole conversation.</returns>
    private static int Whole(TestBank bank, SimulatedDevice device)
    {
        using ChangingRelay relay = new(bank.Server.DevicePort, int.MaxValue);
        using PinPad pad = new(relay.Port, device);
        Assert.Equal((Said.Authorised, 5), pad.Confirm(pad.Fetch(bank.NewTransfer()).Transaction!, bank.Customer.Pin));
        return relay.Carried;
    }
}
