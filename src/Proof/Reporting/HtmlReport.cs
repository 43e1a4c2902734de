using System.Globalization;
using System.Net;
using System.Text;
using Redoubt.Proof.Theorems;

namespace Redoubt.Proof.Reporting;

/// <summary>A report as a page of its own: no scripts, nothing that is loaded from elsewhere.</summary>
public sealed class HtmlReport
{
    private static readonly Dictionary<CodeClass, string> Meanings = new()
    {
        [CodeClass.Proved] = "reached by the proof",
        [CodeClass.Boot] = "executed by boot",
        [CodeClass.Stop] = "only before a panic",
        [CodeClass.Unreachable] = "unreachable",
        [CodeClass.Data] = "data and padding",
        [CodeClass.Open] = "nothing shown",
    };

    private readonly StringBuilder _page = new();
    private readonly Report _report;

    private HtmlReport(Report report) => _report = report;

    /// <summary>Writes the page.</summary>
    public static string Of(Report report)
    {
        HtmlReport html = new(report);
        html.Write();
        return html._page.ToString();
    }

    private void Write()
    {
        Add($"""
            <!DOCTYPE html>
            <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
            <title>Redoubt: the proof</title><style>{Style}</style></head><body><main>
            <h1>Redoubt: the proof of the kernel</h1>
            <p class="verdict {(_report.IsProved ? "good" : "bad")}">{(_report.IsProved ? "Everything is proved." : "Not everything is proved.")}</p>
            <p>Kernel <code>{Text(_report.Kernel)}</code><br>{string.Join("; ", _report.Solvers.Select(solver => Text(solver.Version)))}</p>
            """);
        Cards();
        Failures("What could not be shown", _report.Failures);
        Failures("Decided by one solver only", _report.DecidedByOne);
        Matrix("Theorems and handlers", Pinned.Handlers, Pinned.HandlerProperties);
        Matrix("Theorems and acts of the specification", Pinned.Acts, Pinned.ActProperties);
        WorstCase[] handlers = [.. _report.Worst.Where(worst => Pinned.Handlers.Contains(worst.Handler))];
        Bars("Worst case: instructions of a trap", handlers.Select(worst => (worst.Handler, (double)worst.Instructions, $"{worst.Instructions}")));
        Bars("Worst case: bytes of stack", handlers.Select(worst => (worst.Handler, (double)worst.StackBytes, $"{worst.StackBytes}")));
        Bars("Time of the proof", _report.Worst.Select(worst => (worst.Handler, (double)worst.Milliseconds, Seconds(worst.Milliseconds))));
        if (_report.Code is { } code)
            Code(code);
        Add("</main></body></html>");
    }

    private void Cards()
    {
        Totals totals = _report.Totals;
        (string Figure, string What)[] cards =
        [
            ($"{totals.Handlers}", "handlers"), ($"{totals.Proved} of {totals.Properties}", "properties proved"), ($"{totals.Obligations:n0}", "obligations"),
            ($"{totals.Simplified:n0}", "cases by simplification"), ($"{totals.Solved:n0}", "cases by solver"), ($"{totals.Steps:n0}", "instructions followed"),
            ($"{_report.Reached.Count:n0}", "instructions reached"), (Seconds(_report.Worst.Sum(worst => worst.Milliseconds)), "time of all handlers"),
            .. totals.Agreed > 0 ? [($"{totals.Agreed:n0}", "of these alike by both solvers")] : ((string, string)[])[],
        ];
        Add("<section class=\"cards\">");
        foreach ((string figure, string what) in cards)
        {
            Add($"<div><b>{Text(figure)}</b><span>{what}</span></div>");
        }

        Add("</section>");
    }

    private void Failures(string title, IReadOnlyList<string> lines)
    {
        if (lines.Count == 0)
            return;
        Add($"<h2>{title}</h2><ul class=\"failures\">");
        foreach (string line in lines)
        {
            Add($"<li>{Text(line)}</li>");
        }

        Add("</ul>");
    }

    private void Matrix(string title, IReadOnlyList<string> names, IReadOnlyList<string> properties)
    {
        ILookup<(string, string), Verdict> verdicts = _report.Verdicts.ToLookup(verdict => (verdict.Handler, verdict.Property));
        Add($"<h2>{title}</h2><p>Each field says in how many cases the property had to hold; the darker it is, the more of them a solver decided.</p>"
            + "<div class=\"wide\"><table class=\"matrix\"><thead><tr><th>handler</th>");
        foreach (string property in properties)
        {
            Add($"<th>{property}</th>");
        }

        Add("</tr></thead><tbody>");
        foreach (string name in _report.Worst.Select(worst => worst.Handler).Where(names.Contains))
        {
            Add($"<tr><th>{Text(name)}</th>");
            foreach (string property in properties)
            {
                Add(verdicts[(name, property)].FirstOrDefault() is { } verdict ? Field(verdict) : "<td class=\"none\">–</td>");
            }

            Add("</tr>");
        }

        Add("</tbody></table></div>");
    }

    private static string Field(Verdict verdict)
    {
        int cases = verdict.Simplified + verdict.Solved;
        string solved = Number(cases == 0 ? 0 : 0.35 + (0.65 * verdict.Solved / cases));
        return verdict.Proved
            ? $"<td class=\"proved\" style=\"--share:{solved}\" title=\"{verdict.Simplified} by simplification, {verdict.Solved} by solver, {Seconds(verdict.Milliseconds)}\">{cases}</td>"
            : $"<td class=\"failed\" title=\"not proved\">✗ {cases}</td>";
    }

    private void Bars(string title, IEnumerable<(string Name, double Value, string Label)> bars)
    {
        (string Name, double Value, string Label)[] all = [.. bars.OrderByDescending(bar => bar.Value)];
        double most = all.Select(bar => bar.Value).DefaultIfEmpty(0).Max();
        Add($"<h2>{title}</h2><details open><summary>{all.Length} handlers</summary><div class=\"bars\">");
        foreach ((string name, double value, string label) in all)
        {
            Add($"<span>{Text(name)}</span><i style=\"width:{Number(most == 0 ? 0 : 100 * value / most)}%\"></i><b>{Text(label)}</b>");
        }

        Add("</div></details>");
    }

    private void Code(Coverage code)
    {
        Add($"<h2>Every word of the kernel's code</h2><p>{code.Total} words, each in one class.</p>{Strip([.. code.Functions.SelectMany(function => function.Classes)], "whole")}<p class=\"legend\">");
        foreach ((CodeClass one, string meaning) in Meanings)
        {
            Add($"<span><i class=\"{Name(one)}\"></i>{meaning}: {code.Words[Name(one)]}</span>");
        }

        Add("</p><div class=\"code\">");
        foreach (FunctionCoverage function in code.Functions)
        {
            Add($"<span>{Text(function.Function)}</span>{Strip(function.Classes, "")}");
        }

        Add("</div>");
        foreach (CodeClass one in (ReadOnlySpan<CodeClass>)[CodeClass.Stop, CodeClass.Unreachable])
        {
            string list = string.Join(", ", code.Functions.Where(function => function.Words[Name(one)] > 0).Select(function => $"{Text(function.Function)} ({function.Words[Name(one)]})"));
            Add($"<p><b>{Meanings[one]}</b>, words by function: {list}</p>");
        }
    }

    /// <summary>Words as a picture: a rectangle for each run of one class.</summary>
    private static string Strip(IReadOnlyList<CodeClass> classes, string style)
    {
        StringBuilder svg = new($"<svg class=\"strip {style}\" viewBox=\"0 0 {classes.Count} 1\" preserveAspectRatio=\"none\">");
        for (int start = 0, end; start < classes.Count; start = end)
        {
            for (end = start; end < classes.Count && classes[end] == classes[start]; end++)
            {
                // To the end of the run.
            }

            svg.Append($"<rect class=\"{Name(classes[start])}\" x=\"{start}\" width=\"{end - start}\" height=\"1\"><title>{Meanings[classes[start]]}: {end - start}</title></rect>");
        }

        return svg.Append("</svg>").ToString();
    }

    private void Add(string html) => _page.Append(html).Append('\n');

    private static string Name(CodeClass one) => one.ToString().ToLowerInvariant();

    private static string Text(string text) => WebUtility.HtmlEncode(text);

    private static string Number(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);

    private static string Seconds(double milliseconds) => $"{Number(milliseconds / 1000)} s";

    private const string Style = """
        :root { color-scheme: light dark; --ink: #1b2430; --paper: #fbfbf9; --line: #d9dcd6; --good: #1f7a4d; --bad: #b3261e; --soft: #eef1ec;
          --proved: #1f7a4d; --boot: #3a6ea5; --stop: #c98a1b; --unreachable: #9aa3ad; --data: #cfd4da; --open: #b3261e; }
        @media (prefers-color-scheme: dark) { :root { --ink: #e5e9ee; --paper: #12161b; --line: #2c343d; --good: #4cc38a; --bad: #ff8a80; --soft: #1b2128;
          --proved: #2f9a66; --boot: #5b93cf; --stop: #d8a33c; --unreachable: #5c6672; --data: #333c46; --open: #ff6f61; } }
        body { margin: 0; background: var(--paper); color: var(--ink); font: 15px/1.5 system-ui, sans-serif; }
        main { max-width: 76rem; margin: 0 auto; padding: 2rem 1.5rem 4rem; }
        h1 { font-size: 1.9rem; margin: 0 0 .5rem; } h2 { margin: 2.5rem 0 .6rem; font-size: 1.25rem; border-bottom: 1px solid var(--line); padding-bottom: .3rem; }
        code { font: 13px ui-monospace, monospace; overflow-wrap: anywhere; } summary { cursor: pointer; color: var(--unreachable); }
        .verdict { font-size: 1.15rem; font-weight: 600; } .good { color: var(--good); } .bad { color: var(--bad); }
        .cards { display: grid; grid-template-columns: repeat(auto-fill, minmax(10.5rem, 1fr)); gap: .8rem; }
        .cards div { background: var(--soft); border-radius: .6rem; padding: .8rem 1rem; } .cards b { display: block; font-size: 1.35rem; } .cards span { font-size: .85rem; opacity: .75; }
        .failures li { color: var(--bad); font: 13px/1.5 ui-monospace, monospace; }
        .wide { overflow-x: auto; } .matrix { border-collapse: separate; border-spacing: 2px; font-size: 13px; }
        .matrix thead th { position: sticky; top: 0; background: var(--paper); padding: .2rem .5rem; text-align: center; } .matrix tbody th { text-align: left; font-weight: 400; white-space: nowrap; padding-right: 1rem; }
        .matrix td { text-align: right; padding: .05rem .6rem; border-radius: 3px; min-width: 4.5rem; font-variant-numeric: tabular-nums; }
        .proved { background: color-mix(in srgb, var(--proved) calc(var(--share) * 70%), var(--paper)); } .failed { background: var(--bad); color: var(--paper); font-weight: 700; } .none { opacity: .4; }
        .bars { display: grid; grid-template-columns: max-content 1fr max-content; gap: 2px .8rem; font-size: 13px; align-items: center; margin-top: .5rem; }
        .bars i { display: block; height: .75rem; background: var(--boot); border-radius: 2px; min-width: 1px; } .bars b { font-weight: 400; text-align: right; font-variant-numeric: tabular-nums; }
        .strip { display: block; width: 100%; height: .8rem; border-radius: 2px; } .strip.whole { height: 1.6rem; }
        .code { display: grid; grid-template-columns: minmax(12rem, max-content) 1fr; gap: 2px .8rem; font: 12px ui-monospace, monospace; align-items: center; } .code span { max-width: 34rem; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
        rect.proved { fill: var(--proved); } rect.boot { fill: var(--boot); } rect.stop { fill: var(--stop); } rect.unreachable { fill: var(--unreachable); } rect.data { fill: var(--data); } rect.open { fill: var(--open); }
        .legend span { margin-right: 1.4rem; white-space: nowrap; } .legend i { display: inline-block; width: .9rem; height: .9rem; border-radius: 2px; margin-right: .4rem; vertical-align: -1px; }
        i.proved { background: var(--proved); } i.boot { background: var(--boot); } i.stop { background: var(--stop); } i.unreachable { background: var(--unreachable); } i.data { background: var(--data); } i.open { background: var(--open); }
        """;
}
