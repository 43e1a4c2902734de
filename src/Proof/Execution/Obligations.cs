using Redoubt.Proof.Terms;

namespace Redoubt.Proof.Execution;

/// <summary>Something that could not be shown.</summary>
/// <param name="Property">The property that it belongs to.</param>
/// <param name="Address">Of the instruction.</param>
/// <param name="Message">What should hold.</param>
/// <param name="Answer">Whether the solver knows that it can fail, or doesn't know.</param>
public sealed record Finding(string Property, ulong Address, string Message, Answer Answer);

/// <summary>Collects what has to hold and has it decided: by simplification, else by the solver.</summary>
/// <param name="solver">Decides.</param>
/// <param name="axioms">What is known of a cell: invariant and well-formed configuration, instantiated for it.</param>
public sealed class Obligations(Solver solver, Func<Term, IEnumerable<Term>> axioms)
{
    private const int SmallSize = 400, Latest = 4;

    private readonly Dictionary<Term, List<Term[]>> _lemmas = [];
    private readonly HashSet<(Term, PathCondition)> _failed = [];
    private readonly Dictionary<Term, Term[]> _known = [];

    /// <summary>What could not be shown.</summary>
    public List<Finding> Findings { get; } = [];

    /// <summary>How many there were, by property: by simplification alone, and by the solver.</summary>
    public SortedDictionary<string, (int Simplified, int Solved)> Counts { get; } = [];

    /// <summary>The goal has to hold on the path.</summary>
    public void Require(string property, ulong address, Term goal, PathCondition path, string message)
    {
        (int simplified, int solved) = Counts.GetValueOrDefault(property);
        bool simple = goal.IsTrue || path.Holds(goal);
        Counts[property] = simple ? (simplified + 1, solved) : (simplified, solved + 1);
        if (simple || Follows(goal, path))
            return;
        // What is small or came last is mostly enough, and quick.
        Term[] all = [Term.Not(goal), .. path.Truths], truths = [all[0], .. all.Skip(1).Where((truth, age) => age < Latest || truth.Size <= SmallSize)];
        (Answer answer, int[] core) = Ask(truths, exactly: truths.Length == all.Length);
        if (answer != Answer.Unsatisfiable && truths.Length < all.Length)
        {
            truths = all;
            (answer, core) = Ask(truths);
        }

        if (answer == Answer.Unsatisfiable)
            Lemmas(goal).Add(core.Where(number => number > 0 && number < truths.Length).Select(number => truths[number]).ToArray());
        else if (_failed.Add((goal, path)))
            Findings.Add(new Finding(property, address, message, answer));
    }

    /// <summary>Whether the goal was shown before from truths that hold on this path too.</summary>
    private bool Follows(Term goal, PathCondition path)
    {
        HashSet<Term> truths = path.Truths.ToHashSet();
        return Lemmas(goal).Exists(lemma => truths.IsSupersetOf(lemma));
    }

    private List<Term[]> Lemmas(Term goal)
    {
        if (!_lemmas.TryGetValue(goal, out List<Term[]>? lemmas))
            _lemmas[goal] = lemmas = [];
        return lemmas;
    }

    /// <summary>Whether a path can be taken at all; if the solver doesn't know, it can.</summary>
    public bool IsPossible(IEnumerable<Term> truths) => Ask(truths).Answer != Answer.Unsatisfiable;

    private (Answer Answer, int[] Core) Ask(IEnumerable<Term> truths, bool exactly = true)
    {
        List<Term> all = truths.ToList();
        HashSet<Term> seen = [];
        for (int i = 0; i < all.Count; i++)
        {
            Gather(all[i], seen, all);
        }

        return solver.Ask(all, exactly);
    }

    /// <summary>Adds the axioms of the cells in a term; the loop above then goes on with these.</summary>
    private void Gather(Term term, HashSet<Term> seen, List<Term> all)
    {
        Stack<Term> open = new([term]);
        while (open.TryPop(out Term? at))
        {
            if (!seen.Add(at))
                continue;
            if (at.Kind is Kind.Cell or Kind.Variable)
            {
                if (!_known.TryGetValue(at, out Term[]? known))
                    _known[at] = known = axioms(at).Where(axiom => !axiom.IsTrue).ToArray();
                all.AddRange(known);
            }

            foreach (Term argument in at.Arguments)
            {
                open.Push(argument);
            }
        }
    }
}
