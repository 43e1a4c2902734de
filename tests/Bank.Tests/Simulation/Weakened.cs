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

    private sealed class LateAttempts(Database database) : IPinAttempts
    {
        public int? Begin(long customer)
        {
            long failures = database.Query("SELECT failures FROM customers WHERE id = @id", row => row.Number("failures"), ("id", customer)).Single();
            if (failures >= Customer.MostFailures)
                return null;
            // What checking the PIN takes: everybody who came by now has read the same number.
            Thread.Sleep(200);
            database.Execute("UPDATE customers SET failures = @failures WHERE id = @id", ("id", customer), ("failures", failures + 1));
            return (int)(Customer.MostFailures - failures - 1);
        }

        public void Succeed(long customer) => database.Execute("UPDATE customers SET failures = 0 WHERE id = @id", ("id", customer));
    }
}
