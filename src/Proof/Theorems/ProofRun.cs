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
/// <param name="solver">z3 or cvc5, or <see cref="Both"/>: everything is shown twice, by each on its own; null for the one that is quick at it.</param>
/// <param name="cacheFolder">Where answers and results are kept; null for nowhere.</param>
public sealed class ProofRun(ElfProgram program, string? solver, string? cacheFolder)
{
    /// <summary>Both solvers.</summary>
    public const string Both = "both";

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

    /// <summary>Ends the run and its solvers with an <see cref="OperationCanceledException"/>.</summary>
    public CancellationToken Stop { get; init; }

    private sealed record Part(string Handler, SolverVersion Solver, string Key);

    /// <summary>Proves the handlers whose name contains a text; with an empty text all, and these have to be the pinned ones.</summary>
    /// <param name="only">The text.</param>
    /// <param name="note">Told which handlers are at work.</param>
    /// <param name="export">Where every obligation is written to; null for nowhere. If there are two solvers these are the first one's.</param>
    /// <exception cref="SolverException">A solver is missing or broken.</exception>
    public Report Prove(string only, Action<string> note, Export? export = null)
    {
        long start = Stopwatch.GetTimestamp();
        string[] handlers = [.. Names(only), .. Acts(only)];
        Dictionary<Part, HandlerResult> results = [];
        Part[] parts = [.. handlers.SelectMany(name => SolversOf(name).Select(version => PartOf(name, version)))];
        int remembered = ProveParts(parts, results, note, export) / (solver == Both ? 2 : 1);
        export?.Finish();
        Agreement[] agreements = [.. results.GroupBy(pair => pair.Key.Handler).Select(group => new Agreement(program, [.. group.Select(pair => (pair.Key.Solver.Name, pair.Value))]))];
        agreements = [.. agreements.OrderBy(agreement => Array.IndexOf(handlers, agreement.Handler))];

        List<string> failures = Pinned.Differences([.. Names(""), .. Acts("")]).ToList();
        if (handlers.Length == 0)
            failures.Add($"no handler's name contains \"{only}\"");
        failures.AddRange(agreements.SelectMany(agreement => agreement.Failures));
        foreach (ObligationEntry unexpected in agreements.SelectMany(agreement => agreement.Obligations.Where(entry => !Pinned.PropertiesOf(agreement.Handler).Contains(entry.Property))))
        {
            failures.Add($"{unexpected}: the property is not expected");
        }

        failures.AddRange(results.Where(pair => pair.Value.Ends == 0).Select(pair => $"{pair.Key.Handler}: no path comes to an end"));
        Verdict[] verdicts = [.. agreements.SelectMany(Verdicts)];
        ObligationEntry[] obligations = [.. agreements.SelectMany(agreement => agreement.Obligations)];
        HandlerResult[] all = [.. results.Values];
        Totals totals = new(handlers.Length, remembered, verdicts.Length, verdicts.Count(verdict => verdict.Proved), obligations.Length,
            obligations.Sum(entry => entry.Simplified), obligations.Sum(entry => entry.Solved), all.Sum(result => result.Obligations.Sum(obligation => obligation.Impossible)),
            all.Sum(result => result.Questions), all.Sum(result => result.Remembered), all.Sum(result => result.Steps));
        return new Report(program.Hash, [.. parts.Select(part => part.Solver).Distinct()], Stopwatch.GetElapsedTime(start).TotalSeconds, totals, verdicts, [.. handlers.Select(handler => WorstOf(handler, results))],
            failures, [.. agreements.SelectMany(agreement => agreement.DecidedByOne)], obligations)
        {
            Reached = all.SelectMany(result => result.Reached).ToHashSet(),
            Counterexamples = [.. all.SelectMany(result => result.Counterexamples)],
            Instances = [.. all.Where(result => Pinned.Acts.Contains(result.Handler)).SelectMany(result => Instance.Of(result.Handler, result.Findings))],
        };
    }

    /// <summary>
    /// Whether the proof notices changes of the kernel. Each is proved with the handlers that reach it, the shortest first, until something can't be shown; to the others
    /// it is no change.
    /// </summary>
    /// <param name="only">Handlers to prove them with: those whose name contains this text.</param>
    /// <param name="choose">Chooses the mutants, knowing what the handlers reach.</param>
    /// <param name="boot">Tells why systems don't boot with a mutant; null if they do, or if boot does not get to it.</param>
    /// <param name="note">Told what is at work.</param>
    /// <exception cref="SolverException">A solver is missing or broken.</exception>
    public MutantReport ProveMutants(string only, Func<IReadOnlyList<HandlerResult>, IReadOnlyList<Mutant>> choose, Func<Mutant, string?> boot, Action<string> note)
    {
        SolverVersion version = SolversOf(Pinned.Handlers[0])[0];
        Dictionary<Part, HandlerResult> results = [];
        Part[] parts = [.. Names(only).Select(name => PartOf(name, SolversOf(name)[0]))];
        ProveParts(parts, results, note);
        // In the pinned order: what is chosen must not depend on how long proofs take.
        HandlerResult[] handlers = [.. parts.Select(part => results[part]).Where(result => result.Findings.Count == 0)];
        IReadOnlyList<Mutant> mutants = choose(handlers);
        HandlerResult[] shortest = [.. handlers.OrderBy(result => result.Questions)];
        return new MutantReport(program.Hash, [.. results.Values.Where(result => result.Findings.Count > 0).Select(result => result.Handler)],
            Workers.Run([.. mutants.Select(mutant => (mutant.ToString(), mutant))], Jobs, (mutant, stop) => Try(mutant, shortest, boot, version, stop), note, Stop));
    }

    private MutantVerdict Try(Mutant mutant, IEnumerable<HandlerResult> handlers, Func<Mutant, string?> boot, SolverVersion version, CancellationToken stop)
    {
        long start = Stopwatch.GetTimestamp();
        using Solver solver = new(version.Name, AnswersOf(version), stop);
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
        SameEffect effect = new(mutant);
        return effect.IsSeen(Decoder.TryDecode(mutant.Address, program.InstructionAt(mutant.Address)!.Value)!.Value)
            && reaching.All(handler => new KernelProof(program, solver) { UntilFirst = true, Watch = effect.Require }.Prove(Named(handler)).Findings.Count == 0);
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
    /// <returns>How many had been shown before.</returns>
    private int ProveParts(Part[] parts, Dictionary<Part, HandlerResult> results, Action<string> note, Export? export = null)
    {
        ResultCache? cache = cacheFolder is null ? null : new ResultCache(cacheFolder, Stop);
        foreach (Part part in parts)
        {
            if (export is null && cache?.Find(part.Handler, part.Solver.Name, part.Key) is { } known)
                results[part] = known;
        }

        int remembered = results.Count;
        Part[] open = [.. parts.Where(part => !results.ContainsKey(part)).OrderByDescending(part => cache?.Last(part.Handler, part.Solver.Name)?.Milliseconds ?? long.MaxValue)];
        HandlerResult[] shown = Workers.Run([.. open.Select(part => ($"{part.Handler} ({part.Solver.Name})", part))], Jobs, (part, stop) => Show(part, cache, export, stop), note, Stop);
        foreach ((Part part, HandlerResult result) in open.Zip(shown))
        {
            results[part] = result;
        }

        return remembered;
    }

    private HandlerResult Show(Part part, ResultCache? cache, Export? export, CancellationToken stop)
    {
        bool isAct = Pinned.Acts.Contains(part.Handler);
        using Solver solver = new(part.Solver.Name, AnswersOf(part.Solver), stop) { IsEager = isAct };
        Action<Case>? asked = part.Solver == SolversOf(part.Handler)[0] ? export?.Of(program, part.Handler) : null;
        HandlerResult result = isAct ? new SecurityProof(solver, Manual, asked).Prove(part.Handler) : new KernelProof(program, solver, asked).Prove(Named(part.Handler));
        if (result.Findings.Count == 0)
            cache?.Add(part.Handler, part.Solver.Name, part.Key, result);
        return result;
    }

    private static IEnumerable<Verdict> Verdicts(Agreement agreement) => Pinned.PropertiesOf(agreement.Handler).Select(property =>
    {
        ObligationEntry[] entries = [.. agreement.Obligations.Where(entry => entry.Property == property)];
        bool proved = entries.Length > 0 && entries.All(entry => entry.Result == Outcome.Proved);
        return new Verdict(agreement.Handler, property, proved, entries.Sum(entry => entry.Simplified), entries.Sum(entry => entry.Solved), Math.Round(entries.Sum(entry => entry.Milliseconds), 2));
    });

    private static WorstCase WorstOf(string handler, Dictionary<Part, HandlerResult> results)
    {
        HandlerResult[] own = [.. results.Where(pair => pair.Key.Handler == handler).Select(pair => pair.Value)];
        return new WorstCase(handler, own.Max(result => result.Instructions), own.Max(result => result.StackBytes), own.Sum(result => result.Milliseconds));
    }

    /// <summary>What is proved of the specification is about bits of words, what is proved of the kernel about memory. Of resuming a vCPU there are many small cases.</summary>
    private SolverVersion[] SolversOf(string handler) =>
        [.. (solver switch { Both => Solver.Names, null => [Pinned.Acts.Contains(handler) || Resume.Contains(handler) ? "z3" : "cvc5"], _ => (IReadOnlyList<string>)[solver] }).Select(VersionOf)];

    private SolverVersion VersionOf(string name)
    {
        lock (_versions)
        {
            if (!_versions.TryGetValue(name, out SolverVersion? version))
                _versions[name] = version = new SolverVersion(name, Solver.VersionOf(name));
            return version;
        }
    }

    private Part PartOf(string handler, SolverVersion version) => new(handler, version, ResultCache.Key(program.Hash, version.Version, handler));

    private AnswerCache? AnswersOf(SolverVersion version)
    {
        lock (_answers)
        {
            if (!_answers.TryGetValue(version.Version, out AnswerCache? cache))
                _answers[version.Version] = cache = cacheFolder is null ? null : new AnswerCache(Path.Combine(cacheFolder, version.Version.Replace(' ', '-') + ".answers"));
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
