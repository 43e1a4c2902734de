using System.Diagnostics;
using System.Text.Json.Serialization;
using Redoubt.Proof.Terms;

namespace Redoubt.Proof.Execution;

/// <summary>Something that could not be shown.</summary>
/// <param name="Property">The property that it belongs to.</param>
/// <param name="Address">Of the instruction.</param>
/// <param name="Message">What should hold.</param>
/// <param name="Answer">Whether the solver knows that it can fail, or doesn't know.</param>
/// <param name="Model">How it fails; null if nobody knows, or if there are enough of them.</param>
public sealed record Finding(string Property, ulong Address, string Message, Answer Answer, [property: JsonIgnore] Model? Model = null);

/// <summary>Collects what has to hold and has it decided: by simplification, else by the solver.</summary>
/// <param name="solver">Decides.</param>
/// <param name="axioms">What is known of a cell: invariant and well-formed configuration, instantiated for it.</param>
public sealed class Obligations(Solver solver, Func<Term, IEnumerable<Term>> axioms)
{
    private const int SmallSize = 400, Latest = 4, MostModels = 3;
    private const string Safety = "safety", Vacuity = "vacuity";

    /// <summary>A goal was shown from some truths.</summary>
    private sealed record Lemma(Term[] Truths, bool NeedsGoal, string Question);

    private sealed class Tally
    {
        public int Simplified { get; set; }

        public int Solved { get; set; }

        public int Impossible { get; set; }

        public Outcome Outcome { get; set; }

        public TimeSpan Time { get; set; }

        /// <summary>A case is not as wanted.</summary>
        /// <param name="answer">Satisfiable if the solver knows it, and not only does not know.</param>
        public void Fail(Answer answer) => Outcome = answer != Answer.Unknown || Outcome == Outcome.Refuted ? Outcome.Refuted : Outcome.Undecided;
    }

    private readonly Dictionary<Term, List<Lemma>> _lemmas = [];
    private readonly HashSet<(Term, PathCondition)> _failed = [];
    private readonly long _begun = Stopwatch.GetTimestamp();
    private readonly Dictionary<Term, Term[]> _known = [];
    private readonly Dictionary<(string Property, ulong Address, string Goal), Tally> _tallies = [];

    /// <summary>Told of each case of an obligation and its question; null if nobody wants to know.</summary>
    public Action<Case>? Asked { get; init; }

    /// <summary>If there is one, nothing is asked: only what happens with these values counts, and whether the goal holds then.</summary>
    public Model? Given { get; init; }

    /// <summary>Only whether anything can fail is of interest: after the first finding nothing is asked any more.</summary>
    public bool UntilFirst { get; init; }

    /// <summary>Milliseconds that the solver is given for each question.</summary>
    public int Limit { get; init; } = Solver.Milliseconds;

    /// <summary>
    /// With <see cref="UntilFirst"/>: for so long what the solver does not decide is left out in favour of what it sees to fail. Null if what it does not decide is a finding like others.
    /// </summary>
    public TimeSpan? Patience { get; init; }

    /// <summary>Patience is at an end: nothing is asked any more.</summary>
    public bool IsExhausted => Stopwatch.GetElapsedTime(_begun) > Patience;

    /// <summary>There is no need to go on.</summary>
    public bool IsDecided => UntilFirst && (Patience is null ? Findings.Count > 0 : IsExhausted || Findings.Exists(finding => finding.Answer != Answer.Unknown));

    /// <summary>What could not be shown.</summary>
    public List<Finding> Findings { get; } = [];

    /// <summary>All obligations, in the order in which they first came up.</summary>
    public IEnumerable<Obligation> All => _tallies.Select(pair => new Obligation(pair.Key.Property, pair.Key.Address, pair.Key.Goal, pair.Value.Outcome,
        pair.Value.Simplified, pair.Value.Solved, pair.Value.Impossible, pair.Value.Time.TotalMilliseconds));

    /// <summary>The goal has to hold on the path.</summary>
    public void Require(string property, ulong address, Term goal, PathCondition path, string message)
    {
        if (IsDecided)
            return;
        if (Given is { } values)
        {
            if (values.Value(goal) == 0 && path.Truths.All(truth => values.Value(truth) != 0))
                Findings.Add(new Finding(property, address, message, Answer.Satisfiable));
            return;
        }

        Tally tally = TallyOf(property, address, message);
        if (goal.IsTrue || path.Holds(goal))
        {
            tally.Simplified++;
            Asked?.Invoke(new Case(property, address, message, null));
            return;
        }

        tally.Solved++;
        long start = Stopwatch.GetTimestamp();
        (Answer answer, bool needsGoal, string question, List<Term> truths) = Show(goal, path);
        tally.Time += Stopwatch.GetElapsedTime(start);
        tally.Impossible += needsGoal ? 0 : 1;
        Asked?.Invoke(new Case(property, address, message, question, answer) { Whole = () => Exactly(Failing(goal, path)) });
        if (answer != Answer.Unsatisfiable)
        {
            tally.Fail(answer);
            if (_failed.Add((goal, path)))
                Findings.Add(new Finding(property, address, message, answer, answer == Answer.Satisfiable && !UntilFirst && Findings.Count < MostModels ? Model.Of(solver, question, truths) : null));
        }
    }

    /// <summary>Whether a path can be taken at all; if the solver doesn't know, it can. One that can't is not followed, so that this is a case of what has to hold.</summary>
    public bool IsPossible(ulong address, IEnumerable<Term> truths, string property = Safety)
    {
        const string Goal = "a path that is not followed can't be taken";
        if (Given is { } values)
            return truths.All(truth => values.Value(truth) != 0);
        // Nothing is followed any more.
        if (IsDecided)
            return false;
        long start = Stopwatch.GetTimestamp();
        List<Term> known = WithAxioms(truths);
        Reply reply = Ask(known);
        if (reply.Answer != Answer.Unsatisfiable)
            return true;
        Tally tally = TallyOf(property, address, Goal);
        tally.Solved++;
        tally.Time += Stopwatch.GetElapsedTime(start);
        Asked?.Invoke(new Case(property, address, Goal, Needed(reply, known)) { Whole = () => Exactly(truths) });
        return false;
    }

    /// <summary>
    /// What is assumed on one of the paths, at least, can be true together: what is shown there is not shown of nothing. The first one that
    /// can is enough.
    /// </summary>
    /// <param name="paths">Paths, and where they are.</param>
    /// <param name="message">What they are, for people.</param>
    public void RequirePossible(IReadOnlyList<(ulong Address, PathCondition Path)> paths, string message)
    {
        if (Given is not null || IsDecided)
            return;
        Answer answer = Answer.Unsatisfiable;
        // What is small is decided soon. Nothing can be left out: that less has a solution says nothing.
        foreach ((ulong address, PathCondition path) in paths.OrderBy(end => end.Path.Truths.Sum(truth => (long)truth.Size)))
        {
            long start = Stopwatch.GetTimestamp();
            Reply reply = solver.AskExactly(WithAxioms(path.Truths), Limit);
            if (reply.Answer == Answer.Satisfiable)
            {
                Tally tally = TallyOf(Vacuity, address, message);
                tally.Solved++;
                tally.Time += Stopwatch.GetElapsedTime(start);
                Asked?.Invoke(new Case(Vacuity, address, message, reply.Question, reply.Answer, IsPossible: true));
                return;
            }

            answer = reply.Answer == Answer.Unknown ? Answer.Unknown : answer;
        }

        ulong last = paths.Count > 0 ? paths[^1].Address : 0;
        TallyOf(Vacuity, last, message).Fail(answer);
        Findings.Add(new Finding(Vacuity, last, message, answer));
    }

    /// <summary>Whether a goal can be shown on a path. Nothing is claimed: it is what somebody wants to know on the way to an obligation.</summary>
    /// <param name="goal">The goal.</param>
    /// <param name="path">The path.</param>
    /// <param name="exactly">If not, it is tried roughly only.</param>
    /// <param name="limit">Milliseconds that the solver is given for each question.</param>
    public bool Shows(Term goal, PathCondition path, bool exactly = true, int limit = Solver.Milliseconds) =>
        goal.IsTrue || path.Holds(goal) || Show(goal, path, exactly, limit).Answer == Answer.Unsatisfiable;

    /// <summary>
    /// Whether it is of use to require a goal as it is: it can be shown, or it can fail and no more is of interest. Otherwise it is one to divide.
    /// </summary>
    /// <param name="goal">The goal.</param>
    /// <param name="path">The path.</param>
    /// <param name="limit">Milliseconds that the solver is given for each question.</param>
    public bool Settles(Term goal, PathCondition path, int limit) =>
        goal.IsTrue || path.Holds(goal) || Show(goal, path, limit: limit).Answer is var answer && (answer == Answer.Unsatisfiable || (UntilFirst && answer == Answer.Satisfiable));

    private Tally TallyOf(string property, ulong address, string goal)
    {
        if (!_tallies.TryGetValue((property, address, goal), out Tally? tally))
            _tallies[(property, address, goal)] = tally = new Tally();
        return tally;
    }

    /// <summary>Whether the goal can fail on the path. That it can't was shown before from truths that hold on this path too, or the solver shows it now.</summary>
    private (Answer Answer, bool NeedsGoal, string Question, List<Term> Truths) Show(Term goal, PathCondition path, bool exactly = true, int limit = Solver.Milliseconds)
    {
        if (!_lemmas.TryGetValue(goal, out List<Lemma>? lemmas))
            _lemmas[goal] = lemmas = [];
        HashSet<Term> held = path.Truths.ToHashSet();
        if (lemmas.Find(lemma => held.IsSupersetOf(lemma.Truths)) is { } before)
            return (Answer.Unsatisfiable, before.NeedsGoal, before.Question, []);
        // What is small or came last is mostly enough, and quick.
        Term[] all = Failing(goal, path), truths = [all[0], .. all.Skip(1).Where((truth, age) => age < Latest || truth.Size <= SmallSize)];
        List<Term> known = WithAxioms(truths);
        Reply reply = Ask(known, exactly && truths.Length == all.Length, limit);
        if (reply.Answer != Answer.Unsatisfiable && truths.Length < all.Length)
        {
            truths = all;
            known = WithAxioms(truths);
            reply = Ask(known, exactly, limit);
        }

        if (reply.Answer != Answer.Unsatisfiable)
            return (reply.Answer, true, reply.Question, known);
        Term[] used = reply.Core.Where(number => number > 0 && number < truths.Length).Select(number => truths[number]).ToArray();
        Lemma shown = new(used, reply.Core.Contains(0), Asked is null ? "" : Needed(reply, known));
        lemmas.Add(shown);
        return (reply.Answer, shown.NeedsGoal, shown.Question, known);
    }

    private static Term[] Failing(Term goal, PathCondition path) => [Term.Not(goal), .. path.Truths];

    /// <summary>The question with those truths alone that can't hold together: it decides every case in which these hold.</summary>
    private static string Needed(Reply reply, List<Term> truths)
    {
        Term[] core = [.. reply.Core.Order().Select(number => truths[number])];
        return SmtWriter.Question(core, reply.Level) ?? SmtWriter.Question(core, SmtWriter.Level.Exact)!;
    }

    private string Exactly(IEnumerable<Term> truths) => SmtWriter.Question(WithAxioms(truths), SmtWriter.Level.Exact)!;

    private Reply Ask(List<Term> truths, bool exactly = true, int limit = Solver.Milliseconds) =>
        IsDecided ? new Reply(Answer.Unknown, [], "") : solver.Ask(truths, exactly, Math.Min(limit, Limit));

    /// <summary>Truths and what is known of the cells in them.</summary>
    private List<Term> WithAxioms(IEnumerable<Term> truths)
    {
        List<Term> all = truths.ToList();
        HashSet<Term> seen = [];
        for (int i = 0; i < all.Count; i++)
        {
            Gather(all[i], seen, all);
        }

        return all;
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
