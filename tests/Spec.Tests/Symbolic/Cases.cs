using Redoubt.Proof.Terms;

namespace Redoubt.Spec.Tests.Symbolic;

/// <summary>All cases of a computation over terms: it is carried out again and again, each time with other answers.</summary>
internal sealed class Cases
{
    [ThreadStatic]
    private static Cases? _now;

    private readonly List<(Term Truth, bool Answer, bool Last)> _decisions = [];
    private int _next;

    /// <summary>The computation that is being carried out.</summary>
    public static Cases Now => _now ?? throw new InvalidOperationException("a case is asked for, and no cases are looked at");

    /// <summary>What holds in this case.</summary>
    public IReadOnlyList<Term> Conditions => [.. _decisions.Take(_next).Select(decision => Holding(decision.Truth, decision.Answer))];

    /// <summary>Carries out a computation once for each case, be it possible or not.</summary>
    public static void Each(Action<Cases> computation)
    {
        Cases cases = new();
        _now = cases;
        do
        {
            cases._next = 0;
            computation(cases);
        }
        while (cases.Advance());
        _now = null;
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
            _decisions.Add((truth, true, false));
        return _decisions[_next++].Answer;
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
