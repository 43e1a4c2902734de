using System.Globalization;
using System.Security;
using System.Text;

namespace Redoubt.Image;

/// <summary>Writes the few shapes that pictures here are made of, as SVG 1.1. Lengths are pixels.</summary>
internal sealed class Svg
{
    private readonly StringBuilder _shapes = new();

    public void Box(double x, double y, double width, double height, string fill, string stroke = "none", string title = "") =>
        Add($"<rect x=\"{x:0.#}\" y=\"{y:0.#}\" width=\"{width:0.#}\" height=\"{height:0.#}\" rx=\"5\" fill=\"{fill}\" stroke=\"{stroke}\">{Title(title)}</rect>");

    /// <summary>A box without rounded corners, for neighbours that touch.</summary>
    public void Strip(double x, double y, double width, double height, string fill, string title) =>
        Add($"<rect x=\"{x:0.##}\" y=\"{y:0.#}\" width=\"{width:0.##}\" height=\"{height:0.#}\" fill=\"{fill}\">{Title(title)}</rect>");

    public void Line(double x1, double y1, double x2, double y2, string colour, bool dashed = false) =>
        Add($"<line x1=\"{x1:0.#}\" y1=\"{y1:0.#}\" x2=\"{x2:0.#}\" y2=\"{y2:0.#}\" stroke=\"{colour}\" stroke-width=\"1.5\"{(dashed ? " stroke-dasharray=\"2 3\"" : "")}/>");

    public void Dot(double x, double y, string colour) => Add($"<circle cx=\"{x:0.#}\" cy=\"{y:0.#}\" r=\"3.5\" fill=\"{colour}\"/>");

    /// <param name="style">CSS class: h1, h2, name, small, light or none; see <see cref="Document"/>.</param>
    public void Text(double x, double y, string text, string style = "", string anchor = "start") =>
        Add($"<text x=\"{x:0.#}\" y=\"{y:0.#}\" class=\"{style}\" text-anchor=\"{anchor}\">{SecurityElement.Escape(text)}</text>");

    /// <summary>The whole picture.</summary>
    public string Document(double width, double height, string title) => string.Create(CultureInfo.InvariantCulture, $$"""
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {{width:0}} {{height:0}}" width="{{width:0}}" height="{{height:0}}" role="img">
        <title>{{SecurityElement.Escape(title)}}</title>
        <style>
        text { font: 12px system-ui, "DejaVu Sans", sans-serif; fill: #1f2933; }
        .h1 { font-size: 20px; font-weight: 600; }
        .h2 { font-size: 13px; font-weight: 600; fill: #52606d; }
        .name { font-size: 14px; font-weight: 600; }
        .small { font-size: 11px; fill: #52606d; }
        .light { font-weight: 600; fill: #ffffff; }
        </style>
        <rect width="100%" height="100%" fill="#ffffff"/>
        {{_shapes}}</svg>

        """).ReplaceLineEndings("\n");

    private void Add(FormattableString shape) => _shapes.Append(shape.ToString(CultureInfo.InvariantCulture)).Append('\n');

    private static string Title(string text) => text.Length == 0 ? "" : $"<title>{SecurityElement.Escape(text)}</title>";
}
