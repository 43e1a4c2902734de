using Redoubt.Proof.Mutants;
using Redoubt.Proof.Theorems;
using Spectre.Console;

namespace Redoubt.Tool.Commands;

/// <summary>What became of kernels broken on purpose, on the terminal.</summary>
internal static class MutantTable
{
    private const int WidthOfFiles = 160;

    /// <summary>Prints what became of one, if the solver does not know it to fail: a run is long, and this is what it is for.</summary>
    public static void Print(MutantVerdict verdict)
    {
        if (verdict.CaughtBy is not { Decided: true } || verdict.IsMistaken)
            Console.WriteLine(verdict);
    }

    /// <summary>Prints a report: by operator and by the property that noticed, and sums.</summary>
    public static void Print(MutantReport report)
    {
        if (!AnsiConsole.Profile.Out.IsTerminal)
            AnsiConsole.Profile.Width = WidthOfFiles;
        AnsiConsole.Write(Rows(report));
        foreach (string handler in report.Unproved)
            Console.WriteLine($"{handler}: not proved of the kernel as it is, so it took no part");
        Console.WriteLine($"kernel {report.Kernel}");
        Console.WriteLine($"{report.Mutants.Count} mutants: {report.Mutants.Count(verdict => verdict.CaughtBy is not null)} caught "
            + $"({report.Mutants.Count(verdict => verdict.CaughtBy is { Decided: false })} because the solver gave up), "
            + $"{report.Mutants.Count(verdict => verdict is { CaughtBy: null, Equivalent: not null })} equivalent, {report.Mutants.Count(verdict => verdict.Survives)} not caught");
    }

    private static Table Rows(MutantReport report)
    {
        string[] properties = [.. Pinned.Properties.Append(Pinned.Boot).Where(property => report.Mutants.Any(verdict => verdict.CaughtBy?.Property == property))];
        Table table = new() { Border = TableBorder.Simple };
        table.AddColumn(new TableColumn("operator").NoWrap());
        foreach (string name in (string[])["mutants", .. properties, "equivalent", "not caught"])
            table.AddColumn(new TableColumn(name).RightAligned().NoWrap());
        foreach (string name in Operators.Names)
        {
            MutantVerdict[] own = [.. report.Mutants.Where(verdict => verdict.Mutant.Operator == name)];
            if (own.Length > 0)
            {
                table.AddRow([name, $"{own.Length}", .. properties.Select(property => $"{own.Count(verdict => verdict.CaughtBy?.Property == property)}"),
                    $"{own.Count(verdict => verdict is { CaughtBy: null, Equivalent: not null })}", $"{own.Count(verdict => verdict.Survives)}"]);
            }
        }

        return table;
    }
}
