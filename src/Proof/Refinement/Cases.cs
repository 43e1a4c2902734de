using Redoubt.Proof.Terms;

namespace Redoubt.Proof.Refinement;

/// <summary>
/// All cases of a computation over terms: it is carried out again and again, each time with other answers to what it asks
/// (<see cref="Term.Decide"/>).
/// </summary>
public sealed class Cases
{
    [ThreadStatic]
    private static Cases? _now;

    private readonly List<(Term Truth, bool Answer, bool Last)> _decisions = [];
    private readonly Func<IReadOnlyList<Term>, bool> _possible;
    private int _next;

    private Cases(Func<IReadOnlyList<Term>, bool> possible) => _possible = possible;

    /// <summary>The computation that is being carried out.</summary>
    public static Cases Now => _now ?? throw new InvalidOperationException("a case is asked for, and no cases are looked at");

    /// <summary>What holds in this case.</summary>
    public IReadOnlyList<Term> Conditions => [.. _decisions.Take(_next).Select(decision => Holding(decision.Truth, decision.Answer))];

    /// <summary>Carries out a computation once for each case.</summary>
    /// <param name="computation">What is carried out.</param>
    /// <param name="possible">Whether some truths can hold together; if not, there is no such case. Without it every case is looked at, be it possible or not.</param>
    public static void Each(Action<Cases> computation, Func<IReadOnlyList<Term>, bool>? possible = null)
    {
        Cases? before = _now;
        Cases cases = new(possible ?? (_ => true));
        _now = cases;
        try
        {
            do
            {
                cases._next = 0;
                computation(cases);
            }
            while (cases.Advance());
        }
        finally
        {
            _now = before;
        }
    }

    /// <summary>Whether a truth holds in this case.</summary>
    public bool Decide(Term truth)
    {
        foreach ((Term known, bool answer, _) in _decisions.Take(_next))
        {
            if (known == truth)
                return answer;
            if (known == Term.Not(truth))
                return !answer;
        }

        if (_next == _decisions.Count)
            _decisions.Add(First(truth));
        return _decisions[_next++].Answer;
    }

    /// <summary>The first answer to a new question, and whether it is the only one.</summary>
    private (Term Truth, bool Answer, bool Last) First(Term truth)
    {
        IReadOnlyList<Term> known = Conditions;
        bool yes = _possible([.. known, truth]);
        return (truth, yes, !yes || !_possible([.. known, Term.Not(truth)]));
    }

    /// <summary>The next case: the last answer that can be another is.</summary>
    private bool Advance()
    {
        while (_decisions.Count > 0)
        {
            (Term truth, bool answer, bool last) = _decisions[^1];
            _decisions.RemoveAt(_decisions.Count - 1);
            if (last)
                continue;
            _decisions.Add((truth, !answer, true));
            return true;
        }

        return false;
    }

    private static Term Holding(Term truth, bool answer) => answer ? truth : Term.Not(truth);
}
