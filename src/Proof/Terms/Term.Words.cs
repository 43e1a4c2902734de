using System.Numerics;

namespace Redoubt.Proof.Terms;

/// <summary>Arithmetic. Sums are kept flat (a constant and factors of other terms), so that addresses show their shape.</summary>
public sealed partial class Term : IWord<Term>
{
    [ThreadStatic]
    private static Dictionary<(Term, ulong), Term>? _masked;

    public static Term operator +(Term a, Term b) => Sum([(1, a), (1, b)], 0);

    public static Term operator -(Term a, Term b) => Sum([(1, a), (~0UL, b)], 0);

    public static Term operator *(Term a, Term b)
    {
        if (a.Kind == Kind.Constant)
            return Sum([(a.Value, b)], 0);
        return b.Kind == Kind.Constant ? Sum([(b.Value, a)], 0) : Make(Kind.Product, Ordered(a, b));
    }

    public static Term operator &(Term a, Term b)
    {
        if (a.Kind == Kind.Constant)
            (a, b) = (b, a);
        if (a.Kind == Kind.Constant)
            return Constant(a.Value & b.Value);
        if (b.Kind == Kind.Constant)
            return Mask(a, b.Value);
        if (a == b || Has(b, Kind.Or, a))
            return a;
        if (Has(a, Kind.Or, b))
            return b;
        ulong ones = a.Ones & b.Ones;
        return ones == 0 ? Constant(0) : Make(Kind.And, Ordered(a, b), ones: ones, high: Math.Min(a.High, b.High));
    }

    public static Term operator |(Term a, Term b)
    {
        if (a.Kind == Kind.Constant && b.Kind == Kind.Constant)
            return Constant(a.Value | b.Value);
        if (a == b)
            return a;
        if ((a.Ones & b.Ones) == 0)
            return a + b;
        return Make(Kind.Or, Ordered(a, b), ones: a.Ones | b.Ones, low: Math.Max(a.Low, b.Low));
    }

    public static Term operator ^(Term a, Term b)
    {
        if (a.Kind == Kind.Constant && b.Kind == Kind.Constant)
            return Constant(a.Value ^ b.Value);
        if (a == b)
            return Constant(0);
        if ((a.Ones & b.Ones) == 0)
            return a + b;
        return Make(Kind.Xor, Ordered(a, b), ones: a.Ones | b.Ones);
    }

    public static Term operator ~(Term a) => a ^ Constant(~0UL);

    public static Term operator <<(Term a, Term amount)
    {
        if (amount.Kind == Kind.Constant)
            return Sum([(1UL << (int)amount.Value, a)], 0);
        // A single bit at an unknown place lies between the least and the greatest place.
        ulong ones = a.Kind == Kind.Constant && a.Value == 1 && amount.High < 64 ? Below(1UL << (int)amount.High) & (~0UL << (int)amount.Low) : ~0UL;
        return Make(Kind.ShiftLeft, [a, amount], ones: ones, high: ones);
    }

    public static Term operator >>>(Term a, Term amount)
    {
        if (amount.Kind != Kind.Constant)
            return Make(Kind.ShiftRight, [a, amount], ones: Below(a.High), high: a.High);
        int count = (int)amount.Value;
        if (count == 0)
            return a;
        if (a.High >> count == 0)
            return Constant(0);
        if (a.Kind == Kind.Constant)
            return Constant(a.Value >> count);
        if (a.Kind == Kind.ShiftRight && a.Arguments[1].Kind == Kind.Constant && a.Arguments[1].Value + amount.Value < 64)
            return a.Arguments[0] >>> Constant(a.Arguments[1].Value + amount.Value);
        if (a.Kind == Kind.And && a.Arguments[0].Kind == Kind.Constant)
            return (a.Arguments[1] >>> amount) & Constant(a.Arguments[0].Value >> count);
        if (a.Kind == Kind.Choose && (a.Arguments[1].IsConstant || a.Arguments[2].IsConstant))
            return Choose(a.Arguments[0], a.Arguments[1] >>> amount, a.Arguments[2] >>> amount);
        return ShiftedSum(a, count) ?? Make(Kind.ShiftRight, [a, amount], ones: a.Ones >> count, low: a.Low >> count, high: a.High >> count);
    }

    public static Term ShiftSigned(Term a, Term amount)
    {
        if (a.High >> 63 == 0)
            return a >>> amount;
        if (a.Kind == Kind.Constant && amount.Kind == Kind.Constant)
            return Constant((ulong)((long)a.Value >> (int)amount.Value));
        return amount.Kind == Kind.Constant && amount.Value == 0 ? a : Make(Kind.ShiftSigned, [a, amount]);
    }

    public static Term LeadingZeros(Term a) =>
        a.Kind == Kind.Constant ? Constant((ulong)BitOperations.LeadingZeroCount(a.Value))
        : Make(Kind.LeadingZeros, [a], ones: 0x7f, low: (ulong)BitOperations.LeadingZeroCount(a.High), high: 64);

    public static Term Reverse(Term a) => a.Kind == Kind.Constant ? Constant(Word.ReverseBits(a.Value))
        : Make(Kind.Reverse, [a], ones: Word.ReverseBits(a.Ones), high: Word.ReverseBits(a.Ones));

    public static Term Choose(Term truth, Term a, Term b)
    {
        if (truth.Kind == Kind.Truth)
            return truth.Value != 0 ? a : b;
        if (a == b)
            return a;
        if (truth.Kind == Kind.Not)
            return Choose(truth.Arguments[0], b, a);
        a = Given(truth, true, a);
        b = Given(truth, false, b);
        if (a.IsTruth)
            return ChooseTruth(truth, a, b);
        if (IsSameCell(truth, a, b))
            return b;
        return a == b ? a : Make(Kind.Choose, [truth, a, b], ones: a.Ones | b.Ones, low: Math.Min(a.Low, b.Low), high: Math.Max(a.High, b.High));
    }

    /// <summary>Whether two words are one and the same cell if a truth holds that makes two indices equal.</summary>
    private static bool IsSameCell(Term truth, Term a, Term b)
    {
        if (a.Kind != Kind.Cell || b.Kind != Kind.Cell || a.Name != b.Name)
            return false;
        if (truth.Kind == Kind.Both)
            return IsSameCell(truth.Arguments[0], a, b) || IsSameCell(truth.Arguments[1], a, b);
        return truth.Kind == Kind.Equal && a.Arguments.Zip(b.Arguments).All(pair => pair.First == pair.Second || Equal(pair.First, pair.Second) == truth);
    }

    /// <summary>A constant part and factors times terms.</summary>
    private static Term Sum(ReadOnlySpan<(ulong Factor, Term Term)> parts, ulong constant)
    {
        SortedDictionary<int, (ulong Factor, Term Term)> flat = [];
        foreach ((ulong factor, Term term) in parts)
        {
            if (term.Kind == Kind.Constant)
            {
                constant += factor * term.Value;
            }
            else if (term.Kind == Kind.Sum)
            {
                constant += factor * term.Value;
                for (int i = 0; i < term.Arguments.Length; i++)
                {
                    Add(flat, factor * term.Factors[i], term.Arguments[i]);
                }
            }
            else
            {
                Add(flat, factor, term);
            }
        }

        (ulong Factor, Term Term)[] kept = flat.Values.Where(part => part.Factor != 0).ToArray();
        if (kept.Length == 0)
            return Constant(constant);
        if (kept is [(1, var only)] && constant == 0)
            return only;
        (ulong low, ulong high) = Range(kept, constant) ?? (0, ~0UL);
        int zeros = BitOperations.TrailingZeroCount(constant);
        foreach ((ulong factor, Term term) in kept)
        {
            zeros = Math.Min(zeros, BitOperations.TrailingZeroCount(factor) + BitOperations.TrailingZeroCount(term.Ones));
        }

        ulong multiples = zeros >= 64 ? 0 : ~0UL << zeros;
        return Make(Kind.Sum, kept.Select(part => part.Term).ToArray(), constant, kept.Select(part => part.Factor).ToArray(),
            ones: multiples & Below(high), low: low, high: high);
    }

    private static void Add(SortedDictionary<int, (ulong Factor, Term Term)> parts, ulong factor, Term term) =>
        parts[term.Number] = (factor + parts.GetValueOrDefault(term.Number).Factor, term);

    /// <summary>Least and greatest value of a sum; null if it can wrap.</summary>
    private static (ulong Low, ulong High)? Range((ulong Factor, Term Term)[] parts, ulong constant)
    {
        Int128 low = (long)constant, high = (long)constant;
        foreach ((ulong factor, Term term) in parts)
        {
            // A part that wraps by itself says nothing, and its bounds would not fit.
            Int128 signed = (long)factor;
            if (Int128.Abs(signed) > ulong.MaxValue / Math.Max(1, term.High))
                return null;
            low += signed * (signed < 0 ? term.High : term.Low);
            high += signed * (signed < 0 ? term.Low : term.High);
        }

        return low >= 0 && high <= ulong.MaxValue ? ((ulong)low, (ulong)high) : null;
    }

    /// <summary>A term and a constant mask.</summary>
    private static Term Mask(Term term, ulong mask)
    {
        _masked ??= [];
        mask &= term.Ones;
        if (!_masked.TryGetValue((term, mask), out Term? masked))
            _masked[(term, mask)] = masked = MakeMask(term, mask);
        return masked;
    }

    private static Term MakeMask(Term term, ulong mask)
    {
        if (mask == term.Ones)
            return term;
        if (mask == 0)
            return Constant(0);
        if (term.Kind == Kind.And && term.Arguments[0].Kind == Kind.Constant)
            return Mask(term.Arguments[1], mask & term.Arguments[0].Value);
        if (term.Kind == Kind.Choose)
        {
            Term yes = Mask(term.Arguments[1], mask), no = Mask(term.Arguments[2], mask);
            if (yes == no || term.Arguments[1].IsConstant || term.Arguments[2].IsConstant)
                return Choose(term.Arguments[0], yes, no);
        }

        if (term.Kind == Kind.Or && term.Arguments[0].IsConstant && (term.Arguments[0].Value & mask) == 0)
            return Mask(term.Arguments[1], mask);
        if (term.Kind == Kind.Sum && Remainder(term, Below(mask)) is { } rest)
            return Mask(rest, mask);
        return Make(Kind.And, [Constant(mask), term], ones: mask, high: Math.Min(mask, term.High));
    }

    /// <summary>A sum without the parts that a mask of low bits takes away, or null if there are none.</summary>
    private static Term? Remainder(Term sum, ulong mask)
    {
        List<(ulong, Term)> parts = [];
        for (int i = 0; i < sum.Arguments.Length; i++)
        {
            if ((sum.Factors[i] & mask) != 0)
                parts.Add((sum.Factors[i], sum.Arguments[i]));
        }

        ulong constant = sum.Value & mask;
        return parts.Count == sum.Arguments.Length && constant == sum.Value ? null
            : Sum(global::System.Runtime.InteropServices.CollectionsMarshal.AsSpan(parts), constant);
    }

    /// <summary>A sum shifted to the right where the shift divides all parts but some that are too small to matter.</summary>
    private static Term? ShiftedSum(Term sum, int count)
    {
        if (sum.Kind != Kind.Sum || Range(sum.Factors.Zip(sum.Arguments).ToArray(), sum.Value) is null)
            return null;
        ulong below = (1UL << count) - 1;
        List<(ulong, Term)> divided = [], small = [];
        for (int i = 0; i < sum.Arguments.Length; i++)
        {
            if ((sum.Factors[i] & below) == 0)
                divided.Add(((ulong)((long)sum.Factors[i] >> count), sum.Arguments[i]));
            else
                small.Add((sum.Factors[i], sum.Arguments[i]));
        }

        return Range(small.ToArray(), sum.Value & below) is not { } rest || rest.High > below ? null : Sum(divided.ToArray(), (ulong)((long)(sum.Value & ~below) >> count));
    }

    /// <summary>A term where a truth is known, as far as it shows at the top.</summary>
    public static Term Given(Term truth, bool holds, Term term)
    {
        if (truth.Kind == Kind.Not)
            (truth, holds) = (truth.Arguments[0], !holds);
        if (term == truth)
            return Truth(holds);
        while (term.Kind is Kind.Choose or Kind.ChooseTruth && Decides(truth, holds, term.Arguments[0]) is { } chosen)
        {
            term = term.Arguments[chosen ? 1 : 2];
        }

        return term;
    }

    /// <summary>Whether a truth that is known says that another holds, or that it does not; null if it says neither at a glance.</summary>
    private static bool? Decides(Term truth, bool holds, Term other, int depth = 4)
    {
        if (truth == other)
            return holds;
        if (truth.Kind == Kind.Not)
            return Decides(truth.Arguments[0], !holds, other, depth);
        return depth > 0 && truth.Kind == (holds ? Kind.Both : Kind.Either)
            ? Decides(truth.Arguments[0], holds, other, depth - 1) ?? Decides(truth.Arguments[1], holds, other, depth - 1) : null;
    }

    private static Term[] Ordered(Term a, Term b) => a.IsConstant || (!b.IsConstant && a.Number < b.Number) ? [a, b] : [b, a];
}
