using System.Text;
using Redoubt.PinPad.Interaction;
using Redoubt.PinPad.Protocol;
using Redoubt.Tests;
using SkiaSharp;

namespace Redoubt.PinPad.Tests;

/// <summary>
/// Each screen of the PIN pad, by the code that paints it on the device: its pictures in the documentation are what it paints, to the pixel. That a device shows these pixels is a test of <c>tests/Systems</c>.
/// </summary>
public sealed class ScreenTests
{
    private const string Bank = "Meridian Bank", Long = "Verein zur Förderung der Blasmusik in Ober- und Niederösterreich", LongAccount = "MT84MALT011000012345MTLCAST001S";

    private static readonly Dictionary<string, Action<Page>> s_screens = new()
    {
        ["waiting"] = page => Wait(page),
        ["code"] = page => Code(page, 0),
        ["code-typed"] = page => Code(page, 6),
        ["linked"] = page => Ended(page, Result.Linked),
        ["link-cancelled"] = page => Ended(page, Result.LinkCancelled),
        ["link-timed-out"] = page => Ended(page, Result.LinkTimedOut),
        ["not-linked"] = page => Ended(page, Result.NotLinked),
        ["no-identity"] = page => Ended(page, Result.NoIdentity),
        ["payment"] = page => Pay(page),
        ["payment-held"] = page => Pay(page, typed: 3, held: 5, seconds: 47),
        ["payment-typed"] = page => Pay(page, typed: 6, seconds: 41),
        ["payment-last-seconds"] = page => Pay(page, typed: 2, seconds: 8),
        ["payment-long"] = page => Pay(page, payee: Long, account: LongAccount, amount: 123_456_789, currency: "CHF"),
        ["authorised"] = page => Ended(page, Result.Authorised),
        ["wrong-pin"] = page => Ended(page, Result.WrongPin),
        ["locked"] = page => Ended(page, Result.Locked),
        ["cancelled"] = page => Ended(page, Result.Cancelled),
        ["timed-out"] = page => Ended(page, Result.TimedOut),
        ["refused"] = page => Ended(page, Result.Refused),
        ["no-connection"] = page => Ended(page, Result.NoConnection),
        ["no-answer"] = page => Ended(page, Result.NoAnswer),
        ["missing-glyph"] = page => Ended(page, Result.MissingGlyph),
        ["too-long"] = page => Ended(page, Result.TooLong),
        ["malformed"] = page => Ended(page, Result.Malformed),
        ["large-code"] = page => Code(page, 0, large: true),
        ["large-payment"] = page => Pay(page, typed: 4, seconds: 41, large: true),
        ["large-payment-long"] = page => Pay(page, payee: "Stadtwerke am Fluss", account: LongAccount, amount: 1_234_567, large: true),
        ["large-authorised"] = page => Ended(page, Result.Authorised, large: true),
        ["large-cancelled"] = page => Ended(page, Result.Cancelled, large: true),
        ["large-wrong-pin"] = page => Ended(page, Result.WrongPin, large: true),
        ["large-too-long"] = page => Ended(page, Result.TooLong, large: true),
    };

    public static TheoryData<string> Names => [.. s_screens.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void AScreenIsAsItsPictureShowsIt(string name)
    {
        using Page page = new();
        page.PaintStrip($"Secure entry – {Bank}");
        s_screens[name](page);
        using SKBitmap painted = page.ToBitmap();
        string file = Path.Combine(Folder, name + ".png");
        if (Documents.AreWritten)
        {
            using SKData data = painted.Encode(SKEncodedImageFormat.Png, 100);
            File.WriteAllBytes(file, data.ToArray());
        }

        Assert.True(File.Exists(file), $"{file} is missing");
        using SKBitmap shown = SKBitmap.Decode(file);
        Assert.Equal((painted.Width, painted.Height), (shown.Width, shown.Height));
        Assert.True(painted.Pixels.AsSpan().SequenceEqual(shown.Pixels), $"{file} is out of date");
    }

    /// <summary>No two screens look the same, and none has a picture without being one.</summary>
    [Fact]
    public void EachScreenHasAPictureOfItsOwn()
    {
        string[] files = Directory.GetFiles(Folder, "*.png");
        Assert.Equal(s_screens.Keys.Order(), files.Select(file => Path.GetFileNameWithoutExtension(file)).Order());
        Assert.Equal(files.Length, files.Select(file => Convert.ToHexString(File.ReadAllBytes(file))).Distinct().Count());
    }

    private static string Folder => Documents.PathOf("images", "pinpad");

    private static void Wait(Page page)
    {
        Painter painter = page.Paint(false);
        MessagePage.PaintWait(in painter, Encoding.UTF8.GetBytes(Bank));
    }

    private static void Code(Page page, int typed, bool large = false)
    {
        Painter painter = page.Paint(large);
        Entry entry = Typed(Messages.CodeSize, Messages.CodeSize, typed);
        MessagePage.PaintCode(in painter, in entry, Encoding.UTF8.GetBytes(Bank));
    }

    private static void Pay(
        Page page, string payee = "Hélène Müller", string account = "DE89370400440532013000", long amount = 12_345, string currency = "EUR", int typed = 0, int? held = null, uint seconds = 60,
        bool large = false)
    {
        Painter painter = page.Paint(large);
        Entry entry = Typed(Messages.ShortestPin, Messages.LongestPin, typed);
        if (held is { } target)
        {
            Area area = PageLayout.Of(target);
            entry.Move(area.X, area.Y);
            entry.Touch(true);
        }

        Assert.True(Transaction.TryRead(Samples.Transaction(payee, account, amount, currency), out Transaction transaction));
        Assert.Equal(Outcome.Ok, TransactionPage.Paint(in painter, in transaction));
        TransactionPage.Refresh(in painter, in entry, seconds);
    }

    private static void Ended(Page page, Result result, bool large = false)
    {
        Painter painter = page.Paint(large);
        MessagePage.PaintResult(in painter, result, attemptsLeft: 3, retry: result == Result.WrongPin, PageLayout.Nothing);
    }

    private static Entry Typed(int least, int most, int count)
    {
        Entry entry = new();
        entry.Begin(least, most, PageLayout.Keys);
        for (uint i = 0; i < count; i++)
            entry.Key(2 + i);
        return entry;
    }
}
