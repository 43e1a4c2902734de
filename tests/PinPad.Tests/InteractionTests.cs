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

    [Theory]
    [InlineData(PageLayout.Keys)]
    [InlineData(PageLayout.Choice)]
    [InlineData(PageLayout.Notice)]
    public void TargetsLieApartOnTheSurfaceAndAreLargeEnough(uint page)
    {
        int[] targets = [.. Enumerable.Range(0, PageLayout.TargetCount).Where(target => (page >> target & 1) != 0)];
        Area[] areas = [.. targets.Select(PageLayout.Of)];
        foreach (Area area in areas)
        {
            Assert.True(area is { Width: >= 44, Height: >= 44, X: >= 0, Y: >= 0 } && area.X + area.Width <= PageLayout.Width && area.Y + area.Height <= PageLayout.Height);
            Assert.Single(areas, other => other.X < area.X + area.Width && area.X < other.X + other.Width && other.Y < area.Y + area.Height && area.Y < other.Y + other.Height);
        }

        foreach (int target in Enumerable.Range(0, PageLayout.TargetCount))
        {
            Area area = PageLayout.Of(target);
            Assert.Equal(targets.Contains(target), PageLayout.At(area.X + (area.Width / 4), area.Y + (area.Height / 2), page) == target);
        }

        Assert.Equal(PageLayout.Nothing, PageLayout.At(5, 5, page));
    }

    [Fact]
    public void CancelIsAsLargeAsConfirm()
    {
        Area cancel = PageLayout.Of(PageLayout.Cancel), confirm = PageLayout.Of(PageLayout.Confirm);
        Assert.Equal((cancel.Y, cancel.Width, cancel.Height), (confirm.Y, confirm.Width, confirm.Height));
    }

    [Fact]
    public void APageTakesNoTouchOfAnothers()
    {
        Entry entry = new();
        entry.Begin(0, 0, PageLayout.Notice);
        At(ref entry, 5);
        entry.Touch(true);
        Assert.Equal(PageLayout.Nothing, entry.Pressed);
        Assert.Equal(Decision.None, entry.Touch(false));
        At(ref entry, PageLayout.Confirm);
        entry.Touch(true);
        Assert.Equal(Decision.Cancelled, entry.Touch(false));
    }

    /// <summary>The size of letters is another decision than those on the payment, and no digit is lost by it.</summary>
    [Fact]
    public void LettersChangeTheirSizeDuringAnEntry()
    {
        Entry entry = new();
        entry.Begin(4, 12, PageLayout.Keys);
        entry.Key(2);
        At(ref entry, PageLayout.TextSize);
        entry.Touch(true);
        Assert.Equal(Decision.OtherTextSize, entry.Touch(false));
        Assert.Equal("1", Encoding.ASCII.GetString(entry.Text));
    }

    [Fact]
    public void ATouchCountsWhereItBeganAndEnded()
    {
        Entry entry = new();
        entry.Begin(4, 12, PageLayout.Keys);
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
        entry.Begin(4, 12, PageLayout.Keys);
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
            (Palette.Quiet, Palette.Key), (Palette.White, Palette.Ink), (Palette.White, Palette.Quiet),
        ];
        Assert.All(pairs, pair => Assert.True(Contrast(pair.Ink, pair.Ground) >= 7, $"{pair.Ink:x6} on {pair.Ground:x6}: {Contrast(pair.Ink, pair.Ground):f1}"));
    }

    [Theory]
    [InlineData("Hélène Müller", "DE89370400440532013000", 12_345, "EUR", Outcome.Ok)]
    [InlineData("Verein zur Förderung der Blasmusik in Ober- und Niederösterreich", "MT84MALT011000012345MTLCAST001S", 99_999_999_999, "CHF", Outcome.MessageTooLong)]
    [InlineData("Verein zur Förderung der Blasmusik in Ober- und Niederösterreich", "MT84MALT011000012345MTLCAST001S", 999_999_999, "CHF", Outcome.Ok)]
    [InlineData("Ann", "MT84MALT011000012345MTLCAST001SXYZ", 1, "JPY", Outcome.Ok)]
    [InlineData("東京", "1", 1, "JPY", Outcome.MissingGlyph)]
    [InlineData("WWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWW", "1", 1, "EUR", Outcome.MessageTooLong)]
    [InlineData("Stadtwerke Musterstadt am Fluss Abteilung Wasser und Strom", "1", 1, "EUR", Outcome.Ok)]
    public void ATransactionIsShownWholeOrNotAtAll(string payee, string account, long amount, string currency, Outcome outcome)
    {
        byte[] message = Samples.Transaction(payee, account, amount, currency);
        foreach (bool large in new[] { false, true })
        {
            Assert.True(Transaction.TryRead(message, out Transaction transaction));
            using Page page = new();
            Painter painter = page.Paint(large);
            painter.Clear();
            Assert.Equal(outcome, TransactionPage.Paint(in painter, in transaction));
            Assert.True(page.IsMarginEmpty(), "something is drawn beyond the margin");
        }
    }

    /// <summary>
    /// Whatever a bank sends: large letters refuse nothing that ordinary ones show, what is shown stays within margins, and between the top of the page and what is typed.
    /// </summary>
    [Fact]
    public void TheSizeOfLettersDecidesOnNothing()
    {
        Gen<string> name = Gen.Char["aeiMWlÉ ğ'"].Array[1, 64].Select(letters => new string(letters).Trim()).Where(text => text.Length > 0);
        Gen.Select(name, Gen.Char["0AMW1"].Array[1, 34].Select(letters => new string(letters)), Gen.Long[1, 99_999_999_999], Gen.Int[0, 2].Select(i => new[] { "EUR", "JPY", "CHF" }[i])).Sample(
            (payee, account, amount, currency) =>
            {
                byte[] message = Samples.Transaction(payee, account, amount, currency);
                Assert.True(Transaction.TryRead(message, out Transaction transaction));
                using Page ordinary = new(), large = new();
                Painter first = ordinary.Paint(false), second = large.Paint(true);
                first.Clear();
                second.Clear();
                Outcome outcome = TransactionPage.Paint(in first, in transaction);
                Assert.Equal(outcome, TransactionPage.Paint(in second, in transaction));
                Assert.True(outcome is Outcome.Ok or Outcome.MessageTooLong);
                foreach (Page page in new[] { ordinary, large })
                    Assert.True(page.IsMarginEmpty() && (outcome != Outcome.Ok || page.IsEmpty(0, PageLayout.WordsTop - 24)) && page.IsEmpty(PageLayout.WordsBottom + 10, PageLayout.Height));
            },
            iter: 300,
            threads: 2);
    }

    [Fact]
    public void LargeLettersAreLarger()
    {
        using Page page = new();
        Painter ordinary = page.Paint(false), large = page.Paint(true);
        (Face Small, Face Large)[] pairs =
        [
            (ordinary.Letters.Caption, large.Letters.Caption), (ordinary.Letters.Text, large.Letters.Text), (ordinary.Letters.Strong, large.Letters.Strong),
            (ordinary.Letters.Title, large.Letters.Title), (ordinary.Letters.Key, large.Letters.Key), (ordinary.Letters.Amount, large.Letters.Amount),
        ];
        Assert.All(pairs, pair => Assert.True(pair.Large.CapHeight * 5 >= pair.Small.CapHeight * 6));
    }

    /// <summary>Nothing that is said is cut, in either size; and the amount is the largest, then comes the payee.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void WordsFitAndAreRanked(bool large)
    {
        using Page page = new();
        Painter painter = page.Paint(large);
        foreach (Result result in Enum.GetValues<Result>())
        {
            Column column = new(painter.Canvas, PageLayout.Emblem.Y + PageLayout.Emblem.Height + 96, paints: false);
            Assert.True(column.TryWrite(in painter.Letters.Title, Results.Title(result), 0, 1));
            Assert.True(column.TryWrite(in painter.Letters.Text, Results.Words(result), 0, 3));
            column.Skip(60);
            Assert.True(column.TryWrite(in painter.Letters.Strong, Results.Consequence(result, 4), 0, 1));
            Assert.InRange(column.Bottom, 0, PageLayout.Of(PageLayout.Close).Y - 40);
        }

        Assert.True(painter.Letters.Amount.CapHeight > painter.Letters.Title.CapHeight && painter.Ordinary.Amount.CapHeight > painter.Letters.Title.CapHeight);
        Assert.True(painter.Letters.Title.CapHeight > painter.Letters.Text.CapHeight && painter.Letters.Text.CapHeight > painter.Letters.Caption.CapHeight);
    }

    /// <summary>What a press changes is the ground of its key, for each digit the same.</summary>
    [Fact]
    public void PressesLookTheSame()
    {
        HashSet<int> changed = [];
        for (int digit = 0; digit <= 9; digit++)
        {
            Entry entry = new();
            entry.Begin(4, 12, PageLayout.Keys);
            using Page idlePage = new(), heldPage = new();
            Painter idle = idlePage.Paint(false), held = heldPage.Paint(false);
            idle.Clear();
            held.Clear();
            idle.PaintKeys(in entry, 0, "PIN"u8, "Confirm"u8);
            At(ref entry, digit);
            entry.Touch(true);
            held.PaintKeys(in entry, 0, "PIN"u8, "Confirm"u8);
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
}
