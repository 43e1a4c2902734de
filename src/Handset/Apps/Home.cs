using System.Globalization;
using Redoubt.Handset.Screen;
using SkiaSharp;

namespace Redoubt.Handset.Apps;

/// <summary>The home screen.</summary>
/// <param name="phone">What apps have in common.</param>
public sealed class Home(Phone phone) : App
{
    private const float Icon = 64;

    // Dark, whatever is behind it, so that names on it can be read.
    private static readonly SKColor s_dock = new(0x0d, 0x1b, 0x3f, 0xa8);

    // A clock that was never set shows the epoch.
    private static readonly DateTime s_set = new(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    private string _drawn = "";

    public override bool IsStale => _drawn != Clock();

    public override void Draw(Page page)
    {
        page.Fill(new SKColor(0x0d, 0x1b, 0x3f), new SKColor(0x24, 0x4a, 0x8f), new SKColor(0x3f, 0x9a, 0xa6), new SKColor(0xf2, 0xb2, 0x7a));
        _drawn = Clock();
        page.Text(_drawn, Theme.Width / 2, 132, Theme.Large(72), SKColors.White, SKTextAlign.Center);
        if (DateTime.UtcNow > s_set)
            page.Text(DateTime.UtcNow.ToString("dddd, d MMMM", CultureInfo.InvariantCulture), Theme.Width / 2, 162, Theme.Plain(16), SKColors.White.WithAlpha(0xd8), SKTextAlign.Center);

        page.Box(new SKRect(18, page.Height - 138, Theme.Width - 18, page.Height - 18), 28, s_dock);
        (string Name, SKColor Color, string Sign, Func<App> Open)[] apps =
        [
            ("Bank", Theme.Accent, "M", () => new Bank(phone)),
            ("Lucky Win", new SKColor(0xe0, 0x4f, 0x8a), "★", () => new LuckyWin(phone)),
            ("About", new SKColor(0x4a, 0x56, 0x6e), "i", () => new ThisPhone(phone)),
        ];
        for (int i = 0; i < apps.Length; i++)
        {
            (string name, SKColor color, string sign, Func<App> open) = apps[i];
            float x = Theme.Width * ((2 * i) + 1) / (2 * apps.Length), top = page.Height - 124;
            SKRect icon = new(x - (Icon / 2), top, x + (Icon / 2), top + Icon);
            page.Box(icon, 18, color, raised: true);
            page.Text(sign, icon.MidX, icon.MidY + 12, Theme.Large(34), SKColors.White, SKTextAlign.Center);
            page.Text(name, icon.MidX, icon.Bottom + 21, Theme.Plain(13), SKColors.White, SKTextAlign.Center);
            icon.Inflate(12, 24);
            page.Touchable(icon, () => Next = open());
        }
    }

    private static string Clock() => DateTime.UtcNow > s_set ? DateTime.UtcNow.ToString("HH:mm", CultureInfo.InvariantCulture) : "Hello";
}
