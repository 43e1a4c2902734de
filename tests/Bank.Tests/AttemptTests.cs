using System.Collections.Concurrent;
using Redoubt.Bank.State;
using Redoubt.Bank.Tests.Simulation;

namespace Redoubt.Bank.Tests;

/// <summary>Five wrong PINs, and no way to a sixth.</summary>
public sealed class AttemptTests
{
    private const int Guesses = 24;

    [Fact]
    public async Task The_fifth_wrong_PIN_locks_the_account()
    {
        await using TestBank bank = await TestBank.Start();
        using PinPad pad = bank.Connect(bank.EnrolledDevice());
        for (int left = 4; left > 0; left--)
            Assert.Equal((Said.WrongPin, left), Guess(bank, pad, bank.WrongPin));
        Assert.Equal((Said.Locked, 0), Guess(bank, pad, bank.WrongPin));
        Assert.Equal("wrong pin", bank.LastReason);
        Assert.Equal((Said.Locked, 0), pad.Fetch(bank.NewTransfer()).Status);
        Assert.Equal("too many attempts", bank.LastReason);
        bank.State.Customers.Unlock(bank.Customer.Customer.Id);
        Assert.Equal((Said.Authorised, 5), Guess(bank, pad, bank.Customer.Pin));
    }

    [Fact]
    public async Task A_transaction_that_was_fetched_before_the_lock_takes_no_PIN()
    {
        await using TestBank bank = await TestBank.Start();
        SimulatedDevice device = bank.EnrolledDevice();
        using PinPad early = bank.Connect(device), pad = bank.Connect(device);
        Received transaction = early.Fetch(bank.NewTransfer()).Transaction!;
        for (int i = 0; i < 5; i++)
            Guess(bank, pad, bank.WrongPin);
        Assert.Equal((Said.Locked, 0), early.Confirm(transaction, bank.Customer.Pin));
        Assert.Equal("too many attempts", bank.LastReason);
        Assert.Equal(TransferState.Locked, bank.State.Transfers.Find(transaction.Txid)!.State);
    }

    [Fact]
    public async Task Guesses_at_the_same_time_are_five()
    {
        await using TestBank bank = await TestBank.Start();
        Said[] verdicts = GuessInParallel(bank);
        Assert.Equal(4, verdicts.Count(verdict => verdict == Said.WrongPin));
        Assert.Equal(5, bank.State.Audit.Newest(1000).Count(entry => entry.Reason == "wrong pin"));
        Assert.True(bank.CustomerNow.IsLocked);
    }

    [Fact]
    public async Task Guesses_at_the_same_time_are_more_where_the_attempt_is_counted_late()
    {
        await using TestBank bank = await TestBank.Start(Weakened.CountingLate);
        GuessInParallel(bank);
        Assert.Equal(Guesses, bank.State.Audit.Newest(1000).Count(entry => entry.Reason == "wrong pin"));
    }

    [Fact]
    public async Task A_connection_that_breaks_off_does_not_take_the_attempt_back()
    {
        await using TestBank bank = await TestBank.Start();
        SimulatedDevice device = bank.EnrolledDevice();
        int Counted() => bank.State.Audit.Newest(1000).Count(entry => entry.Reason == "wrong pin");
        while (Counted() is < 5 and int before)
        {
            using PinPad pad = bank.Connect(device);
            Received transaction = pad.Fetch(bank.NewTransfer()).Transaction!;
            byte[] response = PinPad.Response(transaction.Txid, 0, pad.Statement(transaction).Encode(device.Leaf), bank.WrongPin);
            pad.Connection.Stream.Write(PinPad.Request(PinPad.Frame(response)));
            pad.Connection.Stream.Flush();
            pad.Connection.Drop();
            // Either it was counted, or the bank never got it, and there is another try.
            for (int i = 0; i < 200 && Counted() == before; i++)
                await Task.Delay(5, TestContext.Current.CancellationToken);
        }

        Assert.Equal(5, bank.CustomerNow.Failures);
        Assert.True(bank.CustomerNow.IsLocked);
    }

    [Fact]
    public async Task A_restart_of_the_bank_does_not_give_new_attempts()
    {
        await using TestBank bank = await TestBank.Start();
        SimulatedDevice device = bank.EnrolledDevice();
        for (int left = 4; left > 0; left--)
        {
            using (PinPad pad = bank.Connect(device))
                Assert.Equal((Said.WrongPin, left), Guess(bank, pad, bank.WrongPin));
            await bank.Restart();
        }

        using (PinPad pad = bank.Connect(device))
            Assert.Equal((Said.Locked, 0), Guess(bank, pad, bank.WrongPin));
        await bank.Restart();
        using PinPad last = bank.Connect(device);
        Assert.Equal((Said.Locked, 0), last.Fetch(bank.NewTransfer()).Status);
    }

    [Fact]
    public async Task A_restart_gives_new_attempts_where_they_are_counted_in_memory()
    {
        await using TestBank bank = await TestBank.Start(Weakened.CountingInMemory);
        SimulatedDevice device = bank.EnrolledDevice();
        for (int guess = 0; guess < 7; guess++)
        {
            using (PinPad pad = bank.Connect(device))
                Assert.Equal((Said.WrongPin, 4), Guess(bank, pad, bank.WrongPin));
            await bank.Restart();
        }
    }

    [Fact]
    public async Task No_secret_of_the_customer_is_written_down()
    {
        await using TestBank bank = await TestBank.Start();
        using (PinPad pad = bank.Connect(bank.EnrolledDevice()))
            Guess(bank, pad, bank.Customer.Pin);
        byte[] appKey = System.Text.Encoding.ASCII.GetBytes(bank.Customer.AppKey);
        foreach (string file in Directory.EnumerateFiles(bank.Folder, "bank.db*"))
        {
            using FileStream stream = new(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            byte[] content = new byte[stream.Length];
            stream.ReadExactly(content);
            Assert.Equal(-1, content.AsSpan().IndexOf(appKey));
        }

        Assert.DoesNotContain(bank.State.Audit.Newest(1000), entry => entry.Detail.Contains(bank.Customer.Pin, StringComparison.Ordinal));
    }

    private static (Said Verdict, int Left) Guess(TestBank bank, PinPad pad, string pin) => pad.Confirm(pad.Fetch(bank.NewTransfer()).Transaction!, pin);

    private static Said[] GuessInParallel(TestBank bank)
    {
        SimulatedDevice device = bank.EnrolledDevice();
        ConcurrentBag<Said> verdicts = [];
        PinPad[] pads = [.. Enumerable.Range(0, Guesses).Select(_ => bank.Connect(device))];
        Received[] transactions = [.. pads.Select(pad => pad.Fetch(bank.NewTransfer()).Transaction!)];
        // Threads of their own: the bank's work is done by those of the pool.
        Thread[] guessers = [.. pads.Zip(transactions, (pad, transaction) => new Thread(() => verdicts.Add(pad.Confirm(transaction, bank.WrongPin).Verdict)))];
        foreach (Thread guesser in guessers)
            guesser.Start();
        foreach (Thread guesser in guessers)
            guesser.Join();
        foreach (PinPad pad in pads)
            pad.Dispose();
        return [.. verdicts];
    }
}
