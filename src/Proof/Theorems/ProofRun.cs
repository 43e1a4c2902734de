using System.Diagnostics;
using System.Runtime.ExceptionServices;
using Redoubt.Proof.Execution;
using Redoubt.Proof.Programs;
using Redoubt.Proof.Terms;

namespace Redoubt.Proof.Theorems;

/// <summary>Proves all handlers, or some, of a kernel.</summary>
/// <param name="program">The kernel as shipped.</param>
/// <param name="solverName">z3 or cvc5.</param>
/// <param name="cacheFolder">Where answers are kept; null for nowhere.</param>
public sealed class ProofRun(ElfProgram program, string solverName, string? cacheFolder)
{
    /// <summary>Terms are deep.</summary>
    private const int StackBytes = 512 << 20;

    /// <summary>Proves the handlers whose name contains a text; with an empty text all, and these have to be the pinned ones.</summary>
    /// <param name="only">The text.</param>
    /// <param name="note">Told which handler is at work.</param>
    public Report Prove(string only, Action<string> note) => OnDeepStack(() => ProveHere(only, note));

    /// <summary>Whether the proof notices changes of the kernel that break it; only mutants that some handler reaches count.</summary>
    /// <param name="only">Handlers to prove them with: those whose name contains this text.</param>
    /// <param name="count">How many mutants at most, spread over all.</param>
    /// <param name="note">Told which mutant is at work.</param>
    public IReadOnlyList<MutantVerdict> ProveMutants(string only, int count, Action<string> note) => OnDeepStack(() => MutantsHere(only, count, note));

    private static T OnDeepStack<T>(Func<T> work)
    {
        T? result = default;
        ExceptionDispatchInfo? failure = null;
        Thread thread = new(() =>
        {
            try
            {
                result = work();
            }
            catch (Exception exception)
            {
                failure = ExceptionDispatchInfo.Capture(exception);
            }
        }, StackBytes);
        thread.Start();
        thread.Join();
        failure?.Throw();
        return result!;
    }

    private Report ProveHere(string only, Action<string> note)
    {
        long start = Stopwatch.GetTimestamp();
        using Solver solver = new(solverName, cacheFolder);
        KernelProof proof = new(program, solver);
        List<Handler> handlers = Handler.All().ToList();
        List<string> failures = Pinned.Differences(handlers.Select(handler => handler.Name)).ToList();
        List<Verdict> verdicts = [];
        List<WorstCase> worst = [];
        HashSet<ulong> reached = [];
        int steps = 0;
        foreach (Handler handler in handlers.Where(handler => handler.Name.Contains(only, StringComparison.Ordinal)))
        {
            note(handler.Name);
            HandlerResult result = proof.Prove(handler);
            reached.UnionWith(result.Reached);
            steps += result.Steps;
            worst.Add(new WorstCase(handler.Name, result.Instructions, result.StackBytes, (long)result.Time.TotalMilliseconds));
            failures.AddRange(result.Findings.Select(finding => Describe(handler, finding)));
            failures.AddRange(result.Obligations.Keys.Except(Pinned.Properties).Select(property => $"{handler.Name}: property \"{property}\" is not expected"));
            foreach (string property in Pinned.Properties)
            {
                (int simplified, int solved) = result.Obligations.GetValueOrDefault(property);
                bool proved = result.Ends > 0 && simplified + solved > 0 && !result.Findings.Any(finding => finding.Property == property);
                verdicts.Add(new Verdict(handler.Name, property, proved, simplified, solved));
            }
        }

        if (verdicts.Count == 0)
            failures.Add($"no handler's name contains \"{only}\"");
        return new Report(program.Hash, solver.Name, verdicts, worst, failures, reached.Count, steps, solver.Asked + solver.Remembered, solver.Remembered,
            Stopwatch.GetElapsedTime(start).TotalSeconds);
    }

    private IReadOnlyList<MutantVerdict> MutantsHere(string only, int count, Action<string> note)
    {
        using Solver solver = new(solverName, cacheFolder);
        List<(Handler Handler, HandlerResult Result)> handlers = Handler.All().Where(handler => handler.Name.Contains(only, StringComparison.Ordinal))
            .Select(handler => (handler, new KernelProof(program, solver).Prove(handler))).OrderBy(pair => pair.Item2.Steps).ToList();
        List<Mutant> mutants = Mutant.Of(program).Where(mutant => handlers.Exists(pair => pair.Result.Reached.Contains(mutant.Address))).ToList();
        List<MutantVerdict> verdicts = [];
        for (int i = 0; i < Math.Min(count, mutants.Count); i++)
        {
            Mutant mutant = mutants[i * mutants.Count / Math.Min(count, mutants.Count)];
            note(mutant.Change);
            KernelProof proof = new(program.Patched(mutant.Address, mutant.Word), solver);
            string? caught = handlers.Where(pair => pair.Result.Reached.Contains(mutant.Address))
                .Select(pair => proof.Prove(pair.Handler).Findings.Select(finding => Describe(pair.Handler, finding)).FirstOrDefault())
                .FirstOrDefault(finding => finding is not null);
            verdicts.Add(new MutantVerdict(mutant.Change, caught));
        }

        return verdicts;
    }

    private string Describe(Handler handler, Finding finding)
    {
        string answer = finding.Answer == Answer.Unknown ? "not decided" : "can fail";
        return $"{handler.Name}: {finding.Property}: {answer}: {finding.Message}, at 0x{finding.Address:x} in {program.FunctionAt(finding.Address)?.Name} "
            + $"({SourceLines.Of(program, finding.Address)})";
    }
}
