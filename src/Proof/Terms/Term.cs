using System.Numerics;

namespace Redoubt.Proof.Terms;

/// <summary>What a term is. The first group are words of 64 bits, the second truths.</summary>
public enum Kind
{
    Constant, Variable, Cell, Sum, Product, And, Or, Xor, ShiftLeft, ShiftRight, ShiftSigned, LeadingZeros, Reverse, Choose,
    Truth, Equal, Less, Bit, Not, Both, Either, ChooseTruth,
}

/// <summary>
/// A word or truth over unknowns. Equal terms are one object; what can be simplified is simplified when a term is made. Terms belong to
/// the thread that made them.
/// </summary>
public sealed partial class Term
{
    private const int MostWeight = 150;

    [ThreadStatic]
    private static Dictionary<Key, Term>? _pool;

    private readonly int _weight;

    private Term(Kind kind, Term[] arguments, ulong value, ulong[] factors, string name, ulong ones, ulong low, ulong high)
    {
        (Kind, Arguments, Value, Factors, Name) = (kind, arguments, value, factors, name);
        Ones = ones & Below(high);
        (Low, High) = (low, Math.Min(high, Ones));
        Number = Pool.Count;
        _weight = 1 + arguments.Sum(argument => argument.IsLarge ? 1 : Math.Min(argument._weight, MostWeight));
        Size = (int)Math.Min(int.MaxValue, 1 + arguments.Sum(argument => (long)argument.Size));
    }

    public Kind Kind { get; }

    public Term[] Arguments { get; }

    /// <summary>Of a constant its value, of a sum its constant part, of a bit its number; of an unknown <see cref="Ones"/>, so that those of one name but other bits differ.</summary>
    public ulong Value { get; }

    /// <summary>Of a sum the factor of each argument.</summary>
    public ulong[] Factors { get; }

    /// <summary>Of a variable its name, of a cell the name of its memory.</summary>
    public string Name { get; }

    /// <summary>Bits that may be one.</summary>
    public ulong Ones { get; }

    /// <summary>Least and greatest value, unsigned.</summary>
    public ulong Low { get; }

    public ulong High { get; }

    /// <summary>Position in the order of making.</summary>
    public int Number { get; }

    /// <summary>How much would be written if shared parts were written again each time.</summary>
    public int Size { get; }

    /// <summary>A word of so many parts that a question may take it for an unknown; parts that are large themselves count as one.</summary>
    public bool IsLarge => !IsTruth && _weight > MostWeight;

    public bool IsTruth => Kind >= Kind.Truth;

    public bool IsConstant => Kind is Kind.Constant or Kind.Truth;

    /// <summary>The truth that is always, or never.</summary>
    public bool IsTrue => Kind == Kind.Truth && Value != 0;

    public bool IsFalse => Kind == Kind.Truth && Value == 0;

    private static Dictionary<Key, Term> Pool => _pool ??= [];

    public static Term Constant(ulong value) => Make(Kind.Constant, [], value, ones: value, low: value, high: value);

    public static Term Truth(bool value) => Make(Kind.Truth, [], value ? 1UL : 0);

    /// <summary>An unknown word of which only some bits may be one.</summary>
    public static Term Variable(string name, ulong ones = ~0UL) => Make(Kind.Variable, [], ones, name: name, ones: ones, high: ones);

    /// <summary>What a memory held at the beginning, at one or two indices.</summary>
    public static Term Cell(string memory, Term[] indices, ulong ones) => Make(Kind.Cell, indices, ones, name: memory, ones: ones, high: ones);

    /// <summary>The same of other arguments, simplified.</summary>
    public Term With(Term[] a) => Kind switch
    {
        Kind.Cell => Cell(Name, a, Ones),
        Kind.Sum => Sum(Factors.Zip(a).ToArray(), Value),
        Kind.Product => a[0] * a[1],
        Kind.And => a[0] & a[1],
        Kind.Or => a[0] | a[1],
        Kind.Xor => a[0] ^ a[1],
        Kind.ShiftLeft => a[0] << a[1],
        Kind.ShiftRight => a[0] >>> a[1],
        Kind.ShiftSigned => ShiftSigned(a[0], a[1]),
        Kind.LeadingZeros => LeadingZeros(a[0]),
        Kind.Reverse => Reverse(a[0]),
        Kind.Choose or Kind.ChooseTruth => Choose(a[0], a[1], a[2]),
        Kind.Equal => Equal(a[0], a[1]),
        Kind.Less => Less(a[0], a[1]),
        Kind.Bit => Bit(a[0], (int)Value),
        Kind.Not => Not(a[0]),
        Kind.Both => Both(a[0], a[1]),
        Kind.Either => Either(a[0], a[1]),
        _ => this,
    };

    /// <summary>All that terms are made of, and they themselves, each once.</summary>
    public static IEnumerable<Term> Parts(IEnumerable<Term> terms)
    {
        HashSet<Term> seen = [];
        Stack<Term> open = new(terms);
        while (open.TryPop(out Term? term))
        {
            if (!seen.Add(term))
                continue;
            yield return term;
            foreach (Term argument in term.Arguments)
            {
                open.Push(argument);
            }
        }
    }

    public override string ToString() => Printer.Text(this, 6);

    private static Term Make(Kind kind, Term[] arguments, ulong value = 0, ulong[]? factors = null, string name = "",
        ulong ones = ~0UL, ulong low = 0, ulong high = ~0UL)
    {
        Key key = new(kind, arguments, value, factors ?? [], name);
        if (!Pool.TryGetValue(key, out Term? term))
        {
            term = new Term(kind, arguments, value, factors ?? [], name, ones, low, high);
            Pool.Add(key, term);
        }

        return term;
    }

    /// <summary>All bits up to the highest one of a number.</summary>
    private static ulong Below(ulong high) => high == 0 ? 0 : ~0UL >> BitOperations.LeadingZeroCount(high);

    private readonly struct Key(Kind kind, Term[] arguments, ulong value, ulong[] factors, string name) : IEquatable<Key>
    {
        private readonly Kind _kind = kind;
        private readonly Term[] _arguments = arguments;
        private readonly ulong _value = value;
        private readonly ulong[] _factors = factors;
        private readonly string _name = name;

        public bool Equals(Key other) => _kind == other._kind && _value == other._value && _name == other._name
            && _arguments.AsSpan().SequenceEqual(other._arguments) && _factors.AsSpan().SequenceEqual(other._factors);

        public override bool Equals(object? obj) => obj is Key other && Equals(other);

        public override int GetHashCode()
        {
            HashCode hash = default;
            hash.Add(_kind);
            hash.Add(_value);
            hash.Add(_name);
            foreach (Term argument in _arguments)
            {
                hash.Add(argument.Number);
            }

            foreach (ulong factor in _factors)
            {
                hash.Add(factor);
            }

            return hash.ToHashCode();
        }
    }
}
