using Redoubt.Proof.Terms;

namespace Redoubt.Proof.Execution;

/// <summary>An instruction that can't be followed before a truth, or the value of a word, is fixed: the path splits and repeats it.</summary>
/// <param name="term">The truth or word.</param>
public sealed class SplitException(Term term) : Exception($"split on {term}")
{
    public Term Term { get; } = term;
}
