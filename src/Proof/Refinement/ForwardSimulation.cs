using System.Numerics;
using Redoubt.Abi;
using Redoubt.Proof.Execution;
using Redoubt.Proof.Terms;
using Redoubt.Proof.Theorems;
using Redoubt.Spec;
using Field = Redoubt.Spec.Field;
using S = Redoubt.Spec.Specification<Redoubt.Proof.Terms.Term>;

namespace Redoubt.Proof.Refinement;

/// <summary>
/// Where a handler ends, the state that machine and hardware stand for is the one that the specification says: it is carried out on the
/// state that they stood for at the beginning, in each of its cases, and compared word by word.
/// </summary>
/// <param name="handler">The handler.</param>
/// <param name="cpu">Number of the CPU.</param>
/// <param name="start">The state at the beginning.</param>
/// <param name="words">The words that stand in registers at the beginning, by field (<see cref="Loaded.Scatter"/>).</param>
/// <param name="obligations">Decides.</param>
public sealed class ForwardSimulation(Handler handler, Term cpu, SymbolicState start, IReadOnlyDictionary<string, Cells> words, Obligations obligations)
{
    private static readonly string[] Inboxes = ["cpu.Inbox", "vcpu.InboxEvents", "vcpu.InboxVirtual"];
    private static readonly Field[] InMemory = [StateFields.X, StateFields.Templates, StateFields.Account];
    private static readonly Execution.Field[] Hardware = [Devices.Active, Devices.TimerActive, Devices.Announced, Devices.Power];

    /// <summary>How many cases the specification had, at all ends.</summary>
    public int CaseCount { get; private set; }

    /// <summary>What is assumed of the state at the beginning, but for the schedule, which is there to bring it about.</summary>
    public Term Assumption => handler.Entry == Entry.Schedule ? Term.Truth(true) : StateInvariant.OfCpu(Before(start), cpu);

    /// <summary>The invariants hold again.</summary>
    public void RequireInvariants(SymbolicState state)
    {
        Abstraction after = After(state);
        StateInvariant.Require(state, after);
        if (handler.Entry == Entry.Schedule)
            state.Require("invariant", StateInvariant.OfCpu(after, cpu), S.RunningIsReady.Text);
    }

    /// <summary>The end of a handler is what the specification says.</summary>
    public void Require(SymbolicState state)
    {
        Abstraction before = Before(state), after = After(state);
        Cases.Each(cases =>
        {
            TermStore store = new(field => before[field]), configuration = new(field => before[field]);
            S.Step step = new(new S.State(store), new S.Configuration(configuration), new S.Word(cpu), EntryOf(state));
            CaseCount++;
            Compare(state, cases, store, after, Do(step));
        }, conditions => IsPossible(state, conditions));
    }

    /// <summary>Carries out what the handler is for; returns what that was.</summary>
    private string Do(S.Step step)
    {
        if (handler.Entry == Entry.Schedule)
        {
            step.Schedule();
            return "the schedule";
        }

        (S.Operation operation, S.Check? refused) = S.Manual.Standard.Operate(step, Occasion);
        return refused is null ? operation.Name : $"{operation.Name}, refused since {refused.Text}";
    }

    /// <summary>What the beginning stood for, with what other CPUs have added by the end.</summary>
    private Abstraction Before(SymbolicState end) => new(name => Begun(end, name));

    private Abstraction After(SymbolicState end)
    {
        IReadOnlyDictionary<string, Cells> gathered = Loaded.Gather(end, start, words);
        return new(name => gathered.TryGetValue(name, out Cells? cells) ? cells : end.Cells(Of(name)));
    }

    private bool IsPossible(SymbolicState state, IReadOnlyList<Term> conditions)
    {
        // The path decides much by itself.
        Term latest = conditions[^1];
        if (state.Known(latest) is { } known)
            return known;
        Assumed assumed = new([.. state.Path.Truths, .. conditions.SkipLast(1)]);
        Term simple = assumed[latest];
        return simple.IsConstant ? simple.IsTrue : obligations.IsPossible(state.Address, [latest, .. conditions.SkipLast(1), .. state.Path.Truths], "refinement");
    }

    private void Compare(SymbolicState state, Cases cases, TermStore expected, Abstraction actual, string operation)
    {
        PathCondition path = cases.Conditions.Aggregate(state.Path, (all, truth) => all.And(truth));
        Assumed assumed = new(path.Truths);
        List<(Field Field, Term Same)> goals = [];
        foreach (Field field in StateFields.All)
        {
            Cells should = expected[field], does = actual[field];
            Term row = Term.Variable($"any.{field.Subject}", (ulong)field.Rows - 1);
            Term same = Columns(field).Aggregate(Term.Truth(true), (all, column) => Term.Both(all, Term.Equal(assumed[should[row, column]], assumed[does[row, column]])));
            goals.Add((field, assumed[same]));
        }

        (goals, path) = Generalised(state, goals, path);
        // Mostly all can be shown at once.
        Term together = goals.Aggregate(Term.Truth(true), (all, goal) => Term.Both(all, goal.Same));
        if (obligations.Shows(together, path))
        {
            Require(state, together, path, $"the state is what the specification says ({operation})");
            return;
        }

        foreach ((Field field, Term same) in goals)
        {
            Require(state, same, path, $"{field} is what the specification says ({operation})");
        }
    }

    private void Require(SymbolicState state, Term goal, PathCondition path, string message) => obligations.Require("refinement", state.Address, goal, path, message);

    /// <summary>
    /// The rank that the schedule chose, wherever it occurs, is any rank: what holds of any holds of that one. It is the lowest one of a word of ranks that is
    /// not zero, so that it is one.
    /// </summary>
    private (List<(Field, Term)> Goals, PathCondition Path) Generalised(SymbolicState state, List<(Field Field, Term Same)> goals, PathCondition path)
    {
        Dictionary<Term, Term> names = [];
        foreach (Term lowest in Parts(goals.Select(goal => goal.Same)).Where(part => part is { Kind: Kind.LeadingZeros, Arguments: [{ Kind: Kind.Reverse }] }))
        {
            Term isRank = Term.Less(lowest, Term.Constant(Limits.VcpusPerCpu));
            if (!obligations.Shows(isRank, path))
                continue;
            Require(state, isRank, path, "the rank that is chosen is one");
            names.Add(lowest, Term.Variable($"rank {names.Count}", Limits.VcpusPerCpu - 1));
        }

        if (names.Count == 0)
            return (goals, path);
        Assumed named = new([], names);
        PathCondition renamed = path.Truths.Reverse().Aggregate(PathCondition.Empty, (all, truth) => all.And(named[truth]));
        Assumed assumed = new(renamed.Truths);
        return (goals.ConvertAll(goal => (goal.Field, assumed[assumed[named[goal.Same]]])), renamed);
    }

    private static IEnumerable<Term> Parts(IEnumerable<Term> terms)
    {
        HashSet<Term> seen = [];
        Stack<Term> open = new(terms);
        while (open.TryPop(out Term? term))
        {
            if (!seen.Add(term))
                continue;
            yield return term;
            foreach (Term argument in term.Arguments)
            {
                open.Push(argument);
            }
        }
    }

    /// <summary>All words of a row, which may stand in registers; of a row of memory any one word.</summary>
    private static IEnumerable<Term> Columns(Field field) => InMemory.Contains(field)
        ? [Term.Variable($"any.{field}", BitOperations.RoundUpToPowerOf2((ulong)field.Columns) - 1)]
        : Enumerable.Range(0, field.Columns).Select(column => Term.Constant((ulong)column));

    private Cells Begun(SymbolicState state, string name)
    {
        if (words.TryGetValue(name, out Cells? cells))
            return cells;
        cells = start.Cells(Of(name));
        if (!Inboxes.Contains(name))
            return cells;
        Cells added = state.Cells(Execution.Environment.OthersOf(Of(name)));
        return Cells.Of((row, column) => cells[row, column] | added[row, column]);
    }

    private static Execution.Field Of(string name) => Hardware.FirstOrDefault(field => field.Name == name) ?? KernelLayout.Field(name);

    private S.Occasion Occasion => handler.Intid is not null ? S.Occasion.Interrupt : handler.Syndrome is not null ? S.Occasion.Exception : S.Occasion.SError;

    private S.Entry EntryOf(SymbolicState state)
    {
        S.Word Register(int register) => new(start.Register(register));
        S.Word Device(Execution.Field field) => new(Devices.Get(state, field, Term.Constant(0)));
        return new(new S.Esr(Register(SystemRegisters.EsrEl2)), Register(SystemRegisters.FarEl2), Register(SystemRegisters.HpfarEl2), Register(SystemRegisters.IccIar1El1),
            Register(SystemRegisters.CntpctEl0), Device(Devices.Time), Device(Devices.Answer));
    }
}
