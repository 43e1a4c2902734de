using Redoubt.Proof.Terms;

namespace Redoubt.Proof.Execution;

/// <summary>What the cells of a field hold: what they held at the beginning, stores on top of it, one of two histories where paths met.</summary>
public abstract class Cells
{
    private readonly Dictionary<(Term, Term), Term> _read = [];

    /// <summary>The word of a cell.</summary>
    public Term this[Term outer, Term inner]
    {
        get
        {
            if (!_read.TryGetValue((outer, inner), out Term? word))
            {
                word = Read(outer, inner);
                _read.Add((outer, inner), word);
            }

            return word;
        }
    }

    /// <summary>The beginning.</summary>
    public static Cells Initial(Field field) => new Beginning(field);

    /// <summary>After a store.</summary>
    public Cells With(Term outer, Term inner, Term value) => new Stored(this, outer, inner, value);

    /// <summary>One of two histories.</summary>
    public static Cells Choose(Term truth, Cells a, Cells b) => new Met(truth, a, b);

    protected abstract Term Read(Term outer, Term inner);

    private sealed class Beginning(Field field) : Cells
    {
        protected override Term Read(Term outer, Term inner) => Term.Cell(field.Name, field.Count == 1 ? [outer] : [outer, inner], field.Ones);
    }

    private sealed class Stored(Cells before, Term outer, Term inner, Term value) : Cells
    {
        protected override Term Read(Term otherOuter, Term otherInner)
        {
            Term same = Term.Both(Term.Equal(outer, otherOuter), Term.Equal(inner, otherInner));
            return same.IsTrue ? value : same.IsFalse ? before[otherOuter, otherInner] : Term.Choose(same, value, before[otherOuter, otherInner]);
        }
    }

    private sealed class Met(Term truth, Cells a, Cells b) : Cells
    {
        protected override Term Read(Term outer, Term inner) => Term.Choose(truth, a[outer, inner], b[outer, inner]);
    }
}
