using Redoubt.Proof.Execution;
using Redoubt.Proof.Refinement;
using Redoubt.Proof.Terms;
using Redoubt.Spec;
using Field = Redoubt.Spec.Field;
using S = Redoubt.Spec.Specification<Redoubt.Proof.Terms.Term>;

namespace Redoubt.Proof.Tests.Security;

/// <summary>
/// What a step writes and what that depends on, in all its cases, over all states, configurations and policies. It respects the policy if each
/// word it writes is one that its partition may change. Two states that look the same to an observer and to that partition look the
/// same to the observer after it if each word it writes that the observer sees, and the case itself, are computed from words that one of the two
/// sees: then both runs take the same case and write the same.
/// </summary>
internal sealed class Dependence
{
    private const string State = "state.", Constant = "config.", LeftOver = "left.";
    private const int Rounds = 3;

    // Whether they hold matters to nobody's rights; as assumptions they would only cost time.
    private static readonly Field[] _heavy = [StateFields.Lists, StateFields.Pending, StateFields.Line, StateFields.Enabled, StateFields.Latched];

    private static readonly Dictionary<string, Field> _fields = StateFields.All.ToDictionary(field => State + field.Name);

    private readonly TermStore _store = Unknown(State);
    private readonly S.Situation _before = At(Unknown(State)), _after;
    private readonly Piece _piece;
    private readonly Cases _case;
    private readonly S.Word? _who;

    private Dependence(Piece piece, Cases now)
    {
        (_piece, _case, _after) = (piece, now, At(_store));
        _who = piece.About is null ? null : _before.Configuration.Vcpu(piece.About(Step(_before))).Partition;
        piece.Do(Step(_after));
    }

    /// <summary>The partition that looks.</summary>
    private static S.Word Observer => Piece.Any("observer", Limits.Partitions - 1);

    /// <summary>The cases in which a condition does not hold of a step, as the fields in question; empty if it holds.</summary>
    public static string[] Failures(Solver solver, Piece piece, S.Condition condition)
    {
        HashSet<string> failures = [];
        Cases.Each(now =>
        {
            Dependence dependence = new(piece, now);
            (string Field, Term Wrong)[] doubts = [.. dependence._store.Log.Select(written => (written.Field.Name, dependence.IsWrong(written, condition)))];
            if (dependence.CanBe(solver, doubts.Aggregate(Term.Truth(false), (any, doubt) => Term.Either(any, doubt.Wrong))))
                failures.UnionWith(doubts.Where(doubt => dependence.CanBe(solver, doubt.Wrong)).Select(doubt => doubt.Field));
        });
        return [.. failures.Select(field => $"{piece.Name}: {field}")];
    }

    /// <summary>Whether something that the processor is given when a vCPU runs may be hidden from its partition.</summary>
    public static bool MayHide(Solver solver, Field output)
    {
        Dependence any = null!;
        Cases.Each(now => any = new(new Piece("any", s => s.Cpu.Current, _ => { }), now));
        S.Word vcpu = any.Step(any._before).Cpu.Current;
        S.Place place = new(output, vcpu, output.Columns == 1 ? 0 : Piece.Any("column", 63));
        return any.CanBe(solver, Term.Not(S.Observes(any._before, any._before.Configuration.Vcpu(vcpu).Partition, place).Value));
    }

    /// <summary>Whether what is assumed of a step can be, in one of its cases at least.</summary>
    public static bool IsPossible(Solver solver, Piece piece)
    {
        bool possible = false;
        Cases.Each(now => possible = possible || new Dependence(piece, now).Ask(solver, Term.Truth(true)) == Answer.Satisfiable);
        return possible;
    }

    /// <summary>Whether there is a state in which a step breaks a condition.</summary>
    public static bool Breaks(Solver solver, Piece piece, S.Condition condition)
    {
        bool breaks = false;
        Cases.Each(now =>
        {
            Dependence dependence = new(piece, now);
            breaks = breaks || dependence._store.Log.Any(written => dependence.Ask(solver, dependence.IsWrong(written, condition)) == Answer.Satisfiable);
        });
        return breaks;
    }

    private Term IsWrong(Written written, S.Condition condition) =>
        Term.Both(written.Guard, condition == S.LocalRespect ? IsForbidden(written) : LearnsTooMuch(written));

    private Term IsForbidden(Written written) => Term.Not(S.MayChange(_before, _who!.Value, PlaceOf(written)).Value);

    private Term LearnsTooMuch(Written written)
    {
        Term observed = S.Observes(_before, Observer, PlaceOf(written)).Value, hidden = Term.Truth(false);
        if (observed.IsFalse)
            return observed;
        foreach (Term unknown in UnknownsOf([.. _case.Conditions, written.Guard, written.Row, written.Column, written.Value]))
            hidden = Term.Either(hidden, IsHidden(unknown));
        return Term.Both(observed, hidden);
    }

    /// <summary>Neither the observer nor the step's partition sees the word; nobody sees what another trap left over.</summary>
    private Term IsHidden(Term unknown)
    {
        if (unknown.Kind == Kind.Variable)
            return Term.Truth(unknown.Name.StartsWith(LeftOver, StringComparison.Ordinal));
        if (!_fields.TryGetValue(unknown.Name, out Field? field) || IsChosenByInput(field))
            return Term.Truth(false);
        S.Place place = new(field, Word(unknown.Arguments[0]), unknown.Arguments.Length > 1 ? Word(unknown.Arguments[1]) : 0);
        S.Truth seen = S.Observes(_before, Observer, place);
        if (_who is { } who)
            seen |= S.Observes(_before, who, place);
        return Term.Not(seen.Value);
    }

    /// <summary>Whose mail is taken is part of what the step is, as is which vCPU the schedule lets run.</summary>
    private bool IsChosenByInput(Field field) => _piece.Name == "mail" && field == StateFields.Inbox;

    private bool CanBe(Solver solver, Term wrong) => Ask(solver, wrong) != Answer.Unsatisfiable;

    private Answer Ask(Solver solver, Term wrong)
    {
        if (wrong.IsFalse)
            return Answer.Unsatisfiable;
        List<Term> known = [wrong, .. _case.Conditions.Where(condition => !UnknownsOf([condition]).Any(IsHeavy)), .. Start()];
        HashSet<Term> seen = [];
        for (int round = 0; round < Rounds; round++)
        {
            Term[] cells = [.. UnknownsOf(known).Where(term => term.Kind == Kind.Cell && seen.Add(term))];
            known.AddRange(cells.SelectMany(Known).Where(term => !term.IsTrue));
        }
        return solver.Ask(known).Answer;
    }

    private static bool IsHeavy(Term unknown) => _fields.TryGetValue(unknown.Name, out Field? field) && _heavy.Contains(field);

    /// <summary>At the start of a step a vCPU of the CPU runs, or ran last.</summary>
    private IEnumerable<Term> Start()
    {
        S.Cpu cpu = Step(_before).Cpu;
        yield return ((cpu.Current < Limits.Vcpus) & (cpu.Current >> 4 == cpu.Index)).Value;
        yield return ((cpu.Idle != 0) | (_before.State.Vcpu(cpu.Current).Lifecycle == Lifecycle.Ready)).Value;
        if (_piece.IsTrap)
            yield return (cpu.Idle == 0).Value;
        yield return ((cpu.Resident == Limits.NoVcpu) | (cpu.Resident >> 4 == cpu.Index)).Value;
    }

    /// <summary>Rules of the configuration and invariants, at a word that occurs.</summary>
    private IEnumerable<Term> Known(Term cell)
    {
        S.Word row = Word(cell.Arguments[0]), column = cell.Arguments.Length > 1 ? Word(cell.Arguments[1]) : 0;
        foreach (S.Rule rule in S.Rules.Where(rule => Constant + rule.Field.Name == cell.Name))
            yield return rule.Holds(_before.Configuration, _before.Policy, row, column).Value;
        if (cell.Name == State + StateFields.Templates.Name)
        {
            foreach (S.Invariant invariant in S.Invariants.Where(invariant => invariant.Field == StateFields.Templates))
                yield return invariant.Holds(_before.State, _before.Configuration, row, column).Value;
        }
        if (cell.Name == State + StateFields.Lists.Name)
            yield return S.LinkedAsTemplate.Holds(_before.State, _before.Configuration, row, 0).Value;
        if (cell.Name == State + StateFields.Calling.Name || cell.Name == State + StateFields.Fault.Name)
            yield return S.ToldBeforeWaiting.Holds(_before.State, _before.Configuration, row, 0).Value;
    }

    private static IEnumerable<Term> UnknownsOf(IEnumerable<Term> terms)
    {
        HashSet<Term> seen = [];
        Stack<Term> left = new(terms);
        while (left.TryPop(out Term? term))
        {
            if (!seen.Add(term))
                continue;
            foreach (Term argument in term.Arguments)
                left.Push(argument);
            if (term.Kind is Kind.Cell or Kind.Variable)
                yield return term;
        }
    }

    private static S.Place PlaceOf(Written written) => new(written.Field, Word(written.Row), Word(written.Column));

    private static S.Word Word(Term term) => new(term);

    /// <summary>A store of unknown words whose names begin with something.</summary>
    private static TermStore Unknown(string prefix) => new(field => Cells.Initial(prefix + field.Name, (ulong)field.Columns, field.Ones));

    private static S.Situation At(TermStore store)
    {
        TermStore constants = Unknown(Constant);
        return new(new S.State(store), new S.Configuration(constants), new S.Policy(constants));
    }

    /// <summary>Inputs are known to all, but what FAR_EL2 and HPFAR_EL2 hold if the trap is no abort.</summary>
    private S.Step Step(S.Situation at)
    {
        string addresses = _piece.IsAbort ? "input." : LeftOver;
        return new(at.State, at.Configuration, Piece.Any("cpu", Limits.Cpus - 1), new S.Entry(
            new S.Esr(Piece.Any("syndrome")), Piece.Any(addresses + "address"), Piece.Any(addresses + "page"), Piece.Any("interrupt", Limits.Interrupts - 1),
            Piece.Any("now"), Piece.Any("later"), Piece.Any("answer")));
    }
}
