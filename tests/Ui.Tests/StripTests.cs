using System.Text;
using Redoubt.Abi;
using Redoubt.Drawing;

namespace Redoubt.Ui.Tests;

public sealed class StripTests
{
    private const int Width = 720, Entry = -1;
    private const uint White = 0xff_ffff;

    private static (uint[] Pixels, bool Painted) Paint(string title, int place, string next = "")
    {
        using Sheet sheet = new(Width, (int)Screen.StripHeight);
        Canvas canvas = sheet.Canvas;
        bool painted = Strip.TryPaint(in canvas, Letters.Address, Encoding.UTF8.GetBytes(title), place, Encoding.UTF8.GetBytes(next));
        Assert.True(sheet.IsWhole);
        return (sheet.Pixels.ToArray(), painted);
    }

    /// <summary>Contrast of two colours, 1 to 21 (WCAG 2.2, contrast ratio).</summary>
    private static double Contrast(uint one, uint other)
    {
        double[] light = [.. new[] { one, other }.Select(Luminance).Order()];
        return (light[1] + 0.05) / (light[0] + 0.05);
    }

    private static double Luminance(uint colour)
    {
        double[] linear = [.. new[] { 16, 8, 0 }.Select(shift => (colour >> shift & 0xff) / 255.0).Select(part => part <= 0.04045 ? part / 12.92 : Math.Pow((part + 0.055) / 1.055, 2.4))];
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2];
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(Entry)]
    public void WordsStandOutAndNothingShowsThrough(int place)
    {
        (uint[] pixels, bool painted) = Paint("Phone", place, "Work");
        Assert.True(painted);
        Assert.DoesNotContain(Sheet.Background, pixels);
        Assert.Contains(White, pixels);
        Assert.True(Contrast(White, pixels[0]) >= 7);
    }

    [Fact]
    public void AnEntryLooksLikeNoOther()
    {
        uint entry = Paint("Secure entry", Entry).Pixels[0];
        foreach (uint other in Enumerable.Range(0, 3).Select(place => Paint("Secure entry", place).Pixels[0]))
        {
            int[] apart = [.. new[] { 16, 8, 0 }.Select(shift => Math.Abs((int)(entry >> shift & 0xff) - (int)(other >> shift & 0xff)))];
            Assert.True(apart.Max() >= 32, $"0x{entry:x6} beside 0x{other:x6}");
        }
    }

    [Fact]
    public void OtherWordsLookOtherwise() => Assert.NotEqual(Paint("Phone", 0).Pixels, Paint("Phony", 0).Pixels);

    [Fact]
    public void WordsThatDoNotFitAreNoStrip()
    {
        Assert.False(Paint(new string('W', 32), Entry).Painted);
        Assert.False(Paint("Phone \u2603", 0).Painted);
        Assert.False(Paint("Phone", 0, "\u2603").Painted);
        Assert.True(Paint("Secure entry – Bürgerbank", Entry).Painted);
    }

    [Fact]
    public void WhereATouchLeadsGivesWayToTheWords() => Assert.Equal(Paint(new string('m', 20), 0).Pixels, Paint(new string('m', 20), 0, "Work").Pixels);
}
