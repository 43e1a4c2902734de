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
    /// <summary>On longer paths a goal is first tried without what the path assumes.</summary>
    private const int ShortPath = 12;

    private readonly HashSet<Term> _valid = [];
    private readonly Dictionary<Term, HashSet<PathCondition>> _decided = [];
    private readonly Dictionary<Term, Term[]> _known = [];

    /// <summary>What could not be shown.</summary>
    public List<Finding> Findings { get; } = [];

    /// <summary>How many there were, by property: by simplification alone, and by the solver.</summary>
    public SortedDictionary<string, (int Simplified, int Solved)> Counts { get; } = [];

    /// <summary>The goal has to hold on the path.</summary>
    public void Require(string property, ulong address, Term goal, PathCondition path, string message)
    {
        (int simplified, int solved) = Counts.GetValueOrDefault(property);
        bool simple = goal.IsTrue || _valid.Contains(goal) || path.Holds(goal);
        Counts[property] = simple ? (simplified + 1, solved) : (simplified, solved + 1);
        if (simple || IsDecided(goal, path))
            return;
        if (path.Length > ShortPath && !goal.IsFalse && Ask([Term.Not(goal)]) == Answer.Unsatisfiable)
        {
            _valid.Add(goal);
            return;
        }

        Answer answer = Ask([Term.Not(goal), .. path.Truths]);
        if (answer != Answer.Unsatisfiable)
            Findings.Add(new Finding(property, address, message, answer));
    }

    /// <summary>Whether a path can be taken at all; if the solver doesn't know, it can.</summary>
    public bool IsPossible(IEnumerable<Term> truths) => Ask(truths) != Answer.Unsatisfiable;

    /// <summary>Whether the goal was decided on this path or on one that it goes on from; notes that it now will be.</summary>
    private bool IsDecided(Term goal, PathCondition path)
    {
        if (!_decided.TryGetValue(goal, out HashSet<PathCondition>? paths))
            _decided[goal] = paths = [];
        for (PathCondition? at = path; at is not null; at = at.Before)
        {
            if (paths.Contains(at))
                return true;
        }

        paths.Add(path);
        return false;
    }

    private Answer Ask(IEnumerable<Term> truths)
    {
        List<Term> all = truths.ToList();
        HashSet<Term> seen = [];
        for (int i = 0; i < all.Count; i++)
        {
            Gather(all[i], seen, all);
        }

        long start = System.Diagnostics.Stopwatch.GetTimestamp();
        Answer a = solver.Ask(all);
        if (System.Diagnostics.Stopwatch.GetElapsedTime(start).TotalSeconds > 0.3) { Console.WriteLine($"SLOW {slow} {System.Diagnostics.Stopwatch.GetElapsedTime(start).TotalSeconds:f1} {a} {all.Count} {all[0]}"); File.WriteAllText($"/tmp/prun/slow{slow++}.smt2", SmtWriter.Question(all,false)); }
        return a;
    }
    int slow;

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
