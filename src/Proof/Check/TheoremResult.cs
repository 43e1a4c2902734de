using System.Diagnostics;

namespace Redoubt.Proof.Check;

/// <summary>What came of a theorem about an image.</summary>
/// <param name="Name">The theorem.</param>
/// <param name="Summary">What was looked at, in figures.</param>
/// <param name="Facts">Number of things that were looked at.</param>
/// <param name="Milliseconds">Time that it took.</param>
/// <param name="Refusals">What is not as it must be; none if the theorem holds.</param>
public sealed record TheoremResult(string Name, string Summary, int Facts, long Milliseconds, IReadOnlyList<Refusal> Refusals)
{
    /// <summary>Whether the theorem holds.</summary>
    public bool Holds => Refusals.Count == 0;

    /// <summary>Checks a theorem.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="check">Looks at everything, and says in figures at what.</param>
    public static TheoremResult Of(string name, Func<Facts, string> check)
    {
        long start = Stopwatch.GetTimestamp();
        Facts facts = new();
        string summary = check(facts);
        return new TheoremResult(name, summary, facts.Count, (long)Stopwatch.GetElapsedTime(start).TotalMilliseconds, facts.Refusals);
    }
}
