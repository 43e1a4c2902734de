using Redoubt.Proof.Terms;

namespace Redoubt.Proof.Security;

/// <summary>Cases that need not be looked at.</summary>
internal static class Possible
{
    /// <summary>Whether truths can hold together as far as simplification tells: the last one where the others do.</summary>
    public static bool IsPlainly(IReadOnlyList<Term> truths) => !new Assumed(truths.SkipLast(1))[truths[^1]].IsFalse;
}
