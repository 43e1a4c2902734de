namespace Redoubt.Proof.Terms;

/// <summary>Terms as they are where some truths hold: parts that these decide are replaced, and what follows is simplified.</summary>
public sealed class Assumed
{
    private readonly Dictionary<Term, Term> _known = [];

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
        else if (holds && positive is { Kind: Kind.Equal, Arguments: [{ Kind: Kind.Constant } value, var word] })
        {
            _known[word] = value;
        }
    }
}
