using System.Collections.Concurrent;
using Redoubt.Bank.State;
using Redoubt.Bank.Tests.Simulation;

namespace Redoubt.Bank.Tests;

/// <summary>Whatever is changed on the way to the bank, it takes no payment for confirmed, and no attempt for made.</summary>
public sealed class RelayTests
{
    // What a pinpad sends before it waits for the bank: its hello, the rest of its handshake, the request for the transaction, its response
    private const int Handshake = 1, Response = 3;

    // The lower byte of the version in the first record's head, which servers don't look at (RFC 5246, E.1)
    private const int Ignored = 2;

    // In the handshake some changes let the bank wait until its time is over, and the others go on meanwhile.
    private const int Together = 8;

    // In a record's head (RFC 5246, 6.2.1)
    private static readonly int[] s_length = [3, 4];


    [Fact]
    public async Task No_byte_can_be_changed_on_the_way()
    {
        await using TestBank bank = await TestBank.Start();
        SimulatedDevice device = bank.EnrolledDevice();
        byte[][] chain = device.Chain;
        // Of the flights of a genuine conversation
        IReadOnlyList<int> ends;
        using (ChangingRelay relay = new(bank.Server.DevicePort))
        {
            Assert.Equal(Response + 1, Converse(() => new PinPad(relay.Port, device, chain), bank.NewTransfer(), bank.Customer.Pin));
            ends = relay.Flights;
            Assert.Equal(Response + 1, ends.Count);
        }

        ConcurrentQueue<int> places = new(Enumerable.Range(0, ends[Response]).Where(place => place != Ignored));
        void Change()
        {
            byte[] handle = bank.NewTransfer();
            while (places.TryDequeue(out int place))
            {
                // A hello is authenticated when the handshake ends.
                int flight = int.Max(Handshake, ends.Count(end => end <= place));
                // Behind the handshake, the bank would wait for what a longer record promises for as long as a person has.
                bool isLength = flight > Handshake && s_length.Contains(place - ends[flight - 1]);
                using ChangingRelay relay = new(bank.Server.DevicePort, place, isLength ? ends[flight] : int.MaxValue);
                int answered = Converse(() => new PinPad(relay.Port, device, chain), handle, bank.Customer.Pin);
                Assert.True(answered == (flight == Handshake ? 0 : flight), $"byte {place}, in flight {flight}, can be changed: {answered} flights are answered");
                Assert.Equal(TransferState.Waiting, bank.State.Transfers.FindByHandle(handle)!.State);
            }
        }

        // Threads of their own: the bank's work is done by those of the pool.
        await Task.WhenAll(Enumerable.Range(0, Together).Select(_ =>
            Task.Factory.StartNew(Change, TestContext.Current.CancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default)));
        Assert.Equal(0, bank.CustomerNow.Failures);
    }

    /// <summary>Confirms a transfer.</summary>
    /// <returns>How many of the flights were answered as they should be; of the two of the handshake, both or none.</returns>
    private static int Converse(Func<PinPad> connect, byte[] handle, string pin)
    {
        int answered = 0;
        try
        {
            using PinPad pad = connect();
            answered = Handshake + 1;
            Received transaction = pad.Fetch(handle).Transaction!;
            answered++;
            Assert.Equal((Said.Authorised, 5), pad.Confirm(transaction, pin));
            return answered + 1;
        }
        catch (IOException)
        {
            return answered;
        }
    }
}
