using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Redoubt.Proof.Execution;
using Redoubt.Proof.Terms;

namespace Redoubt.Proof.Refinement;

/// <summary>
/// Brings the two sides of a goal to one shape, as tools do that compare circuits (SAT sweeping): parts that agree on sample values are shown to be the same, the
/// small ones first, and from there on they are one. So each question is a small one, however large the goal.
/// </summary>
/// <param name="obligations">Decides.</param>
/// <param name="address">Of the instruction where the goal has to hold.</param>
public sealed class Sweeping(Obligations obligations, ulong address)
{
    private const int Samples = 1024, Milliseconds = 5000;

    // In some samples words have few bits at all, so that what can be the same often is: state and kind of a list register, low numbers.
    private const ulong Few = 0xe000_0200_0000_0013;

    /// <summary>Parts that both have are taken for unknowns from this depth on, first at once; the last time much is known.</summary>
    private static readonly int[] Depths = [0, 2, 5];

    private readonly Evaluator[] _samples = [.. Enumerable.Range(0, Samples).Select(sample => new Evaluator(name => Value(sample, name, []), (name, indices) => Value(sample, name, indices)))];

    private readonly Dictionary<Term, Term> _one = [];
    private readonly Dictionary<string, List<Term>> _alike = [];

    /// <summary>A term that is equal, in which parts that are the same are one.</summary>
    public Term this[Term term]
    {
        get
        {
            if (term.Arguments.Length == 0 || obligations.IsDecided)
                return term;
            if (!_one.TryGetValue(term, out Term? one))
            {
                Term[] arguments = Array.ConvertAll(term.Arguments, argument => this[argument]);
                one = arguments.AsSpan().SequenceEqual(term.Arguments) ? term : term.With(arguments);
                _one[term] = one = one.Arguments.Length == 0 || one.Kind == Kind.Not ? one : _one.GetValueOrDefault(one) ?? OneOf(one);
                _one[one] = one;
            }

            return one;
        }
    }

    /// <summary>The first term that is the same as this one.</summary>
    private Term OneOf(Term term)
    {
        ulong[] values = Array.ConvertAll(_samples, sample => sample.Value(term));
        // What seems to be always so, or never, is nothing that the other side has too; the goal itself is such a truth.
        if (term.IsTruth && Array.TrueForAll(values, value => value == values[0]))
            return term;
        // A truth and its opposite are looked for together.
        bool opposite = term.IsTruth && values[0] != 0;
        if (opposite)
            values = Array.ConvertAll(values, value => 1 - value);
        Term normal = opposite ? Term.Not(term) : term;
        string signature = (term.IsTruth ? "truth " : "word ") + Convert.ToHexString(SHA256.HashData(MemoryMarshal.AsBytes(values.AsSpan())));
        if (!_alike.TryGetValue(signature, out List<Term>? alike))
            _alike[signature] = alike = [];
        if (alike.Find(other => AreSame(other, normal)) is { } same)
            return opposite ? Term.Not(same) : same;
        alike.Add(normal);
        return term;
    }

    /// <summary>Whether two terms can be shown to be the same, whatever some of the parts are that both have.</summary>
    private bool AreSame(Term a, Term b)
    {
        Dictionary<Term, int> shared = Shared(a, b);
        foreach (int depth in Depths)
        {
            Term[] parts = [.. shared.Where(pair => pair.Value >= depth && pair.Key.Kind != Kind.Variable && !pair.Key.IsConstant).Select(pair => pair.Key).OrderBy(part => part.Number)];
            Assumed named = new([], parts.Select((part, i) => (part, i)).ToDictionary(pair => pair.part, pair => Unknown(pair.part, pair.i)));
            Term x = named[a], y = named[b], same = a.IsTruth ? Term.Choose(x, y, Term.Not(y)) : Term.Equal(x, y);
            if (Array.Exists(_samples, sample => sample.Value(same) == 0) || !obligations.Shows(same, PathCondition.Empty, limit: Milliseconds))
                continue;
            obligations.Require("refinement", address, same, PathCondition.Empty, "a part of the state is the same");
            return true;
        }

        return false;
    }

    private static Term Unknown(Term part, int number)
    {
        Term word = Term.Variable($"part {number}", part.IsTruth ? 1 : part.Ones);
        return part.IsTruth ? Term.Bit(word, 0) : word;
    }

    /// <summary>Parts that two terms share, and how far each is below those that they don't.</summary>
    private static Dictionary<Term, int> Shared(Term a, Term b)
    {
        HashSet<Term> ofA = [.. Term.Parts([a])], ofB = [.. Term.Parts([b])], both = [.. ofA.Intersect(ofB)];
        Dictionary<Term, int> depths = [];
        // Level by level, so that the first visit is the shortest way.
        Term[] level = [.. ofA.Union(ofB).Except(both).SelectMany(part => part.Arguments).Concat([a, b]).Where(both.Contains).Distinct()];
        for (int depth = 0; level.Length > 0; depth++)
        {
            level = [.. level.Where(part => depths.TryAdd(part, depth)).SelectMany(part => part.Arguments).Distinct()];
        }

        return depths;
    }

    /// <summary>A value of an unknown: the same at each run, with many bits or with few.</summary>
    private static ulong Value(int sample, string name, ulong[] indices)
    {
        ulong seed = Mix((ulong)sample);
        foreach (ulong part in name.Select(letter => (ulong)letter).Concat(indices))
        {
            seed = Mix(seed ^ part);
        }

        ulong one = Mix(seed), other = Mix(one), third = Mix(other), sparse = Mix(other ^ seed), sparser = Mix(other ^ ~seed);
        ulong value = (seed & 7) switch
        {
            0 or 1 => one,
            2 => one & other,
            3 => one | other,
            4 or 5 => one | other | third,
            6 => one & other & third,
            _ => 1UL << (int)(one & 63),
        };
        return (sample % 4) switch
        {
            0 => value,
            1 => value & Few,
            2 => value & sparse & sparser,
            _ => value & Few & sparse,
        };
    }

    /// <summary>A step of SplitMix64 (Steele, Lea, Flood 2014).</summary>
    private static ulong Mix(ulong value)
    {
        value += 0x9e37_79b9_7f4a_7c15;
        value = (value ^ (value >> 30)) * 0xbf58_476d_1ce4_e5b9;
        value = (value ^ (value >> 27)) * 0x94d0_49bb_1331_11eb;
        return value ^ (value >> 31);
    }
}
