using System.Globalization;
using System.Text.RegularExpressions;

namespace Redoubt.Check.Tests;

/// <summary>Every entry of the SMMU's tables counts: one bit of it, wherever it is, and the entry is named.</summary>
public sealed class SmmuEntries
{
    private const string StreamTable = "stream table", Context = "DMA context of linux", Commands = "SMMU commands", Tables = "DMA tables of linux";

    public static TheoryData<string> WordByWord => [StreamTable, Context, Commands];

    /// <summary>Each word is compared by itself, so that all can be wrong at once.</summary>
    [Theory]
    [MemberData(nameof(WordByWord))]
    public void A_bit_in_each_word_is_refused(string purpose)
    {
        ulong[] words = Words(purpose);
        Assert.Equal(words, Named(Flip(words)).Intersect(words).Order());
    }

    /// <summary>So are entries that map nothing.</summary>
    [Fact]
    public void A_bit_in_each_entry_that_maps_nothing_is_refused()
    {
        ulong[] entries = [.. Words(Tables).Where(entry => Subject.Image.Word(entry) == 0)];
        Assert.Equal(entries, Named(Flip(entries)).Intersect(entries).Order());
    }

    [Fact]
    public void An_entry_that_maps_something_is_refused_with_any_other_address_or_none()
    {
        ulong[] entries = [.. Words(Tables).Where(entry => Subject.Image.Word(entry) != 0)];
        Assert.NotEmpty(entries);
        foreach (ulong entry in entries)
        {
            Assert.False(Subject.Damaged(entry, _ => 0).Config().Holds, $"0x{entry:x} gone");
            foreach (int bit in (int[])[0, 12, 21, 25, 38])
                Assert.False(Subject.Damaged(entry, word => word ^ (1UL << bit)).Config().Holds, $"bit {bit} of 0x{entry:x}");
        }
    }

    private static ulong[] Words(string purpose)
    {
        PlacedArea area = Subject.Area("kernel", purpose);
        return [.. Enumerable.Range(0, (int)area.Size / sizeof(ulong)).Select(word => area.Address + ((ulong)word * sizeof(ulong)))];
    }

    // Another bit in each word.
    private static TheoremResult Flip(ulong[] words) => Subject.Damaged(bytes =>
    {
        for (int i = 0; i < words.Length; i++)
        {
            int bit = i % 64;
            bytes.Span[(int)(words[i] - Layout.LoadBase) + (bit / 8)] ^= (byte)(1 << (bit % 8));
        }
    }).Config();

    private static IEnumerable<ulong> Named(TheoremResult result) => result.Refusals
        .SelectMany(refusal => Regex.Matches(refusal.Message, "0x([0-9a-f]+)"))
        .Select(match => ulong.Parse(match.Groups[1].Value, NumberStyles.HexNumber, CultureInfo.InvariantCulture));
}
