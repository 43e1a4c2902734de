using Redoubt.Abi;
using Redoubt.Proof.Execution;
using Redoubt.Proof.Refinement;
using Redoubt.Proof.Terms;
using Redoubt.Spec;
using Field = Redoubt.Spec.Field;
using S = Redoubt.Spec.Specification<Redoubt.Proof.Terms.Term>;

namespace Redoubt.Proof.Security;

/// <summary>
/// What a step writes and what that depends on, in one of its cases, over all states, configurations and policies. It respects the policy if each
/// word it writes is one that its partition may change. Two states that look the same to an observer and to that partition look the
/// same to the observer after it if each word it writes that the observer sees, and the case itself, are computed from words that one of the two
/// sees: then both runs take the same case and write the same.
/// </summary>
internal sealed class Dependence
{
    // Whether they hold matters to nobody's rights; as assumptions they would only cost time.
    private static readonly Field[] Heavy = [StateFields.Lists, StateFields.Pending, StateFields.Line, StateFields.Enabled, StateFields.Latched];

    private static readonly IReadOnlyList<S.Invariant> Used =
        [.. S.Invariants.Where(invariant => invariant.Field.Subject == Subject.Cpu || invariant.IsOfLinks || invariant == S.ToldBeforeWaiting)];

    private readonly TermStore _store = Unknown.Store(Unknown.State);
    private readonly S.Situation _before = Unknown.At(Unknown.Store(Unknown.State));
    private readonly Knowledge _knowledge;
    private readonly Piece _piece;
    private readonly Cases _case;
    private readonly S.Word? _who;

    private Dependence(Piece piece, Cases now)
    {
        (_piece, _case) = (piece, now);
        // Midway the vCPU that ran may have blocked.
        _knowledge = new(_before, piece.IsWhole ? Used : [.. Used.Where(invariant => invariant != S.RunningIsReady)]);
        _who = piece.About is null ? null : _before.Configuration.Vcpu(piece.About(Step(_before))).Partition;
        piece.Do(Step(Unknown.At(_store)));
    }

    /// <summary>The partition that looks.</summary>
    private static S.Word Observer => Unknown.Word("observer", Limits.Partitions - 1);

    /// <summary>An act respects the policy, and what it does depends on what is observed: of each field that it writes to.</summary>
    public static void Require(Act act, Obligations obligations)
    {
        foreach (Piece piece in Piece.Of(act))
            Cases.Each(now => new Dependence(piece, now).Require(obligations), Possible.IsPlainly);
    }

    /// <summary>What the processor is given when a vCPU runs is observed by its partition.</summary>
    public static void RequireOutputs(Obligations obligations) => Cases.Each(now =>
    {
        Dependence any = new(new Piece("any", s => s.Cpu.Current, _ => { }) { IsOfRunning = true }, now);
        S.Word vcpu = any.Step(any._before).Cpu.Current;
        foreach (Field output in S.OutputFields)
        {
            S.Place place = new(output, vcpu, output.Columns == 1 ? 0 : Unknown.Word("column", 63));
            any.Require(obligations, SecurityProof.Confidentiality, S.Observes(any._before, any._before.Configuration.Vcpu(vcpu).Partition, place).Value, S.OutputConsistency, output);
        }
    });

    /// <summary>What is assumed of an act's pieces, each in one case.</summary>
    public static IEnumerable<(string Piece, IReadOnlyList<PathCondition> Cases)> Assumed(Act act)
    {
        foreach (Piece piece in Piece.Of(act))
        {
            List<PathCondition> paths = [];
            Cases.Each(now => paths.Add(new Dependence(piece, now).PathTo(Term.Truth(true))), Possible.IsPlainly);
            yield return (piece.Name, paths);
        }
    }

    private void Require(Obligations obligations)
    {
        foreach (Written written in _store.Log)
        {
            Term notWritten = Term.Not(written.Guard);
            Require(obligations, SecurityProof.Isolation, Term.Either(notWritten, S.MayReach(Step(_before), _piece.Occasion, _piece.About?.Invoke(Step(_before)), PlaceOf(written)).Value),
                S.Confinement, written.Field);
            if (_who is { } who)
                Require(obligations, SecurityProof.Integrity, Term.Either(notWritten, S.MayChange(_before, who, PlaceOf(written)).Value), S.LocalRespect, written.Field);
            Require(obligations, SecurityProof.Confidentiality, Term.Either(notWritten, IsNoneOfItsBusiness(written)), S.WeakStepConsistency, written.Field);
        }
    }

    private void Require(Obligations obligations, string property, Term goal, S.Condition condition, Field field) =>
        obligations.Require(property, 0, goal, goal.IsTrue ? PathCondition.Empty : PathTo(goal), $"{condition.Name} of {field}{(_piece.Name.Length > 0 ? $" ({_piece.Name})" : "")}");

    /// <summary>The observer does not see what is written, or all that it depends on is seen by the observer or by the step's partition.</summary>
    private Term IsNoneOfItsBusiness(Written written)
    {
        Term hidden = Term.Not(S.Observes(_before, Observer, PlaceOf(written)).Value), seen = Term.Truth(true);
        if (hidden.IsTrue)
            return hidden;
        foreach (Term unknown in Unknown.In([.. _case.Conditions, written.Guard, written.Row, written.Column, written.Value]))
            seen = Term.Both(seen, IsSeen(unknown));
        return Term.Either(hidden, seen);
    }

    /// <summary>The observer or the step's partition sees the word; nobody sees what another trap left over.</summary>
    private Term IsSeen(Term unknown)
    {
        if (unknown.Kind == Kind.Variable)
            return Term.Truth(!unknown.Name.StartsWith(Unknown.LeftOver, StringComparison.Ordinal));
        if (Unknown.FieldOf(unknown) is not { } field || (_piece.TakesMail && field == StateFields.Inbox))
            return Term.Truth(true);
        S.Place place = new(field, new(unknown.Arguments[0]), new(unknown.Arguments.Length > 1 ? unknown.Arguments[1] : Term.Constant(0)));
        S.Truth seen = S.Observes(_before, Observer, place);
        if (_who is { } who)
            seen |= S.Observes(_before, who, place);
        return seen.Value;
    }

    private PathCondition PathTo(Term goal)
    {
        Term[] path = [.. _case.Conditions.Where(condition => !Unknown.In([condition]).Any(IsHeavy)), .. Begins()];
        Term[] terms = [goal, .. path];
        Term[] linked = [.. Unknown.In(terms).Where(term => Unknown.FieldOf(term) == StateFields.Lists).Select(list => list & Term.Constant(Limits.VirtualInterrupts - 1))];
        return _knowledge.Of(terms, linked).Concat(path).Aggregate(PathCondition.Empty, (all, truth) => all.And(truth));
    }

    private static bool IsHeavy(Term unknown) => Unknown.FieldOf(unknown) is { } field && Heavy.Contains(field);

    /// <summary>A trap comes from a vCPU that runs.</summary>
    private IEnumerable<Term> Begins()
    {
        S.Cpu cpu = Step(_before).Cpu;
        yield return (_before.Configuration.Cpu(cpu.Index).SlotCount != 0).Value;
        if (_piece.IsOfRunning)
            yield return (cpu.Idle == 0).Value;
    }

    private static S.Place PlaceOf(Written written) => new(written.Field, new(written.Row), new(written.Column));

    /// <summary>Inputs are known to all, but what FAR_EL2 and HPFAR_EL2 hold if the trap is no abort.</summary>
    private S.Step Step(S.Situation at) => Unknown.Step(at, _piece.IsAbort);
}
