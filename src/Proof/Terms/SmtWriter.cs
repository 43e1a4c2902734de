using System.Text;

namespace Redoubt.Proof.Terms;

/// <summary>
/// Writes questions as SMT-LIB 2 (QF_UFBV): declarations of what occurs, a definition for each term, the assertions. A question that is not
/// exact knows less: if it has no solution, the exact one has none.
/// </summary>
public sealed class SmtWriter
{
    /// <summary>How exact a question is.</summary>
    public enum Level
    {
        /// <summary>As <see cref="Coarse"/>, and of large words only the bounds are known.</summary>
        Rough,

        /// <summary>Of counting zeros and reversing only the bounds of the result are known.</summary>
        Coarse,

        /// <summary>All is known.</summary>
        Exact,
    }

    private const string Word = "(_ BitVec 64)";
    private readonly StringBuilder _text = new();
    private readonly Dictionary<Term, string> _names = [];
    private readonly HashSet<string> _memories = [];
    private readonly Level _level;
    private bool _countsZeros;

    private SmtWriter(Level level) => _level = level;

    /// <summary>Whether the question left something out.</summary>
    private bool IsCoarser { get; set; }

    /// <summary>The question whether all these truths, named a0 and so on, can hold together; null if it would be the exact one and that was not wanted.</summary>
    public static string? Question(IEnumerable<Term> truths, Level level)
    {
        SmtWriter writer = new(level);
        int number = 0;
        foreach (Term truth in truths)
        {
            string name = writer.Name(truth);
            writer._text.Append($"(assert (! {name} :named a{number++}))\n");
        }

        return level != Level.Exact && !writer.IsCoarser ? null : writer._text.ToString();
    }

    private string Name(Term term)
    {
        if (_names.TryGetValue(term, out string? known))
            return known;
        if (term.Kind == Kind.Constant)
            return $"#x{term.Value:x16}";
        if (term.Kind == Kind.Truth)
            return term.IsTrue ? "true" : "false";
        if (term.IsLarge && _level == Level.Rough && term.Kind is not (Kind.LeadingZeros or Kind.Reverse))
            return Unknown(term);
        string[] arguments = Array.ConvertAll(term.Arguments, Name);
        string name = $"t{_names.Count}";
        switch (term.Kind)
        {
            case Kind.Variable:
                name = $"|{term.Name}|";
                _text.Append($"(declare-const {name} {Word})\n");
                Limit(name, term);
                break;
            case Kind.Cell:
                if (_memories.Add(term.Name))
                    _text.Append($"(declare-fun |{term.Name}| ({string.Join(' ', Enumerable.Repeat(Word, arguments.Length))}) {Word})\n");
                Define(name, term, $"(|{term.Name}| {string.Join(' ', arguments)})");
                Limit(name, term);
                break;
            case Kind.LeadingZeros or Kind.Reverse when _level != Level.Exact:
                Bound(name, term, arguments[0]);
                break;
            default:
                Define(name, term, Body(term, arguments));
                break;
        }

        _names.Add(term, name);
        return name;
    }

    private string Unknown(Term term)
    {
        IsCoarser = true;
        string name = $"u{_names.Count}";
        _names.Add(term, name);
        _text.Append($"(declare-const {name} {Word})\n(assert (bvule #x{term.Low:x16} {name}))\n(assert (bvule {name} #x{term.High:x16}))\n");
        Limit(name, term);
        return name;
    }

    private void Define(string name, Term term, string body) => _text.Append($"(define-fun {name} () {(term.IsTruth ? "Bool" : Word)} {body})\n");

    private void Limit(string name, Term term)
    {
        if (term.Ones != ~0UL)
            _text.Append($"(assert (= (bvand {name} #x{~term.Ones:x16}) #x{0UL:x16}))\n");
    }

    /// <summary>Result of a reversal: zero for zero, no bits but those that may be. Of a count: at most 64; of a word that is not zero, at most what lies above its lowest bit.</summary>
    private void Bound(string name, Term term, string argument)
    {
        IsCoarser = true;
        string function = term.Kind == Kind.Reverse ? "reverse" : "zeros", zero = $"(= {argument} #x{0UL:x16})";
        if (_memories.Add(function))
            _text.Append($"(declare-fun {function} ({Word}) {Word})\n");
        Define(name, term, $"({function} {argument})");
        Limit(name, term);
        _text.Append(term.Kind == Kind.Reverse ? $"(assert (= {zero} (= {name} #x{0UL:x16})))\n"
            : $"(assert (ite {zero} (= {name} #x{64UL:x16}) (bvule {name} #x{63 - ulong.TrailingZeroCount(term.Arguments[0].Ones):x16})))\n");
        // The lowest bit of a word is one of its bits.
        if (term is { Kind: Kind.LeadingZeros, Arguments: [{ Kind: Kind.Reverse, Arguments: [var word] }] })
            _text.Append($"(assert (or {zero} (= ((_ extract 0 0) (bvlshr {Name(word)} {name})) #b1)))\n");
    }

    private string Body(Term term, string[] a) => term.Kind switch
    {
        Kind.Sum => Sum(term, a),
        Kind.Product => $"(bvmul {a[0]} {a[1]})",
        Kind.And => $"(bvand {a[0]} {a[1]})",
        Kind.Or => $"(bvor {a[0]} {a[1]})",
        Kind.Xor when term.Arguments[0] is { Kind: Kind.Constant, Value: ~0UL } => $"(bvnot {a[1]})",
        Kind.Xor => $"(bvxor {a[0]} {a[1]})",
        Kind.ShiftLeft => $"(bvshl {a[0]} {a[1]})",
        Kind.ShiftRight => $"(bvlshr {a[0]} {a[1]})",
        Kind.ShiftSigned => $"(bvashr {a[0]} {a[1]})",
        Kind.LeadingZeros => LeadingZeros(a[0]),
        Kind.Reverse => $"(concat {string.Join(' ', Enumerable.Range(0, 64).Select(i => $"((_ extract {i} {i}) {a[0]})"))})",
        Kind.Choose or Kind.ChooseTruth => $"(ite {a[0]} {a[1]} {a[2]})",
        Kind.Equal => $"(= {a[0]} {a[1]})",
        Kind.Less => $"(bvult {a[0]} {a[1]})",
        Kind.Bit => $"(= ((_ extract {term.Value} {term.Value}) {a[0]}) #b1)",
        Kind.Not => $"(not {a[0]})",
        Kind.Both => $"(and {a[0]} {a[1]})",
        Kind.Either => $"(or {a[0]} {a[1]})",
        _ => throw new ArgumentOutOfRangeException(nameof(term), term.Kind, "a kind of term that SMT-LIB was not told of"),
    };

    private static string Sum(Term term, string[] a)
    {
        string sum = term.Value == 0 ? "" : $" #x{term.Value:x16}";
        for (int i = 0; i < a.Length; i++)
        {
            sum += term.Factors[i] == 1 ? $" {a[i]}"
                : ulong.IsPow2(term.Factors[i]) ? $" (bvshl {a[i]} #x{ulong.TrailingZeroCount(term.Factors[i]):x16})"
                : term.Factors[i] == ~0UL ? $" (bvneg {a[i]})"
                : $" (bvmul #x{term.Factors[i]:x16} {a[i]})";
        }

        return a.Length == 1 && term.Value == 0 ? sum[1..] : $"(bvadd{sum})";
    }

    /// <summary>Counts by halves: if the upper half is zero, its width and the zeros of the lower half.</summary>
    private string LeadingZeros(string word)
    {
        if (!_countsZeros)
        {
            _countsZeros = true;
            _text.Append($"(define-fun clz1 ((x (_ BitVec 1))) {Word} (ite (= x #b0) #x{1UL:x16} #x{0UL:x16}))\n");
            for (int width = 2; width <= 64; width *= 2)
            {
                int half = width / 2;
                _text.Append($"(define-fun clz{width} ((x (_ BitVec {width}))) {Word} (let ((h ((_ extract {width - 1} {half}) x)) (l ((_ extract {half - 1} 0) x))) "
                    + $"(ite (= h (_ bv0 {half})) (bvadd #x{half:x16} (clz{half} l)) (clz{half} h))))\n");
            }
        }

        return $"(clz64 {word})";
    }
}
