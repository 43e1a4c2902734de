using System.Numerics;
using Redoubt.Proof.Refinement;

namespace Redoubt.Proof.Terms;

/// <summary>Comparisons and connectives.</summary>
public sealed partial class Term
{
    [ThreadStatic]
    private static Dictionary<(Term, Term), Term>? _equal;

    [ThreadStatic]
    private static Dictionary<(Term, int), Term>? _bit;

    public static Term Equal(Term a, Term b)
    {
        // Remembered, since shared parts of a word would be gone through again and again.
        _equal ??= [];
        if (!_equal.TryGetValue((a, b), out Term? equal))
            _equal[(a, b)] = equal = MakeEqual(a, b);
        return equal;
    }

    public static Term Bit(Term word, int number)
    {
        _bit ??= [];
        if (!_bit.TryGetValue((word, number), out Term? bit))
            _bit[(word, number)] = bit = MakeBit(word, number);
        return bit;
    }

    private static Term MakeEqual(Term a, Term b)
    {
        if (a == b)
            return Truth(true);
        if (a.High < b.Low || b.High < a.Low)
            return Truth(false);
        Term difference = a - b;
        if (difference.Kind == Kind.Constant)
            return Truth(difference.Value == 0);
        if (a.Kind == Kind.Constant)
            (a, b) = (b, a);
        // What is added on both sides makes no difference.
        if (difference is { Kind: Kind.Sum, Value: 0, Arguments: [var x, var y], Factors: [1, ~0UL] or [~0UL, 1] } && Ordered(x, y) is var pair && !pair.AsSpan().SequenceEqual(Ordered(a, b)))
            return Equal(x, y);
        if (b.Kind != Kind.Constant)
            return EqualChoice(a, b) ?? EqualChoice(b, a) ?? Make(Kind.Equal, Ordered(a, b));
        if (a.Kind == Kind.Sum && a.Value != 0)
            return Equal(a - Constant(a.Value), Constant(b.Value - a.Value));
        if ((b.Value & ~a.Ones) != 0)
            return Truth(false);
        if (a.Kind == Kind.Sum && a.Factors is [~0UL])
            return Equal(a.Arguments[0], Constant(0 - b.Value));
        if (a.Kind == Kind.Choose)
        {
            Term yes = Equal(a.Arguments[1], b), no = Equal(a.Arguments[2], b);
            if (yes.IsConstant || no.IsConstant)
                return Choose(a.Arguments[0], yes, no);
        }

        if (ulong.IsPow2(a.Ones))
        {
            Term bit = Bit(a, (int)ulong.TrailingZeroCount(a.Ones));
            return b.Value == 0 ? Not(bit) : bit;
        }

        // Of two bits that may be one, each is looked at by itself.
        if (b.Value == 0 && BitOperations.PopCount(a.Ones) == 2)
            return Both(Not(Bit(a, BitOperations.TrailingZeroCount(a.Ones))), Not(Bit(a, 63 - BitOperations.LeadingZeroCount(a.Ones))));
        return Make(Kind.Equal, [b, a]);
    }

    /// <summary>Whether a choice of which one side is known to differ is equal to a word; null if it is no such choice.</summary>
    private static Term? EqualChoice(Term a, Term b)
    {
        if (a.Kind != Kind.Choose)
            return null;
        bool never(Term side) => side.High < b.Low || b.High < side.Low;
        return never(a.Arguments[1]) ? Both(Not(a.Arguments[0]), Equal(a.Arguments[2], b))
            : never(a.Arguments[2]) ? Both(a.Arguments[0], Equal(a.Arguments[1], b))
            : null;
    }

    public static Term Less(Term a, Term b)
    {
        if (a.High < b.Low)
            return Truth(true);
        if (a == b || a.Low >= b.High)
            return Truth(false);
        if (b.Kind == Kind.Constant && b.Value == 1)
            return Equal(a, Constant(0));
        if (a.Kind == Kind.Constant && a.Value == 0)
            return Not(Equal(b, a));
        // One form for both: less than a word plus one, or not less.
        if (a.Kind == Kind.Constant && a.Value != ulong.MaxValue)
            return Not(Less(b, Constant(a.Value + 1)));
        return Make(Kind.Less, [a, b]);
    }

    private static Term MakeBit(Term word, int number)
    {
        if (((word.Ones >> number) & 1) == 0)
            return Truth(false);
        switch (word.Kind)
        {
            case Kind.Constant:
                return Truth(((word.Value >> number) & 1) != 0);
            case Kind.And when word.Arguments[0].Kind == Kind.Constant:
                return Bit(word.Arguments[1], number);
            case Kind.And:
                return Both(Bit(word.Arguments[0], number), Bit(word.Arguments[1], number));
            case Kind.Or:
                return Either(Bit(word.Arguments[0], number), Bit(word.Arguments[1], number));
            case Kind.Xor when word.Arguments[0].Kind == Kind.Constant:
                Term bit = Bit(word.Arguments[1], number);
                return ((word.Arguments[0].Value >> number) & 1) != 0 ? Not(bit) : bit;
            case Kind.ShiftRight when word.Arguments[1].Kind == Kind.Constant && (int)word.Arguments[1].Value + number < 64:
                return Bit(word.Arguments[0], number + (int)word.Arguments[1].Value);
            case Kind.Sum when Remainder(word, Below(1UL << number)) is { } rest:
                return Bit(rest, number);
            case Kind.Choose:
                Term yes = Bit(word.Arguments[1], number), no = Bit(word.Arguments[2], number);
                if (yes == no || yes.IsConstant || no.IsConstant)
                    return Choose(word.Arguments[0], yes, no);
                break;
        }

        return Make(Kind.Bit, [word], (ulong)number);
    }

    /// <summary>A truth that is not known makes a case for each answer.</summary>
    public static bool Decide(Term truth) => truth.IsConstant ? truth.IsTrue : Cases.Now.Decide(truth);

    public static Term Not(Term truth) => truth.Kind switch
    {
        Kind.Truth => Truth(truth.Value == 0),
        Kind.Not => truth.Arguments[0],
        _ => Make(Kind.Not, [truth]),
    };

    public static Term Both(Term a, Term b)
    {
        if (a.IsFalse || b.IsTrue || a == b)
            return a;
        if (b.IsFalse || a.IsTrue)
            return b;
        if (a == Not(b))
            return Truth(false);
        if (Has(b, Kind.Both, a))
            return b;
        if (Has(a, Kind.Both, b))
            return a;
        if (Excludes(a, b) || Excludes(b, a))
            return Truth(false);
        return Make(Kind.Both, Ordered(a, b));
    }

    public static Term Either(Term a, Term b)
    {
        if (a.IsTrue || b.IsFalse || a == b)
            return a;
        if (b.IsTrue || a.IsFalse)
            return b;
        if (a == Not(b))
            return Truth(true);
        // c or (not c and x) is c or x; (c and x) or (not c and x) is x.
        if (b.Kind == Kind.Both)
            (a, b) = (b, a);
        if (a.Kind == Kind.Both)
        {
            foreach ((Term one, Term other) in (ReadOnlySpan<(Term, Term)>)[(a.Arguments[0], a.Arguments[1]), (a.Arguments[1], a.Arguments[0])])
            {
                if (one == b || Has(b, Kind.Either, one))
                    return b;
                if (one == Not(b))
                    return Either(other, b);
                if (b.Kind == Kind.Both && Has(b, Kind.Both, one) && Has(b, Kind.Both, Not(other)))
                    return one;
            }
        }

        if (Has(b, Kind.Either, a))
            return b;
        if (Has(b, Kind.Either, Not(a)) || Has(a, Kind.Either, Not(b)))
            return Truth(true);
        return Make(Kind.Either, Ordered(a, b));
    }

    /// <summary>Whether a word is a constant that is less than what it is not less than.</summary>
    private static bool Excludes(Term equal, Term notLess) => equal is { Kind: Kind.Equal, Arguments: [{ Kind: Kind.Constant } value, var word] }
        && notLess is { Kind: Kind.Not, Arguments: [{ Kind: Kind.Less, Arguments: [var small, { Kind: Kind.Constant } limit] }] } && small == word && value.Value < limit.Value;

    private static bool Has(Term term, Kind kind, Term part) => term.Kind == kind && (term.Arguments[0] == part || term.Arguments[1] == part);

    private static Term ChooseTruth(Term truth, Term a, Term b)
    {
        if (a.Kind == Kind.Truth)
            return a.IsTrue ? Either(truth, b) : Both(Not(truth), b);
        if (b.Kind == Kind.Truth)
            return b.IsTrue ? Either(Not(truth), a) : Both(truth, a);
        return Make(Kind.ChooseTruth, [truth, a, b]);
    }
}
