using System.CommandLine;
using System.Globalization;
using Redoubt.Tool.Bench;
using Spectre.Console;

namespace Redoubt.Tool.Commands;

/// <summary><c>redoubt bench</c>: instructions that things take, beside native and others.</summary>
public static class BenchCommand
{
    private const int WidthOfFiles = 160;

    private static readonly Dictionary<string, Func<Action<string>, IReadOnlyList<Figure>>> s_groups = new()
    {
        ["traps"] = Payloads.Traps,
        ["notifications"] = Payloads.Notifications,
        ["linux"] = Linux.Quiet,
        ["linux-log"] = Linux.Talking,
    };

    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        Argument<string[]> name = new("NAME") { Arity = ArgumentArity.ZeroOrMore, Description = $"only these groups: {string.Join(", ", s_groups.Keys)}" };
        name.AcceptOnlyFromAmong([.. s_groups.Keys]);
        Option<string?> json = JsonOutput.Create();
        Command command = new("bench", "Count the instructions that traps, interrupts and Linux take, natively and in a partition") { name, json };
        command.SetAction(result => Run(result.GetValue(name) is { Length: > 0 } names ? names : [.. s_groups.Keys], result.GetValue(json)));
        return command;
    }

    private static int Run(IEnumerable<string> names, string? json)
    {
        Figure[] figures = Progress.Show("building", note => names.Distinct().SelectMany(name => s_groups[name](note)).ToArray());
        Print(figures);
        JsonOutput.Write(json, figures);
        string[] missed = [.. figures.Where(figure => !figure.IsWithinLimit).Select(figure => figure.Title)];
        if (missed.Length > 0)
            Console.Error.WriteLine($"beyond the limit: {string.Join("; ", missed)}");
        return missed.Length > 0 ? 1 : 0;
    }

    private static void Print(IEnumerable<Figure> figures)
    {
        Table table = new() { Border = TableBorder.Simple };
        table.AddColumn("instructions");
        foreach (string column in (string[])["native", "Redoubt", "limit", "goal", "Bao*", "Xen*", "KVM*"])
            table.AddColumn(new TableColumn(column).RightAligned().NoWrap());
        foreach (Figure figure in figures)
            table.AddRow(Row(figure));
        if (!AnsiConsole.Profile.Out.IsTerminal)
            AnsiConsole.Profile.Width = WidthOfFiles;
        AnsiConsole.Write(table);
        Console.WriteLine("* published figures of others, counted in the same way with other payloads (docs/benchmarks.md)");
    }

    private static string[] Row(Figure figure)
    {
        string colour = !figure.IsWithinLimit ? "red" : !figure.IsAtGoal ? "yellow" : "green";
        return
        [
            Markup.Escape(figure.Title), Number(figure.Native), $"[{colour}]{Number(figure.Redoubt)}[/]", Number(figure.Limit), Number(figure.Goal),
            Number(figure.Peers?.Bao), Number(figure.Peers?.Xen), Number(figure.Peers?.Kvm),
        ];
    }

    private static string Number(double? value)
    {
        return value switch
        {
            null => "-",
            >= 1_000_000 => string.Create(CultureInfo.InvariantCulture, $"{value / 1_000_000:F2} M"),
            _ => string.Create(CultureInfo.InvariantCulture, $"{value:0.#}"),
        };
    }
}
