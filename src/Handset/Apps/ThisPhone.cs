using System.Globalization;
using Redoubt.Handset.Screen;
using SkiaSharp;

namespace Redoubt.Handset.Apps;

/// <summary>What this Linux knows of its machine.</summary>
/// <param name="phone">What apps have in common.</param>
public sealed class ThisPhone(Phone phone) : App
{
    public override void Draw(Page page)
    {
        page.Fill(Theme.Paper);
        page.Head("This phone", () => Next = new Home(phone));
        (string Label, string Value)[] rows =
        [
            ("Kernel", Environment.OSVersion.Version.ToString()), ("Processors", Environment.ProcessorCount.ToString(CultureInfo.InvariantCulture)),
            ("Memory", $"{GC.GetGCMemoryInfo().TotalAvailableMemoryBytes >> 20} MiB"), ("Up for", $"{Environment.TickCount64 / 1000} s"), ("Host name", Environment.MachineName),
            ("PIN pad", phone.PinPad is null ? "none" : "there"),
        ];
        page.Box(new SKRect(24, 84, Theme.Width - 24, 84 + (50 * rows.Length)), 18, Theme.Card, raised: true);
        for (int i = 0; i < rows.Length; i++)
        {
            float y = 115 + (50 * i);
            page.Text(rows[i].Label, 42, y, Theme.Plain(15), Theme.Muted);
            page.Text(rows[i].Value, Theme.Width - 42, y, Theme.Strong(15), Theme.Ink, SKTextAlign.Right);
            if (i > 0)
                page.Box(new SKRect(42, y - 31, Theme.Width - 42, y - 30), 0, Theme.Line);
        }

        page.Paragraph("One of several machines on this device. It neither knows nor can reach the others.", Theme.Width / 2, 124 + (50 * rows.Length), 280, 13, Theme.Muted);
    }
}
