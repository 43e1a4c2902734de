using System.Numerics;

namespace Redoubt.Proof.Terms;

/// <summary>Terms as they are where some truths hold: parts that these decide are replaced, and what follows is simplified.</summary>
public sealed class Assumed
{
    private readonly Dictionary<Term, Term> _known = [];

    // Words that are less than a constant: the bits that they may have.
    private readonly Dictionary<Term, ulong> _ones = [];

    /// <summary>Where these truths hold.</summary>
    public Assumed(IEnumerable<Term> truths)
    {
        foreach (Term truth in truths)
        {
            Assume(truth);
        }
    }

    /// <summary>Where a term is a word by another name.</summary>
    public Assumed(IEnumerable<Term> truths, IReadOnlyDictionary<Term, Term> names)
        : this(truths)
    {
        foreach ((Term term, Term name) in names)
        {
            _known[term] = name;
        }
    }

    /// <summary>The term, as far as it is decided.</summary>
    public Term this[Term term]
    {
        get
        {
            if (term.IsConstant)
                return term;
            // A mask that takes nothing away.
            if (term is { Kind: Kind.And, Arguments: [{ Kind: Kind.Constant } mask, var masked] } && _ones.TryGetValue(masked, out ulong ones) && (ones & ~mask.Value) == 0)
                return this[masked];
            if (!_known.TryGetValue(term, out Term? known))
            {
                Term[] arguments = Array.ConvertAll(term.Arguments, argument => this[argument]);
                known = arguments.AsSpan().SequenceEqual(term.Arguments) ? term : term.With(arguments);
                // What it has become may be one of the truths itself.
                if (known != term && _known.TryGetValue(known, out Term? decided))
                    known = decided;
                _known[term] = known;
            }

            return known;
        }
    }

    private void Assume(Term truth)
    {
        bool holds = truth.Kind != Kind.Not;
        Term positive = holds ? truth : truth.Arguments[0];
        if (positive.IsConstant)
            return;
        _known[positive] = Term.Truth(holds);
        if (holds && positive.Kind == Kind.Both || !holds && positive.Kind == Kind.Either)
        {
            foreach (Term part in positive.Arguments)
            {
                Assume(holds ? part : Term.Not(part));
            }
        }
        else if (holds && positive is { Kind: Kind.Less, Arguments: [var small, { Kind: Kind.Constant } limit] })
        {
            _ones[small] = ~0UL >> BitOperations.LeadingZeroCount(limit.Value - 1);
        }
        else if (holds && positive is { Kind: Kind.Equal, Arguments: [{ Kind: Kind.Constant } value, var word] })
        {
            _known[word] = value;
        }
        else if (holds && positive is { Kind: Kind.Equal, Arguments: [var one, var other] })
        {
            // The shorter one is what both are called.
            bool first = one.Size > other.Size;
            _known[first ? one : other] = first ? other : one;
        }
    }
}
