namespace Redoubt.Check.Tests;

/// <summary>What a check says of a damaged image.</summary>
internal static class Refused
{
    /// <summary>The theorem is refused, and one of the reasons is this one, in one line.</summary>
    public static void Because(TheoremResult result, string rule, string message)
    {
        Assert.False(result.Holds, "the damage was not noticed");
        Assert.All(result.Refusals, refusal => Assert.DoesNotContain('\n', refusal.Message));
        Assert.True(
            result.Refusals.Any(refusal => refusal.Rule == rule && refusal.Message.Contains(message, StringComparison.Ordinal)),
            $"not refused as \"{rule}: {message}\", but as\n{string.Join('\n', result.Refusals.Take(20).Select(refusal => $"{refusal.Rule}: {refusal.Message}"))}");
    }
}
