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
    public static Cells Initial(Field field) => Initial(field.Name, field.Count, field.Ones);

    /// <summary>The beginning of a field by its name, the length of its rows, and the bits that may be one.</summary>
    public static Cells Initial(string name, ulong count, ulong ones) => new Beginning(name, count, ones);

    /// <summary>The same word everywhere.</summary>
    public static Cells Of(Term word) => new Uniform(word);

    /// <summary>After a store.</summary>
    public virtual Cells With(Term outer, Term inner, Term value) => new Stored(this, outer, inner, value, Term.Truth(true));

    /// <summary>After a store that takes place only if a truth holds.</summary>
    public Cells With(Term outer, Term inner, Term value, Term guard) => guard.IsTrue ? With(outer, inner, value) : new Stored(this, outer, inner, value, guard);

    /// <summary>One of two histories.</summary>
    public static Cells Choose(Term truth, Cells a, Cells b) => new Met(truth, a, b);

    protected abstract Term Read(Term outer, Term inner);

    private sealed class Beginning(string name, ulong count, ulong ones) : Cells
    {
        protected override Term Read(Term outer, Term inner) => Term.Cell(name, count == 1 ? [outer] : [outer, inner], ones);
    }

    private sealed class Uniform(Term word) : Cells
    {
        protected override Term Read(Term outer, Term inner) => word;
    }

    private sealed class Stored(Cells before, Term outer, Term inner, Term value, Term guard) : Cells
    {
        protected override Term Read(Term otherOuter, Term otherInner)
        {
            Term same = Term.Both(Term.Both(Term.Equal(outer, otherOuter), Term.Equal(inner, otherInner)), guard);
            return same.IsTrue ? value : same.IsFalse ? before[otherOuter, otherInner] : Term.Choose(same, value, before[otherOuter, otherInner]);
        }
    }

    private sealed class Met(Term truth, Cells a, Cells b) : Cells
    {
        protected override Term Read(Term outer, Term inner) => Term.Choose(truth, a[outer, inner], b[outer, inner]);
    }
}
