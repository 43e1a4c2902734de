using System.Diagnostics;
using Redoubt.Proof.Execution;
using Redoubt.Proof.Isa;
using Redoubt.Proof.Mutants;
using Redoubt.Proof.Programs;
using Redoubt.Proof.Reporting;
using Redoubt.Proof.Security;
using Redoubt.Proof.Terms;
using Redoubt.Spec;

namespace Redoubt.Proof.Theorems;

/// <summary>Proves all handlers of a kernel and all acts of the specification, or some.</summary>
/// <param name="program">The kernel as shipped.</param>
/// <param name="solver">z3 or cvc5; null for the one that is quick at it; <see cref="Both"/> for the same, and then the other one is asked what the first one decided.</param>
/// <param name="cacheFolder">Where answers and results are kept; null for nowhere.</param>
public sealed class ProofRun(ElfProgram program, string? solver, string? cacheFolder)
{
    /// <summary>Both solvers.</summary>
    public const string Both = "both";

    /// <summary>Answers without the truths that were enough for them are kept apart.</summary>
    private const string Answers = "answers", WithoutCores = "rechecked";

    /// <summary>What the solver is given for a question in haste, and after how many handlers that it leaves open haste ends.</summary>
    private const int HastyMilliseconds = 5000, MostOpen = 6;

    /// <summary>How long a handler of a mutant is looked at, in haste and otherwise.</summary>
    private static readonly TimeSpan Haste = TimeSpan.FromSeconds(20), Patience = TimeSpan.FromMinutes(2);

    private static readonly string[] Resume = ["svc resume", "hvc resume"];

    private readonly Dictionary<string, AnswerCache?> _answers = [];
    private readonly Dictionary<string, SolverVersion> _versions = [];

    /// <summary>How many handlers are proved at once, each with a solver of its own.</summary>
    public int Jobs { get; init; } = 1;

    /// <summary>Handlers and acts whose name contains one of these texts are left out.</summary>
    public IReadOnlyList<string> Except { get; init; } = [];

    /// <summary>Told of each mutant, when it is known what became of it.</summary>
    public Action<MutantVerdict>? Tried { get; init; }

    /// <summary>With both solvers: told what the second one says of each handler, when it has been asked.</summary>
    public Action<string>? Compared { get; init; }

    /// <summary>Ends the run and its solvers with an <see cref="OperationCanceledException"/>.</summary>
    public CancellationToken Stop { get; init; }

    /// <summary>What is to be shown, and by what.</summary>
    private sealed record Part(string Handler, SolverVersion Solver, SolverVersion? Second, string Key)
    {
        public bool IsAct => Pinned.Acts.Contains(Handler);

        /// <summary>Names of the solvers.</summary>
        public string Solvers => Second is null ? Solver.Name : $"{Solver.Name}+{Second.Name}";
    }

    /// <summary>Proves the handlers whose name contains a text; with an empty text all, and these have to be the pinned ones.</summary>
    /// <param name="only">The text.</param>
    /// <param name="note">Told which handlers are at work.</param>
    /// <param name="export">Where every obligation is written to; null for nowhere.</param>
    /// <exception cref="SolverException">A solver is missing or broken.</exception>
    public Report Prove(string only, Action<string> note, Export? export = null)
    {
        long start = Stopwatch.GetTimestamp();
        Part[] parts = [.. Names(only).Concat(Acts(only)).Select(PartOf)];
        (HandlerResult[] all, int remembered) = ProveParts(parts, note, export);
        export?.Finish();
        Agreement[] agreements = [.. parts.Zip(all, (part, result) => new Agreement(program, result, part.Solver.Name, part.Second?.Name))];

        List<string> failures = Pinned.Differences([.. Names(""), .. Acts("")]).ToList();
        if (parts.Length == 0)
            failures.Add($"no handler's name contains \"{only}\"");
        failures.AddRange(agreements.SelectMany(agreement => agreement.Failures));
        foreach (ObligationEntry unexpected in agreements.SelectMany(agreement => agreement.Obligations.Where(entry => !Pinned.PropertiesOf(agreement.Handler).Contains(entry.Property))))
        {
            failures.Add($"{unexpected}: the property is not expected");
        }

        failures.AddRange(all.Where(result => result.Ends == 0).Select(result => $"{result.Handler}: no path comes to an end"));
        Verdict[] verdicts = [.. agreements.SelectMany(Verdicts)];
        ObligationEntry[] obligations = [.. agreements.SelectMany(agreement => agreement.Obligations)];
        Totals totals = new(parts.Length, remembered, verdicts.Length, verdicts.Count(verdict => verdict.Proved), obligations.Length,
            obligations.Sum(entry => entry.Simplified), obligations.Sum(entry => entry.Solved), all.Sum(result => result.Obligations.Sum(obligation => obligation.Impossible)),
            all.Sum(result => result.Questions), all.Sum(result => result.Remembered), all.Sum(result => result.Steps),
            obligations.Sum(entry => entry.Second?.Agreed ?? 0), obligations.Sum(entry => entry.Second?.Open ?? 0));
        return new Report(program.Hash, [.. parts.SelectMany(part => (IEnumerable<SolverVersion?>)[part.Solver, part.Second]).OfType<SolverVersion>().Distinct()],
            Stopwatch.GetElapsedTime(start).TotalSeconds, totals, verdicts, [.. all.Select(result => new WorstCase(result.Handler, result.Instructions, result.StackBytes, result.Milliseconds))],
            failures, [.. agreements.SelectMany(agreement => agreement.DecidedByOne)], obligations)
        {
            Reached = all.SelectMany(result => result.Reached).ToHashSet(),
            Counterexamples = [.. all.SelectMany(result => result.Counterexamples)],
            Instances = [.. all.Where(result => Pinned.Acts.Contains(result.Handler)).SelectMany(result => Instance.Of(result.Handler, result.Findings))],
            Complaints = [.. all.SelectMany(result => result.Complaints)],
        };
    }

    /// <summary>
    /// Whether the proof notices changes of the kernel. Each that does not do the same in every state is proved with the handlers that reach it, the shortest first, until
    /// something can't be shown; to the others it is no change.
    /// </summary>
    /// <param name="only">Handlers to prove them with: those whose name contains this text.</param>
    /// <param name="choose">Chooses the mutants, knowing what the handlers reach.</param>
    /// <param name="boot">Tells why systems don't boot with a mutant; null if they do, or if boot does not get to it.</param>
    /// <param name="note">Told what is at work.</param>
    /// <exception cref="SolverException">A solver is missing or broken.</exception>
    public MutantReport ProveMutants(string only, Func<IReadOnlyList<HandlerResult>, IReadOnlyList<Mutant>> choose, Func<Mutant, string?> boot, Action<string> note)
    {
        SolverVersion version = VersionOf(FirstFor(Pinned.Handlers[0]));
        Part[] parts = [.. Names(only).Select(PartOf).Select(part => part with { Second = null, Key = KeyOf(part.Handler, part.Solver) })];
        (HandlerResult[] results, _) = ProveParts(parts, note);
        // In the pinned order: what is chosen must not depend on how long proofs take.
        HandlerResult[] handlers = [.. results.Where(result => result.Findings.Count == 0)];
        IReadOnlyList<Mutant> mutants = choose(handlers);
        HandlerResult[] shortest = [.. handlers.OrderBy(result => result.Questions)];
        return new MutantReport(program.Hash, [.. results.Where(result => result.Findings.Count > 0).Select(result => result.Handler)],
            Workers.Run([.. mutants.Select(mutant => (mutant.ToString(), mutant))], Jobs, (mutant, stop) => Try(mutant, shortest, boot, version, stop), note, Stop));
    }

    private MutantVerdict Try(Mutant mutant, IEnumerable<HandlerResult> handlers, Func<Mutant, string?> boot, SolverVersion version, CancellationToken stop)
    {
        long start = Stopwatch.GetTimestamp();
        using Solver solver = new(version.Name, AnswersOf(version, Answers), stop);
        ElfProgram patched = program.Patched(mutant.Address, mutant.Word);
        string[] reaching = [.. handlers.Where(result => result.Reached.Contains(mutant.Address)).Select(result => result.Handler)];
        // Most are soon seen to fail in one handler or another: what takes longer is looked at again only if none is.
        HashSet<string> proved = [];
        KernelProof hasty = new(patched, solver) { UntilFirst = true, Patience = Haste, Limit = HastyMilliseconds }, patient = new(patched, solver) { UntilFirst = true, Patience = Patience };
        string? equivalent = Equivalents.ReasonOf(mutant);
        // Whether it does the same is soon seen; without that all handlers would have to be proved to see that nothing changes.
        bool same = equivalent is null && HasSameEffect(mutant, reaching, solver);
        Refusal? refusal = (same ? null : FirstRefusal(hasty, reaching, proved, MostOpen))
            ?? (boot(mutant) is { } failure ? new Refusal(Pinned.Boot, Pinned.Boot, failure, program.PlaceOf(mutant.Address), SourceLines.Of(program, mutant.Address), Decided: true) : null)
            ?? (same ? null : FirstRefusal(patient, reaching.Where(handler => !proved.Contains(handler)), proved, 0));
        if (same && refusal is null)
            equivalent = Equivalents.SameEffect;
        MutantVerdict verdict = new(mutant, SourceLines.Of(program, mutant.Address), refusal, equivalent, (long)Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        Tried?.Invoke(verdict);
        return verdict;
    }

    /// <summary>Whether the changed instruction does the same wherever the kernel gets there.</summary>
    private bool HasSameEffect(Mutant mutant, IEnumerable<string> reaching, Solver solver)
    {
        Instruction was = Decoder.Decode(mutant.Address, program.InstructionAt(mutant.Address)!.Value);
        return new SameEffect(mutant).IsSeen(was) && reaching.All(HasIn);

        bool HasIn(string handler)
        {
            SameEffect effect = new(mutant);
            return new KernelProof(program, solver) { UntilFirst = true, Watch = effect.Require }.Prove(Named(handler)).Findings.Count == 0 && effect.IsMet;
        }
    }

    /// <summary>The first refusal by one of some handlers.</summary>
    /// <param name="proof">How they are proved.</param>
    /// <param name="handlers">The handlers.</param>
    /// <param name="proved">Handlers that are proved are added.</param>
    /// <param name="mostOpen">How many are passed over of which it is not decided whether they are refused; then null is returned.</param>
    private Refusal? FirstRefusal(KernelProof proof, IEnumerable<string> handlers, HashSet<string> proved, int mostOpen)
    {
        int open = 0;
        foreach (string handler in handlers)
        {
            Finding? finding = proof.Prove(Named(handler)).Findings.MinBy(finding => finding.Answer == Answer.Unknown);
            if (finding is null)
                proved.Add(handler);
            else if (finding.Answer != Answer.Unknown || mostOpen == 0)
                return RefusalOf(handler, finding);
            else if (++open == mostOpen)
                return null;
        }

        return null;
    }

    private Refusal RefusalOf(string handler, Finding finding) =>
        new(handler, finding.Property, finding.Message, program.PlaceOf(finding.Address), SourceLines.Of(program, finding.Address), finding.Answer != Answer.Unknown);

    /// <summary>Shows what has not been shown before: what was never shown first, then what took longest the last time.</summary>
    /// <returns>What is shown of each part, and of how many it had been shown before.</returns>
    private (HandlerResult[] Results, int Remembered) ProveParts(Part[] parts, Action<string> note, Export? export = null)
    {
        ResultCache? cache = cacheFolder is null ? null : new ResultCache(cacheFolder, Stop);
        Dictionary<Part, HandlerResult> results = [];
        foreach (Part part in parts)
        {
            if (export is null && cache?.Find(part.Handler, part.Solvers, part.Key) is { } known)
                results[part] = known;
        }

        int remembered = results.Count;
        long LastTime(Part part) => (cache?.Last(part.Handler, part.Solvers) ?? cache?.Last(part.Handler, part.Solver.Name))?.Milliseconds ?? long.MaxValue;
        Part[] open = [.. parts.Where(part => !results.ContainsKey(part)).OrderByDescending(LastTime)];
        Showing[] shown = Work(open.Select(part => new Showing(part)), (showing, stop) => Show(showing, export, stop));
        // What is left may be so because the machine was busy.
        shown = [.. shown.Where(showing => showing.Opinion?.IsLeft != true), .. Work(shown.Where(showing => showing.Opinion?.IsLeft == true), ShowAgain)];
        foreach (Showing showing in shown)
            results[showing.Part] = showing.Result!;
        return ([.. parts.Select(part => results[part])], remembered);

        Showing[] Work(IEnumerable<Showing> items, Func<Showing, CancellationToken, Showing> work) =>
            Workers.Run([.. items.Select(item => ($"{item.Part.Handler} ({item.Part.Solvers})", item))], Jobs, (item, stop) => Kept(work(item, stop)), note, Stop);

        Showing Kept(Showing showing)
        {
            if (showing is { Result: { Findings.Count: 0 } result, Opinion: null or { IsLeft: false } } && result.Rechecked.All(one => one.Opposed == 0))
                cache?.Add(showing.Part.Handler, showing.Part.Solvers, showing.Part.Key, result);
            return showing;
        }
    }

    /// <summary>A part while it is shown.</summary>
    private sealed record Showing(Part Part, HandlerResult? Result = null, SecondOpinion? Opinion = null);

    private Showing Show(Showing showing, Export? export, CancellationToken stop)
    {
        Part part = showing.Part;
        using Solver solver = new(part.Solver.Name, AnswersOf(part.Solver, Answers), stop) { IsEager = part.IsAct };
        using Solver? second = SecondOf(part, isLast: false, stop);
        SecondOpinion? opinion = second is null ? null : new SecondOpinion(second);
        Action<Case>? asked = export?.Of(program, part.Handler);
        if (opinion is not null)
            asked += opinion.Add;
        HandlerResult result = part.IsAct ? new SecurityProof(solver, Manual, asked).Prove(part.Handler) : new KernelProof(program, solver, asked).Prove(Named(part.Handler));
        return Compare(new Showing(part, result with { Complaints = solver.Complaints }, opinion), second);
    }

    private Showing ShowAgain(Showing showing, CancellationToken stop)
    {
        long start = Stopwatch.GetTimestamp();
        using Solver? second = SecondOf(showing.Part, isLast: true, stop);
        showing.Opinion!.Again(second!);
        HandlerResult result = showing.Result!;
        return Compare(showing with { Result = result with { Milliseconds = result.Milliseconds + (long)Stopwatch.GetElapsedTime(start).TotalMilliseconds } }, second);
    }

    /// <summary>Adds what the second solver said.</summary>
    private Showing Compare(Showing showing, Solver? second)
    {
        if (showing is not { Result: { } result, Opinion: { } opinion } || second is null)
            return showing;
        result = result with
        {
            Rechecked = opinion.All,
            Complaints = [.. result.Complaints, .. second.Complaints],
            Questions = result.Questions + second.Asked + second.Remembered,
            Remembered = result.Remembered + second.Remembered,
        };
        int opposed = result.Rechecked.Sum(one => one.Opposed), left = result.Rechecked.Sum(one => one.Open);
        Compared?.Invoke($"{result.Handler}: {second.Name} decides {result.Rechecked.Sum(one => one.Agreed)} cases like {showing.Part.Solver.Name}"
            + $"{(left > 0 ? $", {left} not" : "")}{(opposed > 0 ? $", {opposed} the other way" : "")} ({second.Asked + second.Remembered} questions, {second.Time.TotalSeconds:F1} s)");
        return showing with { Result = result };
    }

    private Solver? SecondOf(Part part, bool isLast, CancellationToken stop) => part.Second is not { } version ? null : new(version.Name, AnswersOf(version, WithoutCores), stop)
    {
        IsEager = part.IsAct,
        TellsCores = false,
        IsThorough = isLast,
        Longest = isLast ? SecondOpinion.LastMilliseconds : Solver.Milliseconds,
    };

    private static IEnumerable<Verdict> Verdicts(Agreement agreement) => Pinned.PropertiesOf(agreement.Handler).Select(property =>
    {
        ObligationEntry[] entries = [.. agreement.Obligations.Where(entry => entry.Property == property)];
        bool proved = entries.Length > 0 && entries.All(entry => entry.Result == Outcome.Proved);
        return new Verdict(agreement.Handler, property, proved, entries.Sum(entry => entry.Simplified), entries.Sum(entry => entry.Solved), Math.Round(entries.Sum(entry => entry.Milliseconds), 2));
    });

    /// <summary>What is proved of the specification is about bits of words, what is proved of the kernel about memory. Of resuming a vCPU there are many small cases.</summary>
    private string FirstFor(string handler) => solver is null or Both ? Pinned.Acts.Contains(handler) || Resume.Contains(handler) ? "z3" : "cvc5" : solver;

    private SolverVersion VersionOf(string name)
    {
        lock (_versions)
        {
            if (!_versions.TryGetValue(name, out SolverVersion? version))
                _versions[name] = version = new SolverVersion(name, Solver.VersionOf(name));
            return version;
        }
    }

    private Part PartOf(string handler)
    {
        SolverVersion first = VersionOf(FirstFor(handler));
        SolverVersion? second = solver == Both ? VersionOf(Solver.Names.Single(name => name != first.Name)) : null;
        return new(handler, first, second, KeyOf(handler, first, second));
    }

    private string KeyOf(string handler, params IEnumerable<SolverVersion?> solvers) =>
        ResultCache.Key(program.Hash, string.Join('\n', solvers.OfType<SolverVersion>().Select(version => version.Version)), handler);

    private AnswerCache? AnswersOf(SolverVersion version, string kind)
    {
        lock (_answers)
        {
            string name = $"{version.Version.Replace(' ', '-')}.{kind}";
            if (!_answers.TryGetValue(name, out AnswerCache? cache))
                _answers[name] = cache = cacheFolder is null ? null : new AnswerCache(Path.Combine(cacheFolder, name));
            return cache;
        }
    }

    private static Specification<Term>.Manual Manual => Specification<Term>.Manual.Standard;

    private string[] Acts(string only) => [.. SecurityProof.Names(Manual).Where(name => IsChosen(name, only))];

    private string[] Names(string only) => [.. Handler.All().Select(handler => handler.Name).Where(name => IsChosen(name, only))];

    private bool IsChosen(string name, string only) =>
        name.Contains(only, StringComparison.Ordinal) && !Except.Any(text => name.Contains(text, StringComparison.Ordinal));

    /// <summary>A handler made by this thread: it has terms.</summary>
    private static Handler Named(string name) => Handler.All().Single(handler => handler.Name == name);
}
