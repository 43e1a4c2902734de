using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using CsCheck;
using Redoubt.Drawing;
using Redoubt.PinPad.Interaction;
using Redoubt.PinPad.Protocol;

namespace Redoubt.PinPad.Tests;

public class InteractionTests
{
    private const uint Enter = 28, Escape = 1, BackspaceKey = 14;

    [Fact]
    public void TargetsLieApartOnTheSurfaceAndAreLargeEnough()
    {
        Area[] areas = [.. Enumerable.Range(0, PageLayout.TargetCount).Select(PageLayout.Of)];
        foreach (Area area in areas)
        {
            Assert.True(area is { Width: >= 44, Height: >= 44, X: >= 0, Y: >= 0 } && area.X + area.Width <= PageLayout.Width && area.Y + area.Height <= PageLayout.Height);
            Assert.Single(areas, other => other.X < area.X + area.Width && area.X < other.X + other.Width && other.Y < area.Y + area.Height && area.Y < other.Y + other.Height);
        }

        for (int target = 0; target < areas.Length; target++)
            Assert.Equal(target, PageLayout.At(areas[target].X + (areas[target].Width / 2), areas[target].Y + (areas[target].Height / 2)));
        Assert.Equal(PageLayout.Nothing, PageLayout.At(5, 5));
    }

    [Fact]
    public void ATouchCountsWhereItBeganAndEnded()
    {
        Entry entry = new();
        entry.Begin(4, 12);
        At(ref entry, 7);
        entry.Touch(true);
        Assert.Equal(7, entry.Pressed);
        At(ref entry, 8);
        entry.Touch(false);
        Assert.Equal(0, entry.Count);
        At(ref entry, 7);
        entry.Touch(true);
        entry.Touch(false);
        Assert.Equal("7", Encoding.ASCII.GetString(entry.Text));
        entry.Touch(false);
        Assert.Equal((1, PageLayout.Nothing), (entry.Count, entry.Pressed));
    }

    /// <summary>The digits are those of a list that people would keep, nothing is confirmed that is too short, and nothing is left after wiping.</summary>
    [Fact]
    public void KeysAndTouchesTypeDigits() => Gen.Int[0, 13].Array[0, 60].Sample(steps =>
    {
        Entry entry = new();
        entry.Begin(4, 12);
        List<char> expected = [];
        foreach (int step in steps)
        {
            Decision decision = step switch
            {
                10 => entry.Key(BackspaceKey),
                11 => entry.Key(Escape),
                12 => entry.Key(Enter),
                13 => entry.Key(200),
                _ => entry.Key(step == 0 ? 11U : (uint)step + 1),
            };
            Assert.Equal(step switch { 11 => Decision.Cancelled, 12 when expected.Count >= 4 => Decision.Confirmed, _ => Decision.None }, decision);
            if (step == 10 && expected.Count > 0)
                expected.RemoveAt(expected.Count - 1);
            else if (step < 10 && expected.Count < 12)
                expected.Add((char)('0' + step));
            Assert.Equal(string.Concat(expected), Encoding.ASCII.GetString(entry.Text));
            Assert.Equal(expected.Count >= 4, entry.IsComplete);
        }

        entry.Wipe();
        Assert.Equal(0, entry.Count);
        Assert.True(MemoryMarshal.AsBytes(new ReadOnlySpan<Entry>(in entry))[..12].IndexOfAnyExcept((byte)0) < 0);
    });

    [Theory]
    [InlineData(1, 2, "0.01")]
    [InlineData(100, 2, "1.00")]
    [InlineData(123_456_789, 2, "1'234'567.89")]
    [InlineData(99_999_999_999, 2, "999'999'999.99")]
    [InlineData(1, 0, "1")]
    [InlineData(99_999_999_999, 0, "99'999'999'999")]
    public void AmountsAreWrittenOut(ulong amount, int decimals, string text)
    {
        byte[] buffer = new byte[48];
        Assert.Equal(text, Encoding.ASCII.GetString(buffer, 0, TransactionPage.Amount(buffer, amount, decimals)));
    }

    [Fact]
    public void AmountsAreThoseOfTheFramework() => Gen.Select(Gen.ULong[1, 99_999_999_999], Gen.Bool).Sample((amount, cents) =>
    {
        byte[] buffer = new byte[48];
        string text = Encoding.ASCII.GetString(buffer, 0, TransactionPage.Amount(buffer, amount, cents ? 2 : 0));
        Assert.Equal((cents ? amount / 100m : amount).ToString(cents ? "N2" : "N0", CultureInfo.InvariantCulture).Replace(',', '\''), text);
    });

    [Fact]
    public void EveryInkIsReadableOnItsGround()
    {
        (uint Ink, uint Ground)[] pairs =
        [
            (Palette.Ink, Palette.Ground), (Palette.Quiet, Palette.Ground), (Palette.Red, Palette.Ground), (Palette.Ink, Palette.Key), (Palette.Ink, Palette.Held), (Palette.White, Palette.Green),
            (Palette.White, Palette.Red), (Palette.Quiet, Palette.Idle), (Palette.Ink, Palette.Idle),
        ];
        Assert.All(pairs, pair => Assert.True(Contrast(pair.Ink, pair.Ground) >= 7, $"{pair.Ink:x6} on {pair.Ground:x6}: {Contrast(pair.Ink, pair.Ground):f1}"));
    }

    [Theory]
    [InlineData("Hélène Müller", "DE89370400440532013000", 12_345, "EUR", Outcome.Ok)]
    [InlineData("Verein zur Förderung der Blasmusik in Ober- und Niederösterreich", "MT84MALT011000012345MTLCAST001S", 99_999_999_999, "CHF", Outcome.MessageTooLong)]
    [InlineData("Ann", "MT84MALT011000012345MTLCAST001SXYZ", 1, "JPY", Outcome.Ok)]
    [InlineData("東京", "1", 1, "JPY", Outcome.MissingGlyph)]
    [InlineData("WWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWW", "1", 1, "EUR", Outcome.MessageTooLong)]
    [InlineData("Stadtwerke Musterstadt am Fluss Abteilung Wasser und Strom", "1", 1, "EUR", Outcome.Ok)]
    public void ATransactionIsShownWholeOrNotAtAll(string payee, string account, long amount, string currency, Outcome outcome)
    {
        byte[] message = Samples.Transaction(payee, account, amount, currency);
        Assert.True(Transaction.TryRead(message, out Transaction transaction));
        Page page = new();
        Painter painter = page.Painter;
        painter.Clear();
        Assert.Equal(outcome, TransactionPage.Paint(in painter, in transaction));
        Assert.True(page.IsMarginEmpty(), "something is drawn beyond the margin");
    }

    /// <summary>What a press changes is the ground of its key, for each digit the same.</summary>
    [Fact]
    public void PressesLookTheSame()
    {
        HashSet<int> changed = [];
        for (int digit = 0; digit <= 9; digit++)
        {
            Entry entry = new();
            entry.Begin(4, 12);
            Painter idle = new Page().Painter, held = new Page().Painter;
            idle.Clear();
            held.Clear();
            idle.PaintKeys(in entry, 12, 566, "Confirm"u8);
            At(ref entry, digit);
            entry.Touch(true);
            held.PaintKeys(in entry, 12, 566, "Confirm"u8);
            Area area = PageLayout.Of(digit);
            int different = 0;
            for (int y = 0; y < PageLayout.Height; y++)
            {
                for (int x = 0; x < PageLayout.Width; x++)
                {
                    if (idle.Canvas[x, y] == held.Canvas[x, y])
                        continue;
                    different++;
                    Assert.True(area.Has(x, y));
                }
            }

            Assert.InRange(different, area.Width * area.Height * 8 / 10, area.Width * area.Height);
            changed.Add(different / 1000);
        }

        Assert.InRange(changed.Count, 1, 6);
    }

    private static void At(ref Entry entry, int target)
    {
        Area area = PageLayout.Of(target);
        entry.Move(area.X + 1, area.Y + 1);
    }

    // WCAG 2.2, 1.4.3
    private static double Contrast(uint ink, uint ground)
    {
        double Channel(uint value) => value / 255.0 is var part && part <= 0.04045 ? part / 12.92 : Math.Pow((part + 0.055) / 1.055, 2.4);
        double Light(uint colour) => (0.2126 * Channel(colour >> 16 & 255)) + (0.7152 * Channel(colour >> 8 & 255)) + (0.0722 * Channel(colour & 255));
        (double first, double second) = (Light(ink), Light(ground));
        return (Math.Max(first, second) + 0.05) / (Math.Min(first, second) + 0.05);
    }

    /// <summary>A surface in memory.</summary>
    private sealed unsafe class Page
    {
        private static readonly Lazy<ulong> s_atlas = new(() =>
            Place(Redoubt.Typeface.Atlas.Make([Faces.Caption, Faces.Text, Faces.Strong, Faces.Title, Faces.Key, Faces.Amount, Faces.LargeIcon])));

        private readonly ulong _surface = Place(new byte[PageLayout.Width * PageLayout.Height * 4]);

        public Painter Painter
        {
            get
            {
                Assert.True(Painter.TryOpen(_surface, s_atlas.Value, out Painter painter));
                return painter;
            }
        }

        public bool IsMarginEmpty()
        {
            return Enumerable.Range(0, PageLayout.Height).All(y => Enumerable.Range(0, 8).All(x => IsGround(x, y) && IsGround(PageLayout.Width - 1 - x, y)));
            bool IsGround(int x, int y) => ((uint*)_surface)[(y * PageLayout.Width) + x] == Palette.Ground;
        }

        private static ulong Place(byte[] bytes)
        {
            byte* memory = (byte*)NativeMemory.AlignedAlloc((nuint)bytes.Length, 8);
            bytes.CopyTo(new Span<byte>(memory, bytes.Length));
            return (ulong)memory;
        }
    }
}
