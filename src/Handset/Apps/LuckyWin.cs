using Redoubt.Handset.Screen;
using SkiaSharp;

namespace Redoubt.Handset.Apps;

/// <summary>What malware would do: it imitates the secure screen as well as it can. The strip above is not its to paint, and goes on saying whose screen this is.</summary>
/// <param name="phone">What apps have in common.</param>
public sealed class LuckyWin(Phone phone) : App
{
    private string _typed = "";

    public override void Draw(Page page)
    {
        page.Fill(new SKColor(0x0e, 0x16, 0x2a));
        page.Text("Confirm payment", Theme.Width / 2, 60, Theme.Strong(17), SKColors.White, SKTextAlign.Center);
        page.Text("1.00 €", Theme.Width / 2, 122, Theme.Large(44), SKColors.White, SKTextAlign.Center);
        page.Text("Lucky Win prize fee", Theme.Width / 2, 154, Theme.Plain(16), SKColors.White.WithAlpha(0xc8), SKTextAlign.Center);
        page.Text(string.Concat(Enumerable.Repeat("● ", _typed.Length)), Theme.Width / 2, 210, Theme.Plain(22), SKColors.White, SKTextAlign.Center);
        string[] keys = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "", "0", ""];
        for (int i = 0; i < keys.Length; i++)
        {
            string key = keys[i];
            if (key.Length == 0)
                continue;
            float x = 40 + (96 * (i % 3)), y = 240 + (66 * (i / 3));
            SKRect area = new(x, y, x + 88, y + 58);
            page.Box(area, 14, SKColors.White.WithAlpha(0x1c));
            page.Text(key, area.MidX, area.MidY + 8, Theme.Plain(24), SKColors.White, SKTextAlign.Center);
            page.Touchable(area, () => _typed = (_typed + key)[..Math.Min(_typed.Length + 1, 6)]);
        }

        page.Button("Leave", page.Height - 76, SKColors.White.WithAlpha(0x28), SKColors.White, () => Next = new Home(phone));
    }
}
