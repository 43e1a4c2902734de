using System.Globalization;
using Redoubt.Proof.Theorems;
using Spectre.Console;
using Spectre.Console.Rendering;

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
        AnsiConsole.Write(Rows(report, Pinned.Handlers, Pinned.HandlerProperties, worst => [$"{worst.Instructions}", $"{worst.StackBytes}"], "instructions", "stack"));
        AnsiConsole.Write(Rows(report, Pinned.Acts, Pinned.ActProperties, _ => []));
        Say(report.DecidedByOne.Select(line => $"only one solver decides: {line}"));
        Say(report.Complaints.CountBy(line => line).Select(pair => $"a solver ended over a question, twice ({pair.Value} times): {pair.Key}"));
        Say(report.Failures);
        Totals totals = report.Totals;
        if (report.Code is { } code)
            Say([$"{code.Total} words of code: {string.Join(", ", code.Words.Select(pair => $"{pair.Value} {pair.Key}"))}"]);
        if (report.Obligations.Any(entry => entry.Second is not null))
            Say([$"{totals.Agreed} of {totals.Solved} cases that solvers decide are decided alike by both, {totals.Open} by one only, in {report.DecidedByOne.Count} obligations"]);
        Say(
        [
            $"kernel {report.Kernel}",
            string.Create(CultureInfo.InvariantCulture, $"{totals.Proved} of {totals.Properties} properties of {totals.Handlers} handlers proved ({totals.RememberedHandlers} as before), "
                + $"{totals.Obligations} obligations in {totals.Simplified + totals.Solved} cases, {totals.Questions} questions to {string.Join(" and ", report.Solvers.Select(solver => solver.Name))} "
                + $"({totals.RememberedQuestions} remembered), {report.Reached.Count} instructions reached, {report.Seconds:F1} s"),
        ]);
    }

    /// <summary>A table of some of what is proved; nothing if there is none of it in the report.</summary>
    private static IRenderable Rows(Report report, IReadOnlyList<string> names, IReadOnlyList<string> properties, Func<WorstCase, string[]> figuresOf, params string[] figures)
    {
        WorstCase[] rows = [.. report.Worst.Where(worst => names.Contains(worst.Handler))];
        if (rows.Length == 0)
            return Text.Empty;
        Table table = new() { Border = TableBorder.Simple };
        table.AddColumn(new TableColumn("handler").NoWrap());
        foreach (string property in properties)
            table.AddColumn(new TableColumn(property).NoWrap());
        foreach (string figure in figures)
            table.AddColumn(new TableColumn(figure).RightAligned().NoWrap());
        ILookup<string, Verdict> verdicts = report.Verdicts.ToLookup(verdict => verdict.Handler);
        foreach (WorstCase worst in rows)
            table.AddRow([worst.Handler, .. properties.Select(property => Mark(verdicts[worst.Handler].SingleOrDefault(verdict => verdict.Property == property))), .. figuresOf(worst)]);
        return table;
    }

    private static string Mark(Verdict? verdict) => verdict is null ? "not claimed" : verdict.Proved ? "proved" : "[red]NOT[/]";

    private static void Say(IEnumerable<string> lines)
    {
        foreach (string line in lines)
            Console.WriteLine(line);
    }
}
