namespace Redoubt.Proof.Terms;

/// <summary>The value of terms where the unknowns have values.</summary>
/// <param name="variable">Value of a variable by its name.</param>
/// <param name="cell">Value of a cell by its memory and indices.</param>
public sealed class Evaluator(Func<string, ulong> variable, Func<string, ulong[], ulong> cell)
{
    private readonly Dictionary<Term, ulong> _values = [];

    /// <summary>The value of a word; of a truth, 1 or 0.</summary>
    public ulong Value(Term term)
    {
        if (!_values.TryGetValue(term, out ulong value))
        {
            value = Compute(term, Array.ConvertAll(term.Arguments, argument => new Word(Value(argument)))).Value;
            _values.Add(term, value);
        }

        return value;
    }

    private Word Compute(Term term, Word[] a) => term.Kind switch
    {
        Kind.Constant or Kind.Truth => new Word(term.Value),
        Kind.Variable => new Word(variable(term.Name) & term.Ones),
        Kind.Cell => new Word(cell(term.Name, Array.ConvertAll(a, index => index.Value)) & term.Ones),
        Kind.Sum => a.Select((part, i) => part * new Word(term.Factors[i])).Aggregate(new Word(term.Value), (sum, part) => sum + part),
        Kind.Product => a[0] * a[1],
        Kind.And => a[0] & a[1],
        Kind.Or => a[0] | a[1],
        Kind.Xor => a[0] ^ a[1],
        Kind.ShiftLeft => a[0] << a[1],
        Kind.ShiftRight => a[0] >>> a[1],
        Kind.ShiftSigned => Word.ShiftSigned(a[0], a[1]),
        Kind.LeadingZeros => Word.LeadingZeros(a[0]),
        Kind.Reverse => Word.Reverse(a[0]),
        Kind.Choose or Kind.ChooseTruth => Word.Choose(a[0], a[1], a[2]),
        Kind.Equal => Word.Equal(a[0], a[1]),
        Kind.Less => Word.Less(a[0], a[1]),
        Kind.Bit => Word.Bit(a[0], (int)term.Value),
        Kind.Not => Word.Not(a[0]),
        Kind.Both => Word.Both(a[0], a[1]),
        _ => Word.Either(a[0], a[1]),
    };
}
