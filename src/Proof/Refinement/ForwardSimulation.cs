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
    private const string Inbox = "cpu.Inbox";

    private static readonly string[] Inboxes = [Inbox, "vcpu.InboxEvents", "vcpu.InboxVirtual"];
    private static readonly Field[] InMemory = [StateFields.X, StateFields.Templates, StateFields.Account];
    private static readonly Execution.Field[] Hardware = [Devices.Active, Devices.TimerActive, Devices.Announced, Devices.Power];

    private const int SmallGoal = 700, Milliseconds = 10_000, MostRows = 16;

    /// <summary>How many cases the specification had, at all ends.</summary>
    public int CaseCount { get; private set; }

    /// <summary>What is assumed of the state at the beginning, but for the schedule, which is there to bring it about.</summary>
    public Term Assumption => handler.Entry == Entry.Schedule ? Term.Truth(true) : StateInvariant.OfCpu(Before(start), cpu);

    /// <summary>The invariants hold again.</summary>
    public void RequireInvariants(SymbolicState state)
    {
        if (obligations.IsDecided)
            return;
        Abstraction after = After(state);
        StateInvariant.Require(state, after, obligations, cpu);
        if (handler.Entry == Entry.Schedule)
            state.Require("invariant", StateInvariant.OfCpu(after, cpu), S.RunningIsReady.Text);
    }

    /// <summary>The end of a handler is what the specification says.</summary>
    public void Require(SymbolicState state)
    {
        if (obligations.IsDecided)
            return;
        Abstraction before = Before(state), after = After(state);
        Cases.Each(cases =>
        {
            TermStore store = new(field => before[field]), configuration = new(field => before[field]);
            S.Step step = new(new S.State(store), new S.Configuration(configuration), new S.Word(cpu), EntryOf(state));
            CaseCount++;
            string operation = Do(step);
            Compare(state, cases.Conditions.Aggregate(state.Path, (all, truth) => all.And(truth)), store, after, operation);
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

    /// <summary>Compares all words in a case, or in the cases that it is divided into.</summary>
    /// <param name="seen">What was known when consequences were last looked for; null if they were not.</param>
    private void Compare(SymbolicState state, PathCondition path, TermStore expected, Abstraction actual, string operation, PathCondition? seen = null)
    {
        if (obligations.IsDecided)
            return;
        Term nobody = Term.Equal(KernelProof.Own(start, "cpu.Resident"), Term.Constant(Limits.NoVcpu));
        Distinctions distinctions = new(obligations, cpu, nobody, state.Path);
        path = distinctions.Propagated(path);
        List<(Field Field, Term Same)> goals = Goals(path, expected, actual);
        Term together = Together(goals);
        // What is small mostly needs no more than to be asked, unless the lowest bit of a word is looked for.
        if (IsEasy(together) && obligations.Settles(together, path, Milliseconds))
        {
            Require(state, together, path, Whole(operation));
            return;
        }

        Term[] words = [.. goals.Select(goal => goal.Same)], consequences = [.. distinctions.Consequences(path, words, seen)];
        if (consequences.Length > 0)
        {
            foreach (Term truth in consequences)
            {
                Require(state, truth, path, "what the case decides");
            }

            Compare(state, consequences.Aggregate(path, (all, truth) => all.And(truth)), expected, actual, operation, path);
            return;
        }

        Assumed assumed = new(path.Truths);
        if (distinctions.Next(path, words, expected.Log.Select(written => assumed[written.Guard])) is { } next)
        {
            foreach (Term truth in (Term[])[next, Term.Not(next)])
            {
                if (obligations.IsPossible(state.Address, [truth, .. path.Truths], "refinement"))
                    Compare(state, path.And(truth), expected, actual, operation, path);
            }

            return;
        }

        Show(state, path, goals, operation);
    }

    private void Show(SymbolicState state, PathCondition path, List<(Field Field, Term Same)> goals, string operation)
    {
        (goals, path) = Generalised(state, goals, path);
        foreach ((Field field, Term same) in goals.Where(goal => IsEasy(goal.Same) && obligations.Shows(goal.Same, path, limit: Milliseconds)).ToArray())
        {
            Require(state, same, path, OfField(field, operation));
            goals.Remove((field, same));
        }

        Sweeping sweeping = new(obligations, state.Address);
        goals = goals.ConvertAll(goal => (goal.Field, sweeping[goal.Same]));
        // Mostly all can be shown at once.
        Term together = Together(goals);
        if (obligations.Shows(together, path))
        {
            Require(state, together, path, Whole(operation));
            return;
        }

        foreach ((Field field, Term same) in goals)
        {
            Require(state, same, path, OfField(field, operation));
        }
    }

    private static string OfField(Field field, string operation) => $"{field} is what the specification says ({operation})";

    private static string Whole(string operation) => $"the state is what the specification says ({operation})";

    private static bool IsEasy(Term goal) => Term.Parts([goal]).Take(SmallGoal + 1).ToArray() is { Length: <= SmallGoal } parts && !Array.Exists(parts, part => part.Kind == Kind.LeadingZeros);

    private static Term Together(List<(Field Field, Term Same)> goals) => goals.Aggregate(Term.Truth(true), (all, goal) => Term.Both(all, goal.Same));

    /// <summary>That the words of each field are the same: at each row that the specification writes, and at any other one.</summary>
    private List<(Field Field, Term Same)> Goals(PathCondition path, TermStore expected, Abstraction actual)
    {
        Assumed assumed = new(path.Truths);
        List<(Field, Term)> goals = [];
        foreach (Field field in StateFields.All)
        {
            if (obligations.IsDecided)
                break;
            Cells should = expected[field], does = actual[field];
            // What takes the place of a part may itself be decided.
            Term Same(Term row, Assumed where) => where[where[Columns(field).Aggregate(Term.Truth(true), (all, column) =>
                Term.Both(all, Term.Equal(where[should[row, column]], where[does[row, column]])))]];
            Term[] rows = [.. expected.Log.Where(written => written.Field == field).Select(written => assumed[written.Row]).Distinct()];
            // Of many rows each is no more than any row, and so is each of those that mail is left in.
            bool isMail = rows.Length > 1 && TermStore.Mail.Contains(field);
            if (rows.Length > MostRows || isMail)
                rows = [];
            goals.AddRange(rows.Select(row => (field, Term.Either(Term.Not(Term.Less(row, Term.Constant((ulong)field.Rows))), Same(row, assumed)))));
            Term any = Term.Variable($"any.{field.Subject}", (ulong)field.Rows - 1);
            Term[] others = [.. rows.Select(row => Term.Not(Term.Equal(any, row)))];
            Term ofAny = others.Aggregate(Same(any, new Assumed([.. path.Truths, .. others])), (same, other) => Term.Either(same, Term.Not(other)));
            goals.Add((field, isMail ? assumed[new Emptiness()[ofAny]] : ofAny));
        }

        return goals;
    }

    private void Require(SymbolicState state, Term goal, PathCondition path, string message) => obligations.Require("refinement", state.Address, goal, path, message);

    /// <summary>
    /// The rank that the schedule chose, wherever it occurs, is any rank: what holds of any holds of that one. It is the lowest one of a word of ranks that is
    /// not zero, so that it is one.
    /// </summary>
    private (List<(Field, Term)> Goals, PathCondition Path) Generalised(SymbolicState state, List<(Field Field, Term Same)> goals, PathCondition path)
    {
        Dictionary<Term, Term> names = [];
        foreach (Term lowest in Term.Parts(goals.Select(goal => goal.Same)).Where(part => part is { Kind: Kind.LeadingZeros, Arguments: [{ Kind: Kind.Reverse, Arguments: [{ Ones: < 1 << Limits.VcpusPerCpu }] }] }))
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

    /// <summary>All words of a row, which may stand in registers; of a row of memory any one word.</summary>
    private static IEnumerable<Term> Columns(Field field) => InMemory.Contains(field)
        ? [Term.Variable($"any.{field}", BitOperations.RoundUpToPowerOf2((ulong)field.Columns) - 1)]
        : Enumerable.Range(0, field.Columns).Select(column => Term.Constant((ulong)column));

    private Cells Begun(SymbolicState state, string name)
    {
        if (words.TryGetValue(name, out Cells? cells))
            return cells;
        cells = start.Cells(Of(name));
        if (name == Devices.Announced.Name)
        {
            Cells inbox = start.Cells(Of(Inbox)), mail = AddedTo(Inbox, state);
            return Cells.Of((row, column) => Term.Choose(InterruptController.IsFirstMail(inbox[row, column], mail[row, column]), Term.Constant(1), cells[row, column]));
        }

        if (!Inboxes.Contains(name))
            return cells;
        Cells added = AddedTo(name, state);
        return Cells.Of((row, column) => cells[row, column] | added[row, column]);
    }

    /// <summary>Bits that other CPUs added to a word by the end.</summary>
    private static Cells AddedTo(string name, SymbolicState end) => end.Cells(Execution.Environment.OthersOf(Of(name)));

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
