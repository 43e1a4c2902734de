using System.CommandLine;
using Redoubt.Proof.Programs;
using Redoubt.Proof.Theorems;
using Redoubt.Tool.Builds;
using Spectre.Console;

namespace Redoubt.Tool.Commands;

/// <summary><c>redoubt prove</c>: proves properties of the kernel's machine code, as far as docs/proof.md says.</summary>
public static class ProveCommand
{
    private const string Kernel = "Kernel", Cache = "proof";

    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        Option<string> only = new("--only") { HelpName = "NAME", Description = "only handlers whose name contains NAME", DefaultValueFactory = _ => "" };
        Option<string> solver = new("--solver") { HelpName = "z3|cvc5", Description = "the solver", DefaultValueFactory = _ => "cvc5" };
        solver.AcceptOnlyFromAmong("z3", "cvc5");
        Option<string?> kernel = new("--kernel") { HelpName = "ELF", Description = "a kernel file to prove, instead of this repository's" };
        Option<int> mutants = new("--mutants") { HelpName = "N", Description = "instead, whether N kernels broken on purpose are refused" };
        Option<string?> json = JsonOutput.Create();
        Command command = new("prove", "Prove properties of the kernel's machine code (docs/proof.md says which)") { only, solver, kernel, mutants, json };
        command.SetAction(result =>
        {
            string name = result.GetValue(solver)!;
            string path = result.GetValue(kernel) ?? Progress.Show("building the kernel", note => Programs.Build([Kernel], note)[Kernel]);
            ProofRun run = new(Read(path), name, Path.Combine(Workspace.Artifacts, Cache));
            return result.GetValue(mutants) is > 0 and int count
                ? Mutants(run, result.GetValue(only)!, count, result.GetValue(json))
                : Prove(run, result.GetValue(only)!, result.GetValue(json));
        });
        return command;
    }

    private static int Prove(ProofRun run, string only, string? json)
    {
        Report report = Progress.Show("proving", note => run.Prove(only, note));
        Table table = new() { Border = TableBorder.Simple };
        table.AddColumns(["handler", .. Pinned.Properties, "instructions", "stack"]);
        foreach (WorstCase worst in report.Worst)
        {
            IEnumerable<string> marks = report.Verdicts.Where(verdict => verdict.Handler == worst.Handler).Select(verdict => verdict.Proved ? "proved" : "not proved");
            table.AddRow([worst.Handler, .. marks, $"{worst.Instructions}", $"{worst.StackBytes}"]);
        }

        AnsiConsole.Write(table);
        foreach (string failure in report.Failures)
        {
            Console.WriteLine(failure);
        }

        Console.WriteLine($"kernel {report.Kernel}");
        Console.WriteLine($"{report.Verdicts.Count(verdict => verdict.Proved)} of {report.Verdicts.Count} properties proved, {report.Verdicts.Sum(verdict => verdict.Simplified + verdict.Solved)} obligations, "
            + $"{report.Questions} questions to {report.Solver} ({report.Remembered} remembered), {report.Reached} instructions reached, {report.Seconds:f0} s");
        JsonOutput.Write(json, report);
        return report.IsProved ? 0 : 1;
    }

    private static int Mutants(ProofRun run, string only, int count, string? json)
    {
        IReadOnlyList<MutantVerdict> verdicts = Progress.Show("breaking the kernel", note => run.ProveMutants(only, count, note));
        foreach (MutantVerdict verdict in verdicts)
        {
            Console.WriteLine($"{verdict.Change}: {verdict.CaughtBy ?? "NOT CAUGHT"}");
        }

        int caught = verdicts.Count(verdict => verdict.CaughtBy is not null);
        Console.WriteLine($"{caught} of {verdicts.Count} mutants caught");
        JsonOutput.Write(json, verdicts);
        return caught == verdicts.Count && caught > 0 ? 0 : 1;
    }

    /// <exception cref="UserError">It is no kernel.</exception>
    private static ElfProgram Read(string path)
    {
        try
        {
            return ElfProgram.Read(path);
        }
        catch (InvalidDataException failure)
        {
            throw new UserError(failure.Message);
        }
    }
}
