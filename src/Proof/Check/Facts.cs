namespace Redoubt.Proof.Check;

/// <summary>Something of an image that is not as it must be.</summary>
/// <param name="Rule">The rule that it breaks.</param>
/// <param name="Message">Which entry, address and owner, in one line.</param>
public sealed record Refusal(string Rule, string Message);

/// <summary>What was looked at, and what of it is refused.</summary>
public sealed class Facts
{
    private readonly List<Refusal> _refusals = [];

    /// <summary>Number of things that were looked at.</summary>
    public int Count { get; private set; }

    public IReadOnlyList<Refusal> Refusals => _refusals;

    /// <summary>Something has to hold.</summary>
    /// <returns>Whether it does.</returns>
    public bool Require(string rule, bool holds, Func<string> message)
    {
        Count++;
        if (!holds)
            _refusals.Add(new Refusal(rule, message()));
        return holds;
    }

    /// <summary>Something that must not be found was found.</summary>
    public void Refuse(string rule, string message) => Require(rule, false, () => message);
}
