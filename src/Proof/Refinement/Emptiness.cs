using Redoubt.Proof.Terms;

namespace Redoubt.Proof.Refinement;

/// <summary>
/// Brings what is asked of mail to truths: whether a word is empty to whether each of its parts is, and whether two single bits are the same to what each depends on. So
/// nothing is left of how many bits there are.
/// </summary>
public sealed class Emptiness
{
    private readonly Dictionary<Term, Term> _known = [], _empty = [];

    /// <summary>A term that is equal.</summary>
    public Term this[Term term]
    {
        get
        {
            if (!_known.TryGetValue(term, out Term? known))
                _known[term] = known = Rewritten(term);
            return known;
        }
    }

    private Term Rewritten(Term term) => term switch
    {
        { Kind: Kind.Equal, Arguments: [{ Kind: Kind.Constant, Value: 0 }, var word] } => IsEmpty(word),
        { Kind: Kind.Equal, Arguments: [{ Ones: 1 } a, { Ones: 1 } b] } when (Term.Bit(a, 0), Term.Bit(b, 0)) is var (x, y) => Term.Choose(this[x], this[y], Term.Not(this[y])),
        { Arguments.Length: 0 } => term,
        _ => term.With(Array.ConvertAll(term.Arguments, argument => this[argument])),
    };

    private Term IsEmpty(Term word)
    {
        if (!_empty.TryGetValue(word, out Term? empty))
        {
            _empty[word] = empty = word switch
            {
                { Kind: Kind.Or, Arguments: [var a, var b] } => Term.Both(IsEmpty(a), IsEmpty(b)),
                { Kind: Kind.Choose, Arguments: [var truth, var yes, var no] } => Term.Choose(this[truth], IsEmpty(yes), IsEmpty(no)),
                { Kind: Kind.ShiftLeft, Arguments: [{ Kind: Kind.Constant, Value: 1 }, { High: < 64 }] } => Term.Truth(false),
                _ => Term.Equal(this[word], Term.Constant(0)),
            };
        }

        return empty;
    }
}
