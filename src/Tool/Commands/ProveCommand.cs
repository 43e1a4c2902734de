using System.CommandLine;
using Redoubt.Proof.Mutants;
using Redoubt.Proof.Programs;
using Redoubt.Proof.Reporting;
using Redoubt.Proof.Terms;
using Redoubt.Proof.Theorems;
using Redoubt.Tool.Builds;

namespace Redoubt.Tool.Commands;

/// <summary><c>redoubt prove</c>: proves properties of the kernel's machine code and of its specification, as far as docs/proof.md says.</summary>
public static class ProveCommand
{
    private const string Kernel = "Kernel", Cache = "proof";

    /// <summary>Seconds that a signal waits for solvers to end.</summary>
    private const int LongestStop = 10;

    /// <summary>Files that are asked for beside what is printed; null for none.</summary>
    private sealed record Outputs(string? Export, string? Json, string? Html);

    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        Option<string> only = new("--only") { HelpName = "NAME", Description = "only handlers whose name contains NAME", DefaultValueFactory = _ => "" };
        Option<string?> solver = new("--solver")
        {
            HelpName = "z3|cvc5|both",
            Description = "the solver, instead of cvc5 for the kernel and z3 for the specification; with both the other one is asked each question again, and they have to agree",
        };
        solver.AcceptOnlyFromAmong([.. Solver.Names, ProofRun.Both]);
        Option<int> jobs = new("--jobs")
        {
            HelpName = "N",
            Description = "handlers that are proved at once, each with a solver process of its own",
            DefaultValueFactory = _ => Environment.ProcessorCount,
        };
        jobs.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() < 1)
                result.AddError("--jobs: at least 1");
        });
        Option<string?> kernel = new("--kernel") { HelpName = "ELF", Description = "a kernel file to prove, instead of this repository's" };
        kernel.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string>() is { } file && !File.Exists(file))
                result.AddError($"--kernel: there is no file {file}");
        });
        Option<int> mutants = new("--mutants") { HelpName = "N", Description = "instead, whether N kernels broken on purpose are refused" };
        Option<int> seed = new("--seed") { HelpName = "S", Description = "with --mutants: chooses which" };
        Option<string?> export = new("--export") { HelpName = "DIR", Description = "also write every obligation to the new folder DIR, with a Makefile that checks them again" };
        export.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string>() is { } folder && Path.Exists(folder))
                result.AddError($"--export: {folder} is there already, name a new folder");
        });
        Option<string?> replay = new("--replay") { HelpName = "FILE", Description = "instead, run the kernel from the state of a counterexample" };
        Option<string?> json = JsonOutput.Create();
        Option<string?> html = new("--html") { HelpName = "FILE", Description = "also write a report to FILE, a page of its own" };
        Command command = new("prove", "Prove properties of the kernel's machine code (docs/proof.md says which)") { only, solver, jobs, kernel, mutants, seed, export, replay, json, html };
        command.SetAction(result =>
        {
            string path = result.GetValue(kernel) ?? Progress.Show("building the kernel", note => Programs.Build([Kernel], note)[Kernel]);
            return Interruptible(stop =>
            {
                ElfProgram program = ElfProgram.Read(path);
                if (result.GetValue(replay) is { } file)
                    return Replayed(program, file);
                ProofRun run = new(program, result.GetValue(solver), Path.Combine(Workspace.Artifacts, Cache))
                {
                    Jobs = result.GetValue(jobs),
                    Stop = stop,
                    Tried = MutantTable.Print,
                    // A run with both is long: so it tells how far it got, wherever it prints to.
                    Compared = Console.WriteLine,
                };
                return result.GetValue(mutants) is > 0 and int count
                    ? Mutants(program, run, result.GetValue(only)!, (count, result.GetValue(seed)), result.GetValue(json))
                    : Prove(program, run, new Outputs(result.GetValue(export), result.GetValue(json), result.GetValue(html)), result.GetValue(only)!);
            });
        });
        return command;
    }

    /// <summary>Work that a signal stops; the process ends after its solvers.</summary>
    /// <exception cref="UserError">A solver is not there, or the file is no kernel.</exception>
    private static int Interruptible(Func<CancellationToken, int> work)
    {
        using CancellationTokenSource stop = new();
        using ManualResetEventSlim stopped = new();
        using IDisposable interruption = Interruption.OnExit(() =>
        {
            stop.Cancel();
            stopped.Wait(TimeSpan.FromSeconds(LongestStop));
        });
        try
        {
            return work(stop.Token);
        }
        catch (Exception failure) when (failure is SolverException or InvalidDataException)
        {
            throw new UserError(failure.Message);
        }
        catch (OperationCanceledException)
        {
            // The signal ends the process, with the status that it has to have.
            stopped.Set();
            Thread.Sleep(Timeout.Infinite);
            throw;
        }
    }

    private static int Prove(ElfProgram program, ProofRun run, Outputs outputs, string only)
    {
        Report report = Progress.Show("proving", note => outputs.Export is { } folder ? ProveAndExport(run, only, folder, note) : run.Prove(only, note));
        if (only.Length == 0)
        {
            (IReadOnlySet<ulong> executed, IReadOnlyList<string> refusals) = Progress.Show("executing boot", note => new BootedSystems(note).Execute(program, note));
            report = report.With(Coverage.Of(program, report.Reached, executed), refusals);
        }

        ProofTable.Print(report);
        Keep(report.Counterexamples);
        foreach (Instance one in report.Instances)
            Explain($"{one.Act}: {one.Property}: it can fail that {one.Goal}", one.Unknowns);
        JsonOutput.Write(outputs.Json, report);
        if (outputs.Html is { } page)
            Files.Write(page, temporary => File.WriteAllText(temporary, HtmlReport.Of(report)));
        return report.IsProved ? 0 : 1;
    }

    /// <summary>Writes counterexamples, each as a test that can be run.</summary>
    private static void Keep(IReadOnlyList<Counterexample> counterexamples)
    {
        foreach ((int number, Counterexample one) in counterexamples.Index())
        {
            string file = Path.Combine(Workspace.Artifacts, "counterexamples", $"{one.Handler.Replace(' ', '-')}-{number + 1}.json");
            Files.Write(file, temporary => File.WriteAllText(temporary, one.Write()));
            Explain($"{one.Handler}: {one.Property}: it can fail that {one.Goal}, at {one.Address}: ./redoubt prove --replay {Workspace.Relative(file)}", one.Unknowns);
        }
    }

    private static void Explain(string failure, IReadOnlyDictionary<string, string> unknowns)
    {
        Console.WriteLine(failure);
        foreach ((string unknown, string value) in unknowns)
            Console.WriteLine($"  {unknown} = {value}");
    }

    /// <returns>1 if the kernel does again what it must not do.</returns>
    private static int Replayed(ElfProgram program, string file)
    {
        Counterexample counterexample = Counterexample.Read(file);
        ReplayResult result = Progress.Show("running", _ => Replay.Run(program, counterexample));
        foreach (string decision in result.Path)
            Console.WriteLine(decision);
        Console.WriteLine($"the way ends at {result.End}");
        Console.WriteLine($"{counterexample.Handler}: {counterexample.Property}: {(result.Fails ? "it does not hold" : "it holds")} that {counterexample.Goal}, at {counterexample.Address}");
        return result.Fails ? 1 : 0;
    }

    private static Report ProveAndExport(ProofRun run, string only, string folder, Action<string> note)
    {
        Report? report = null;
        Files.WriteFolder(folder, temporary => report = run.Prove(only, note, new Export(temporary)));
        return report!;
    }

    private static int Mutants(ElfProgram program, ProofRun run, string only, (int Count, int Seed) choice, string? json)
    {
        Func<Mutant, string?> boot = Progress.Show("executing boot", note => new BootedSystems(note).Refusing(program));
        MutantReport report = Progress.Show("breaking the kernel", note => run.ProveMutants(only, handlers => Selection.Of(program, handlers, choice.Count, choice.Seed), boot, note));
        MutantTable.Print(report);
        JsonOutput.Write(json, report);
        return report.Mutants.Count > 0 && report.Unproved.Count == 0 && !report.Mutants.Any(verdict => verdict.Survives || verdict.IsMistaken) ? 0 : 1;
    }
}
