using Redoubt.Bank.Evidence;
using Redoubt.Bank.State;
using Redoubt.Bank.Tests.Simulation;
using Log = Redoubt.Bank.State.AuditLog;

namespace Redoubt.Bank.Tests;

/// <summary>Nobody fills the log, nobody hides in it or hides others, and what was decided is always there.</summary>
public sealed class AuditTests
{
    private const int Flood = 300, All = 10_000;

    private static readonly Refusal s_foreign = new(Reason.ForeignChain, "an unknown root");

    private static DeviceId Someone(int number) => new(System.Security.Cryptography.SHA256.HashData(BitConverter.GetBytes(number)));

    private static void Knock(TestBank bank, int number, Refusal? refusal = null) =>
        bank.State.Audit.Refuse(Log.Handshake, new Log.Subject(Someone(number)), refusal ?? s_foreign);

    private static IReadOnlyList<AuditEntry> Lines(TestBank bank, Reason reason) =>
        [.. bank.State.Audit.Newest(All).Where(entry => entry.Reason == Log.Words(reason))];

    private static long Times(IEnumerable<AuditEntry> lines) => lines.Sum(line => 1 + line.Repeats);

    [Fact]
    public async Task Strangers_get_few_lines_whoever_they_say_they_are()
    {
        await using TestBank bank = await TestBank.Start();
        for (int i = 0; i < Flood; i++)
            Knock(bank, i);
        Knock(bank, 0, new Refusal(Reason.DebugMode, ""));
        IReadOnlyList<AuditEntry> lines = Lines(bank, Reason.ForeignChain);
        Assert.Equal((Log.MostLines, Flood), (lines.Count, Times(lines)));
        Assert.Equal((Flood - Log.MostLines, bank.State.Now), (lines[0].Repeats, lines[0].LastRepeat));
        Assert.All(lines.Skip(1), line => Assert.Equal((0L, null), (line.Repeats, line.LastRepeat)));
        Assert.Single(Lines(bank, Reason.DebugMode));
    }

    [Fact]
    public async Task Connections_that_are_no_TLS_are_counted()
    {
        await using TestBank bank = await TestBank.Start();
        const int Connections = 2 * Log.MostLines;
        for (int i = 0; i < Connections; i++)
        {
            using System.Net.Sockets.TcpClient client = new("127.0.0.1", bank.Server.DevicePort);
            client.GetStream().Write("GET / HTTP/1.1\r\n\r\n"u8);
            // Until the bank has closed it.
            while (client.GetStream().ReadByte() >= 0)
                continue;
        }

        while (Times(Lines(bank, Reason.FailedHandshake)) < Connections)
            await Task.Delay(5, TestContext.Current.CancellationToken);
        Assert.Equal(Log.MostLines, Lines(bank, Reason.FailedHandshake).Count);
    }

    [Fact]
    public async Task One_device_does_not_hide_another_nor_one_hour_the_next()
    {
        await using TestBank bank = await TestBank.Start();
        void Ask(int number) => bank.State.Audit.Refuse("fetch", new Log.Subject(Someone(number)), new Refusal(Reason.UnknownTransaction, ""));
        for (int i = 0; i < Flood; i++)
            Ask(1);
        Ask(2);
        Assert.Equal((Log.MostLines + 1, Someone(2)), (Lines(bank, Reason.UnknownTransaction).Count, Lines(bank, Reason.UnknownTransaction)[0].Device));
        bank.Time.Pass(Log.Span);
        Ask(1);
        Assert.Equal((Log.MostLines + 2, Flood + 2), (Lines(bank, Reason.UnknownTransaction).Count, Times(Lines(bank, Reason.UnknownTransaction))));
    }

    [Fact]
    public async Task What_comes_at_the_same_time_is_counted_once()
    {
        await using TestBank bank = await TestBank.Start();
        Parallel.For(0, Flood, i => Knock(bank, i));
        Assert.Equal((Log.MostLines, Flood), (Lines(bank, Reason.ForeignChain).Count, Times(Lines(bank, Reason.ForeignChain))));
    }

    [Fact]
    public async Task Decisions_and_attempts_always_have_a_line()
    {
        await using TestBank bank = await TestBank.Start();
        using PinPad pad = bank.Connect(bank.EnrolledDevice());
        const int Rounds = Log.MostLines + 2;
        for (int i = 0; i < Rounds; i++)
        {
            Assert.Equal(Said.WrongPin, pad.Confirm(pad.Fetch(bank.NewTransfer()).Transaction!, bank.WrongPin).Verdict);
            Assert.Equal(Said.Authorised, pad.Confirm(pad.Fetch(bank.NewTransfer()).Transaction!, bank.Customer.Pin).Verdict);
        }

        IReadOnlyList<AuditEntry> lines = bank.State.Audit.Newest(All);
        AuditEntry[] authorised = [.. lines.Where(line => line.Event == "authorised")];
        Assert.Equal((Rounds, 0), (authorised.Length, authorised.Sum(line => line.Repeats)));
        Assert.Equal(Rounds, authorised.Select(line => Convert.ToHexString(line.Txid!)).Distinct().Count());
        Assert.Equal(Rounds, Lines(bank, Reason.WrongPin).Count);
        AuditEntry[] sent = [.. lines.Where(line => line.Event == "sent")];
        Assert.Equal((Log.MostLines, 2 * Rounds), (sent.Length, Times(sent)));
    }

    [Fact]
    public async Task Only_refused_handshakes_are_forgotten()
    {
        await using TestBank bank = await TestBank.Start();
        using (PinPad pad = bank.Connect(bank.EnrolledDevice()))
        {
            Assert.Equal(Said.Refused, pad.Fetch(new byte[16]).Status.Verdict);
            Assert.Equal(Said.Authorised, pad.Confirm(pad.Fetch(bank.NewTransfer()).Transaction!, bank.Customer.Pin).Verdict);
        }

        IReadOnlyList<long> kept = [.. bank.State.Audit.Newest(All).Select(line => line.Id)];
        for (int i = 0; i < Flood; i++)
            Knock(bank, i);
        bank.Time.Pass(Log.HandshakesKept);
        Knock(bank, 0, new Refusal(Reason.DebugMode, ""));
        Assert.Equal(Log.MostLines, Lines(bank, Reason.ForeignChain).Count);
        bank.Time.Pass(TimeSpan.FromSeconds(1));
        Knock(bank, 0, new Refusal(Reason.DebugMode, ""));
        Assert.Empty(Lines(bank, Reason.ForeignChain));
        Assert.Equal(kept, bank.State.Audit.Newest(All).Where(line => line.Event != Log.Handshake).Select(line => line.Id));
    }

    [Fact]
    public async Task A_peer_does_not_choose_how_long_a_line_is()
    {
        await using TestBank bank = await TestBank.Start();
        Knock(bank, 0, new Refusal(Reason.MalformedChain, new string('x', 100_000)));
        Assert.Equal(Log.LongestDetail, Lines(bank, Reason.MalformedChain).Single().Detail.Length);
    }
}
