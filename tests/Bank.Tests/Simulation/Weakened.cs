using Redoubt.Bank.Evidence;
using Redoubt.Bank.State;

namespace Redoubt.Bank.Tests.Simulation;

/// <summary>Banks with one defence taken out. Only tests can make them.</summary>
internal static class Weakened
{
    /// <summary>Without the rules of these names.</summary>
    public static Defences Without(params string[] rules)
    {
        Defences weakened = Defences.All with
        {
            Chain = [.. Defences.All.Chain.Where(one => !rules.Contains(one.Method.Name))],
            Response = [.. Defences.All.Response.Where(one => !rules.Contains(one.Method.Name))],
        };
        Assert.Equal(Defences.All.Chain.Count + Defences.All.Response.Count - rules.Length, weakened.Chain.Count + weakened.Response.Count);
        return weakened;
    }

    /// <summary>Nonces that are good again and again.</summary>
    public static Defences ReusingNonces { get; } = Defences.All with { UseNonce = (_, _) => true };

    /// <summary>Attempts are counted when they have failed, and what is read is written back later.</summary>
    public static Defences CountingLate { get; } = Defences.All with { Attempts = database => new LateAttempts(database) };

    /// <summary>Attempts are counted in memory.</summary>
    public static Defences CountingInMemory { get; } = Defences.All with { Attempts = _ => new FleetingAttempts() };

    private sealed class FleetingAttempts : IPinAttempts
    {
        private int _failures;

        public int? Begin(long customer) => _failures < Customer.MostFailures ? Customer.MostFailures - ++_failures : null;

        public void Succeed(long customer) => _failures = 0;
    }

    private sealed class LateAttempts(Database database) : IPinAttempts
    {
        private const int Together = 6, Most = 16;

        /// <summary>Ends a test that has gone wrong before.</summary>
        private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(2);

        /// <summary>Makes the unlucky case certain: of each six, all have read the number before the first of them writes it.</summary>
        private readonly CountdownEvent[] _read = [.. Enumerable.Range(0, Most).Select(_ => new CountdownEvent(Together))];

        private int _attempts;

        public int? Begin(long customer)
        {
            long failures = database.Query("SELECT failures FROM customers WHERE id = @id", row => row.Number("failures"), ("id", customer)).Single();
            CountdownEvent read = _read[(Interlocked.Increment(ref _attempts) - 1) / Together];
            read.Signal();
            Assert.True(read.Wait(s_patience), "not all have come");
            if (failures >= Customer.MostFailures)
                return null;
            database.Execute("UPDATE customers SET failures = @failures WHERE id = @id", ("id", customer), ("failures", failures + 1));
            return (int)(Customer.MostFailures - failures - 1);
        }

        public void Succeed(long customer) => database.Execute("UPDATE customers SET failures = 0 WHERE id = @id", ("id", customer));
    }
}
