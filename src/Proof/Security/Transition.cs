using Redoubt.Abi;
using Redoubt.Proof.Execution;
using Redoubt.Proof.Refinement;
using Redoubt.Proof.Terms;
using Redoubt.Spec;
using Field = Redoubt.Spec.Field;
using S = Redoubt.Spec.Specification<Redoubt.Proof.Terms.Term>;

namespace Redoubt.Proof.Security;

/// <summary>Something is done, in one of its cases: from any state that satisfies the invariant, on any CPU that there is, in any configuration that keeps the rules.</summary>
internal sealed class Transition
{
    // What is small is mostly enough.
    private const int SmallSize = 400, MostRounds = 3;

    private static readonly Func<S.Step, S.Truth>[] OfNamed = [s => s.Target.Index != s.Self.Index, s => s.Target.Lifecycle == Lifecycle.Ready];

    private readonly TermStore _store = Unknown.Store(Unknown.State);
    private readonly Knowledge _knowledge, _ofInterrupts;
    private readonly Term[] _conditions;

    private Transition(Func<S.Step, IEnumerable<S.Truth>> held, Stage stage, Cases now)
    {
        After = Unknown.At(_store);
        Step = Unknown.Step(Before, isAbort: true);
        Done = Unknown.Step(After, isAbort: true);
        Term[] begins = [.. held(Step).Append(Before.Configuration.Cpu(Step.Cpu.Index).SlotCount != 0).Select(truth => truth.Value)];
        stage.Do(Done);
        _conditions = [.. begins, .. now.Conditions];
        // What is said of one interrupt follows from what is said of one interrupt, and of the vCPU that waits for it.
        IReadOnlyList<S.Invariant> all = stage.Before(Step);
        _knowledge = new(Before, [.. all.Where(invariant => invariant.Field != StateFields.Templates)]);
        _ofInterrupts = new(Before, [.. all.Where(invariant => invariant.Field == StateFields.Templates || invariant.Field.Subject == Subject.Cpu || invariant == S.CallersWait)]);
    }

    public S.Situation Before { get; } = Unknown.At(Unknown.Store(Unknown.State));

    public S.Situation After { get; }

    /// <summary>The step on the state before, not carried out.</summary>
    public S.Step Step { get; }

    /// <summary>The step on the state after.</summary>
    public S.Step Done { get; }

    /// <summary>All cases of an act as a whole.</summary>
    public static void Each(Act act, Action<Transition> look) =>
        Cases.Each(now => look(new Transition(s => act.Begins.Select(truth => truth(s)), act.Whole, now)), Possible.IsPlainly);

    /// <summary>
    /// All cases of each stage of an act. What is known at the beginning, and what the operation finds out, is known at the next stage too if it is
    /// shown to hold still; so is what else can be shown of the vCPU that a call names. A stage that repeats may assume only what it keeps.
    /// </summary>
    public static void EachStage(Act act, Obligations obligations, Action<Stage, Transition> look)
    {
        List<Func<S.Step, S.Truth>> held = [.. act.Begins];
        if (act.Operation is not null)
            held.Add(s => S.RunningIsReady.Holds(s.State, s.Configuration, s.Cpu.Index, 0));
        foreach (Stage stage in act.Stages)
        {
            held.AddRange(stage.Found);
            for (bool isKept = !stage.Repeats; !isKept;)
            {
                List<(Func<S.Step, S.Truth> Truth, List<(Term Goal, PathCondition Path)> Shown)> kept = Kept(held, held);
                isKept = kept.Count == held.Count;
                held = isKept ? Claimed(kept) : [.. kept.Select(one => one.Truth)];
            }

            Cases.Each(now => look(stage, new Transition(s => held.Select(truth => truth(s)), stage, now)), Possible.IsPlainly);
            if (!stage.MayEnd && stage != act.Stages[^1])
                held = Claimed(Kept(held, [.. held, .. OfNamed.Except(held)]));

            List<(Func<S.Step, S.Truth> Truth, List<(Term Goal, PathCondition Path)> Shown)> Kept(List<Func<S.Step, S.Truth>> before, List<Func<S.Step, S.Truth>> wanted)
            {
                List<(Func<S.Step, S.Truth> Truth, List<(Term, PathCondition)> Shown)> kept = wanted.ConvertAll(truth => (truth, new List<(Term, PathCondition)>()));
                Cases.Each(now =>
                {
                    Transition transition = new(s => before.Select(truth => truth(s)), stage, now);
                    kept.RemoveAll(one => !transition.Shows(obligations, one.Truth(transition.Done).Value, one.Shown));
                }, Possible.IsPlainly);
                return kept;
            }

            // What the next stage builds on is claimed, as it was shown.
            List<Func<S.Step, S.Truth>> Claimed(List<(Func<S.Step, S.Truth> Truth, List<(Term Goal, PathCondition Path)> Shown)> kept)
            {
                foreach ((Term goal, PathCondition path) in kept.SelectMany(one => one.Shown))
                    obligations.Require(SecurityProof.Invariant, 0, goal, path, $"what the operation knows holds after it ({stage.Name})");
                return [.. kept.Select(one => one.Truth)];
            }
        }
    }

    /// <summary>Something has to hold of every subject of a field: of those that are written to, each as it is named there, and of any other.</summary>
    /// <param name="obligations">Decides.</param>
    /// <param name="property">The property that it belongs to.</param>
    /// <param name="message">What should hold.</param>
    /// <param name="subject">What the field is a property of.</param>
    /// <param name="number">If it is about a virtual interrupt or an event, its number.</param>
    /// <param name="holds">What has to hold of a subject.</param>
    public void Require(Obligations obligations, string property, string message, Field subject, S.Word? number, Func<S.Word, S.Truth> holds)
    {
        foreach ((S.Word row, Term where) in Rows(subject))
        {
            foreach ((Term goal, PathCondition path, bool last) in Questions(holds(row).Value, where, number))
            {
                if (!last && !obligations.Shows(goal, path, exactly: false))
                    continue;
                obligations.Require(property, 0, goal, path, message);
                break;
            }
        }
    }

    /// <summary>What is assumed, of the vCPU that runs and of one interrupt.</summary>
    public PathCondition Assumed()
    {
        Term[] path = [.. _conditions, (Step.Self.Lifecycle <= Lifecycle.Faulted).Value];
        return PathOf([.. _knowledge.Of(path, [], 1), .. _ofInterrupts.Of(path, [Unknown.Word("any number", Limits.VirtualInterrupts - 1).Value], 1), .. path]);
    }

    /// <summary>Whether a truth can be shown; as what is added to a list.</summary>
    private bool Shows(Obligations obligations, Term truth, List<(Term, PathCondition)> shown)
    {
        foreach ((Term goal, PathCondition path, _) in Questions(truth, Term.Truth(true), null))
        {
            if (!obligations.Shows(goal, path, exactly: false))
                continue;
            shown.Add((goal, path));
            return true;
        }

        return false;
    }

    /// <summary>What is to be shown, from little that is mostly enough, and then from all; what is about no interrupt, first without a look at what large choices depend on.</summary>
    private IEnumerable<(Term Goal, PathCondition Path, bool Last)> Questions(Term truth, Term where, S.Word? number)
    {
        Term[] all = [where, .. _conditions], few = [where, .. _conditions.Where(condition => condition.Size <= SmallSize)];
        Assumed assumed = new(all);
        Term goal = assumed[truth];
        if (number is null && new Opaque()[goal] is var open && open != goal)
            yield return From(open, few, 1, last: false);
        yield return From(goal, few, 1, last: false);
        yield return From(goal, all, MostRounds, last: true);

        (Term, PathCondition, bool) From(Term goal, Term[] conditions, int rounds, bool last)
        {
            Knowledge knowledge = number is null ? _knowledge : _ofInterrupts;
            Term[] numbers = number is { } one ? [one.Value, .. last ? Ended : []] : [];
            PathCondition path = PathOf([.. knowledge.Of([goal, .. conditions], numbers, rounds).Select(known => assumed[known]), .. conditions]);
            return (PartsOf(goal).Where(part => !path.Holds(part)).Aggregate(Term.Truth(true), Term.Both), path, last);
        }
    }

    /// <summary>Virtual interrupts whose physical ones may become inactive.</summary>
    private IEnumerable<Term> Ended => Unknown.In(_store.Log.Where(written => written.Field == StateFields.Active).Select(written => written.Row))
        .Where(cell => Unknown.FieldOf(cell) == StateFields.Lists).Select(list => new S.List(new(list)).Interrupt.Value);

    private static PathCondition PathOf(IEnumerable<Term> truths) => truths.Aggregate(PathCondition.Empty, (all, truth) => all.And(truth));

    private IEnumerable<(S.Word Row, Term Where)> Rows(Field field)
    {
        S.Word any = Unknown.Word($"any {field.Subject}", (ulong)field.Rows - 1);
        Term other = Term.Truth(true);
        foreach (S.Word row in _store.Log.Where(written => written.Field.Subject == field.Subject).Select(written => written.Row).Distinct().Select(row => new S.Word(row)))
        {
            yield return (row, (row < (ulong)field.Rows).Value);
            other = Term.Both(other, (any != row).Value);
        }

        yield return (any, other);
    }

    private static IEnumerable<Term> PartsOf(Term goal) => goal.Kind == Kind.Both ? goal.Arguments.SelectMany(PartsOf) : [goal];
}
