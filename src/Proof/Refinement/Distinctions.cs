using Redoubt.Abi;
using Redoubt.Proof.Execution;
using Redoubt.Proof.Terms;

namespace Redoubt.Proof.Refinement;

/// <summary>Into which cases a comparison is divided, so that in each of them both states have a simple shape. Whatever is chosen, each case is shown.</summary>
/// <param name="obligations">Decides.</param>
/// <param name="cpu">Number of the CPU.</param>
/// <param name="nobody">Whether no guest is resident at the beginning.</param>
/// <param name="end">The path to the handler's end; what a path says beyond it are the conditions of a case.</param>
public sealed class Distinctions(Obligations obligations, Term cpu, Term nobody, PathCondition end)
{
    /// <summary>A truth about any vCPU has this word for it.</summary>
    public const string AnyVcpu = "any.Vcpu";

    // A condition that is simple enough to make two cases of it.
    private const int SmallSize = 60, Milliseconds = 2000, MostConditions = 12;

    /// <summary>What the conditions of the case say of each other.</summary>
    public PathCondition Propagated(PathCondition path)
    {
        for (bool changed = true; changed;)
        {
            changed = false;
            foreach (Term truth in Conditions(path).ToArray())
            {
                Term simple = new Assumed(path.Truths.Where(other => other != truth))[truth];
                if (simple.IsTrue || path.Holds(simple))
                    continue;
                path = path.And(simple);
                changed = true;
            }
        }

        return path;
    }

    /// <summary>What the conditions of the case decide of those that goals have about the same words.</summary>
    /// <param name="path">What is known.</param>
    /// <param name="goals">What is to be shown.</param>
    /// <param name="seen">What was known when this was last asked, so that only what is about the words of the rest is new; null if it never was.</param>
    public IEnumerable<Term> Consequences(PathCondition path, IEnumerable<Term> goals, PathCondition? seen)
    {
        (Term Truth, HashSet<Term> Words)[] known = [.. Conditions(path).Select(About)];
        HashSet<Term> words = [.. known.SelectMany(one => one.Words)], fresh = seen is null ? words : [.. known.Where(one => !seen.Holds(one.Truth)).SelectMany(one => one.Words)];
        (Term Truth, HashSet<Term> Words)[] open = [.. Term.Parts(goals).Where(part => part.Kind is Kind.Equal or Kind.Less && IsSimple(path, part)).Select(About)
            .Where(part => words.IsSupersetOf(part.Words) && fresh.Overlaps(part.Words))];
        return open.Length > MostConditions ? [] : open.Select(part => ((Term[])[part.Truth, Term.Not(part.Truth)])
            .FirstOrDefault(truth => obligations.Shows(truth, Said(part.Words), exactly: false, limit: Milliseconds))).OfType<Term>();

        // It is what is said of the same words that decides: the question remains a small one.
        PathCondition Said(HashSet<Term> about) => known.Where(one => one.Words.Overlaps(about)).Aggregate(PathCondition.Empty, (all, one) => all.And(one.Truth));
    }

    /// <summary>A truth of which both answers are to be looked at, each by itself; null if there is none.</summary>
    /// <param name="path">What is known.</param>
    /// <param name="goals">What is to be shown.</param>
    /// <param name="guards">Under which truths the specification changes words.</param>
    public Term? Next(PathCondition path, IEnumerable<Term> goals, IEnumerable<Term> guards)
    {
        HashSet<Term> parts = [.. Term.Parts(goals)];
        return Disjunct(path) ?? (parts.Contains(nobody) && !IsKnown(path, nobody) ? nobody : null) ?? SameVcpu(path, parts) ?? Guard(path, guards);
    }

    /// <summary>A part of a condition of the case that says no more than that one of its parts holds.</summary>
    private Term? Disjunct(PathCondition path)
    {
        Assumed assumed = new(path.Truths);
        return Conditions(path).Where(truth => IsOpen(truth) && truth.Size <= SmallSize).Select(truth => Positive(truth).Arguments)
            .Where(parts => parts.All(part => !assumed[part].IsConstant)).Select(parts => assumed[parts.MinBy(part => part.Size)!]).FirstOrDefault();
    }

    /// <summary>Whether two vCPUs are one: it decides where words stand.</summary>
    private Term? SameVcpu(PathCondition path, HashSet<Term> parts)
    {
        HashSet<Term> vcpus = [.. parts.Where(part => part.Kind == Kind.Cell && part.Name.StartsWith("vcpu.", StringComparison.Ordinal)).Select(cell => cell.Arguments[0])];
        // Those of this CPU are told apart by their ranks.
        vcpus.UnionWith(vcpus.Select(vcpu => vcpu - (cpu * Term.Constant(Limits.VcpusPerCpu))).ToArray());
        return parts.FirstOrDefault(part => part is { Kind: Kind.Equal, Arguments: [{ IsConstant: false, Name: not AnyVcpu } a, { IsConstant: false, Name: not AnyVcpu } b] }
            && !IsKnown(path, part) && vcpus.Contains(a) && vcpus.Contains(b));
    }

    /// <summary>What most changes depend on; else one of the values of a word that others depend on; else what many changes do.</summary>
    private static Term? Guard(PathCondition path, IEnumerable<Term> guards)
    {
        Term[][] conditions = [.. guards.Select(guard => Conjuncts(guard).Select(Positive).Distinct().ToArray())];
        (Term Truth, int Count)[] open = [.. conditions.SelectMany(all => all).Where(truth => IsSimple(path, truth)).CountBy(truth => truth).Select(pair => (pair.Key, pair.Value))];
        return Needed(2)
            ?? open.Select(condition => condition.Truth).Where(truth => truth is { Kind: Kind.Equal, Arguments: [{ Kind: Kind.Constant }, _] })
                .GroupBy(truth => truth.Arguments[1]).FirstOrDefault(values => values.Count() > 1)?.First()
            ?? Needed(4);

        // By one of so many changes, or more.
        Term? Needed(int share) => open.FirstOrDefault(condition => condition.Count * share >= conditions.Length).Truth;
    }

    private IEnumerable<Term> Conditions(PathCondition path) => path.Truths.Take(path.Length - end.Length);

    private static bool IsSimple(PathCondition path, Term truth) => !truth.IsConstant && truth.Size <= SmallSize && !IsKnown(path, truth);

    private static bool IsKnown(PathCondition path, Term truth) => path.Holds(truth) || path.Holds(Term.Not(truth));

    private static bool IsOpen(Term truth) => truth is { Kind: Kind.Either } or { Kind: Kind.Not, Arguments: [{ Kind: Kind.Both }] };

    private static (Term Truth, HashSet<Term> Words) About(Term truth) => (truth, [.. Unknowns([truth])]);

    private static IEnumerable<Term> Unknowns(IEnumerable<Term> terms) => Term.Parts(terms).Where(part => part.Kind is Kind.Cell or Kind.Variable);

    private static IEnumerable<Term> Conjuncts(Term truth) => truth.Kind == Kind.Both ? truth.Arguments.SelectMany(Conjuncts) : [truth];

    private static Term Positive(Term truth) => truth.Kind == Kind.Not ? truth.Arguments[0] : truth;
}
