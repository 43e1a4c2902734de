using Redoubt.Proof.Terms;

namespace Redoubt.Proof.Execution;

/// <summary>What is assumed on a path, latest last; paths share what they have in common.</summary>
public sealed class PathCondition
{
    private readonly Term? _latest;

    private PathCondition(Term? latest, PathCondition? before) => (_latest, Before, Length) = (latest, before, before is null ? 0 : before.Length + 1);

    /// <summary>Nothing is assumed.</summary>
    public static PathCondition Empty { get; } = new(null, null);

    public int Length { get; }

    /// <summary>Without the latest truth; null if there is none.</summary>
    public PathCondition? Before { get; }

    /// <summary>The truths, latest first.</summary>
    public IEnumerable<Term> Truths
    {
        get
        {
            for (PathCondition at = this; at._latest is not null; at = at.Before!)
            {
                yield return at._latest;
            }
        }
    }

    public bool Holds(Term truth) => Truths.Contains(truth);

    /// <summary>With one more truth.</summary>
    public PathCondition And(Term truth)
    {
        if (truth.Kind == Kind.Both)
            return And(truth.Arguments[0]).And(truth.Arguments[1]);
        return truth.IsTrue || Holds(truth) ? this : new PathCondition(truth, this);
    }

    /// <summary>What two paths share, and what each has beyond that.</summary>
    public static (PathCondition Common, Term A, Term B) Split(PathCondition a, PathCondition b)
    {
        Term restA = Term.Truth(true), restB = restA;
        while (a != b)
        {
            if (a.Length >= b.Length)
            {
                restA = Term.Both(a._latest!, restA);
                a = a.Before!;
            }
            else
            {
                restB = Term.Both(b._latest!, restB);
                b = b.Before!;
            }
        }

        return (a, restA, restB);
    }

    /// <summary>Length of what two paths share.</summary>
    public static int Shared(PathCondition a, PathCondition b)
    {
        while (a != b)
        {
            if (a.Length >= b.Length)
                a = a.Before!;
            else
                b = b.Before!;
        }

        return a.Length;
    }
}
