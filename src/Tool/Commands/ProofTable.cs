using System.Globalization;
using Redoubt.Proof.Theorems;
using Spectre.Console;

namespace Redoubt.Tool.Commands;

/// <summary>What a run of the proof found, on the terminal.</summary>
internal static class ProofTable
{
    private const int WidthOfFiles = 160;

    /// <summary>Prints a report: a row for each handler, what could not be shown, and sums.</summary>
    public static void Print(Report report)
    {
        if (!AnsiConsole.Profile.Out.IsTerminal)
            AnsiConsole.Profile.Width = WidthOfFiles;
        AnsiConsole.Write(Rows(report));
        Say(report.DecidedByOne.Select(line => $"only one solver decides: {line}"));
        Say(report.Failures);
        Totals totals = report.Totals;
        if (report.Code is { } code)
            Say([$"{code.Total} words of code: {string.Join(", ", code.Words.Select(pair => $"{pair.Value} {pair.Key}"))}"]);
        Say(
        [
            $"kernel {report.Kernel}",
            string.Create(CultureInfo.InvariantCulture, $"{totals.Proved} of {totals.Properties} properties of {totals.Handlers} handlers proved ({totals.RememberedHandlers} as before), "
                + $"{totals.Obligations} obligations in {totals.Simplified + totals.Solved} cases, {totals.Questions} questions to {string.Join(" and ", report.Solvers.Select(solver => solver.Name))} "
                + $"({totals.RememberedQuestions} remembered), {report.Reached.Count} instructions reached, {report.Seconds:F1} s"),
        ]);
    }

    private static Table Rows(Report report)
    {
        Table table = new() { Border = TableBorder.Simple };
        table.AddColumn(new TableColumn("handler").NoWrap());
        foreach (string property in Pinned.Properties)
            table.AddColumn(new TableColumn(property).NoWrap());
        foreach (string figure in (string[])["instructions", "stack"])
            table.AddColumn(new TableColumn(figure).RightAligned().NoWrap());
        ILookup<string, Verdict> verdicts = report.Verdicts.ToLookup(verdict => verdict.Handler);
        foreach (WorstCase worst in report.Worst)
            table.AddRow([worst.Handler, .. Pinned.Properties.Select(property => verdicts[worst.Handler].Where(verdict => verdict.Property == property).Select(verdict => verdict.Proved ? "proved" : "[red]NOT[/]").SingleOrDefault("not claimed")), $"{worst.Instructions}", $"{worst.StackBytes}"]);
        return table;
    }

    private static string Mark(Verdict? verdict) => verdict is null ? "-" : verdict.Proved ? "proved" : "[red]NOT[/]";

    private static void Say(IEnumerable<string> lines)
    {
        foreach (string line in lines)
            Console.WriteLine(line);
    }
}
