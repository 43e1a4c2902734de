using Redoubt.Proof.Execution;
using Redoubt.Proof.Terms;

namespace Redoubt.Proof.Theorems;

/// <summary>What another solver says of the cases of an obligation that went to the first one.</summary>
/// <param name="Property">The property that it belongs to.</param>
/// <param name="Address">Of the instruction.</param>
/// <param name="Goal">What has to hold, for people.</param>
/// <param name="Agreed">Cases that it decides alike.</param>
/// <param name="Open">Cases that one of the two does not decide.</param>
/// <param name="Opposed">Cases of which it says the opposite.</param>
public sealed record Rechecked(string Property, ulong Address, string Goal, int Agreed, int Open, int Opposed);

/// <summary>
/// Puts the questions that decide the cases of a handler to another solver, as the cases come up. Of each proof these are the truths that it used, which the first solver
/// named: so it is not believed which they are. Nothing is left out: a case is agreed, open or opposed.
/// </summary>
/// <param name="solver">The other solver.</param>
/// <param name="limit">Milliseconds that it is given for a question at first.</param>
public sealed class SecondOpinion(Solver solver, int limit = SecondOpinion.Milliseconds)
{
    /// <summary>What the other solver is given for a question at first, and for what is left at the end.</summary>
    public const int Milliseconds = 10_000, LastMilliseconds = 180_000;

    private sealed class Tally
    {
        public int Agreed { get; set; }

        public int Open { get; set; }

        public int Opposed { get; set; }
    }

    private sealed record Left(Tally Tally, string Question, Answer Expected, string? Whole);

    private readonly Dictionary<(string Property, ulong Address, string Goal), Tally> _tallies = [];
    private readonly Dictionary<string, Answer> _answers = [];
    private readonly List<Left> _left = [];

    /// <summary>What came of the obligations that went to the first solver.</summary>
    public IReadOnlyList<Rechecked> All => [.. _tallies.Select(pair => new Rechecked(pair.Key.Property, pair.Key.Address, pair.Key.Goal, pair.Value.Agreed, pair.Value.Open, pair.Value.Opposed))];

    /// <summary>Whether there is something that only the first solver decided.</summary>
    public bool IsLeft => _left.Count > 0;

    /// <summary>Asks what decides a case. To be called by the thread that its terms belong to.</summary>
    public void Add(Case one)
    {
        if (one.Question is not { } question)
            return;
        if (!_tallies.TryGetValue((one.Property, one.Address, one.Goal), out Tally? tally))
            _tallies[(one.Property, one.Address, one.Goal)] = tally = new Tally();
        Answer answer = one.Answer == Answer.Unknown ? Answer.Unknown : Ask(solver, limit, question, one.Answer, one.Whole);
        Count(tally, one.Answer, answer);
        if (answer == Answer.Unknown && one.Answer != Answer.Unknown)
            _left.Add(new Left(tally, question, one.Answer, one.Whole?.Invoke()));
    }

    /// <summary>Asks again what is left, with all the time that a solver has: how busy the machine was is not to decide.</summary>
    /// <param name="patient">The other solver.</param>
    public void Again(Solver patient)
    {
        foreach (string undecided in _answers.Where(pair => pair.Value == Answer.Unknown).Select(pair => pair.Key).ToArray())
            _answers.Remove(undecided);
        foreach (Left one in _left.ToArray())
        {
            Answer answer = Ask(patient, patient.Longest, one.Question, one.Expected, one.Whole is { } whole ? () => whole : null);
            if (answer == Answer.Unknown)
                continue;
            one.Tally.Open--;
            Count(one.Tally, one.Expected, answer);
            _left.Remove(one);
        }
    }

    private static void Count(Tally tally, Answer first, Answer second)
    {
        if (first == Answer.Unknown || second == Answer.Unknown)
            tally.Open++;
        else if (first == second)
            tally.Agreed++;
        else
            tally.Opposed++;
    }

    /// <summary>What a solver says to a question; if that less than all can hold together, which says nothing yet, to the whole case.</summary>
    private Answer Ask(Solver asked, int milliseconds, string question, Answer expected, Func<string>? whole)
    {
        if (!_answers.TryGetValue(question, out Answer answer))
            _answers[question] = answer = asked.Ask(question, milliseconds).Answer;
        return answer == Answer.Satisfiable && expected == Answer.Unsatisfiable && whole is not null ? Ask(asked, milliseconds, whole(), expected, null) : answer;
    }
}
