using System.Collections.Immutable;
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

    /// <summary>Words that are computed from their indices.</summary>
    public static Cells Of(Func<Term, Term, Term> read) => new Computed(read);

    /// <summary>
    /// Words some of which stand in registers: memory has only what was left over of these. A store that brings one of them back from its
    /// register makes memory whole again.
    /// </summary>
    /// <param name="words">The words.</param>
    /// <param name="leftOver">What memory has of those that stand in registers.</param>
    /// <param name="loaded">Which do, by their indices, if a truth holds.</param>
    public static Cells Without(Cells words, Cells leftOver, ImmutableList<(Term Outer, Term Inner, Term If)> loaded) => new Partly(words, leftOver, loaded);

    /// <summary>After a store.</summary>
    public virtual Cells With(Term outer, Term inner, Term value) => new Stored(this, outer, inner, value, Term.Truth(true));

    /// <summary>After a store that takes place only if a truth holds.</summary>
    public Cells With(Term outer, Term inner, Term value, Term guard) =>
        guard.IsTrue ? With(outer, inner, value) : guard.IsFalse ? this : new Stored(this, outer, inner, value, guard);

    /// <summary>After bits are added to a cell, if a truth holds: the same bits in another order make the same words.</summary>
    public Cells Adding(Term outer, Term inner, Term bits, Term? guard = null) => bits == Term.Constant(0) ? this : new Added(this, outer, inner, bits, guard ?? Term.Truth(true));

    /// <summary>After a store, if a truth holds, of a word that may be the one that was there with more bits.</summary>
    public Cells WithMore(Term outer, Term inner, Term value, Term guard)
    {
        Term before = this[outer, inner];
        return value == before ? this
            : value is { Kind: Kind.Or, Arguments: [var a, var b] } && (a == before || b == before) ? Adding(outer, inner, a == before ? b : a, guard)
            : With(outer, inner, value, guard);
    }

    /// <summary>One of two histories. If one goes on from the other by a store, or by bits that are added, these take place only if a truth holds.</summary>
    public static Cells Choose(Term truth, Cells a, Cells b) => Continued(truth, a, b) ?? Continued(Term.Not(truth), b, a) ?? new Met(truth, a, b);

    private static Cells? Continued(Term truth, Cells a, Cells b) => a == b ? b
        : a is Stored after && after.Before == b ? after.If(truth)
        : a is Added added && Continued(truth, added.Before, b) is { } before ? added.After(before, truth)
        : null;

    protected abstract Term Read(Term outer, Term inner);

    private sealed class Beginning(string name, ulong count, ulong ones) : Cells
    {
        protected override Term Read(Term outer, Term inner) => Term.Cell(name, count == 1 ? [outer] : [outer, inner], ones);
    }

    private sealed class Computed(Func<Term, Term, Term> read) : Cells
    {
        protected override Term Read(Term outer, Term inner) => read(outer, inner);
    }

    private sealed class Partly(Cells words, Cells leftOver, ImmutableList<(Term Outer, Term Inner, Term If)> loaded) : Cells
    {
        public override Cells With(Term outer, Term inner, Term value)
        {
            int back = value == words[outer, inner] ? loaded.FindIndex(word => word.Outer == outer && word.Inner == inner) : -1;
            return back < 0 ? base.With(outer, inner, value) : loaded.Count == 1 ? words : new Partly(words, leftOver, loaded.RemoveAt(back));
        }

        protected override Term Read(Term outer, Term inner) => loaded.Aggregate(words[outer, inner], (word, other) =>
        {
            Term same = Term.Both(Term.Both(Term.Equal(other.Outer, outer), Term.Equal(other.Inner, inner)), other.If);
            return same.IsFalse ? word : Term.Choose(same, leftOver[outer, inner], word);
        });
    }

    private sealed class Stored(Cells before, Term outer, Term inner, Term value, Term guard) : Cells
    {
        public Cells Before => before;

        public Cells If(Term truth) => before.With(outer, inner, value, Term.Both(truth, guard));

        protected override Term Read(Term otherOuter, Term otherInner)
        {
            Term same = Term.Both(Term.Both(Term.Equal(outer, otherOuter), Term.Equal(inner, otherInner)), guard);
            return same.IsTrue ? value : same.IsFalse ? before[otherOuter, otherInner] : Term.Choose(same, value, before[otherOuter, otherInner]);
        }
    }

    private sealed class Added(Cells before, Term outer, Term inner, Term bits, Term guard) : Cells
    {
        public Cells Before => before;

        public Cells After(Cells other, Term truth) => other.Adding(outer, inner, bits, Term.Both(truth, guard));

        protected override Term Read(Term otherOuter, Term otherInner) => before[otherOuter, otherInner]
            | Term.Choose(Term.Both(Term.Both(Term.Equal(outer, otherOuter), Term.Equal(inner, otherInner)), guard), bits, Term.Constant(0));
    }

    private sealed class Met(Term truth, Cells a, Cells b) : Cells
    {
        protected override Term Read(Term outer, Term inner) => Term.Choose(truth, a[outer, inner], b[outer, inner]);
    }
}
