using Redoubt.Proof.Isa;
using Redoubt.Proof.Terms;

namespace Redoubt.Check.Tests;

/// <summary>The conditions of a well-formed configuration are the same over numbers, where `check` uses them, and over terms, for the kernel's proof.</summary>
public sealed class WellFormedTests
{
    public static TheoryData<string> Names => [.. WellFormed<Term>.Conditions.Select(condition => condition.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Terms_have_the_value_that_numbers_have(string name)
    {
        Condition<Term> condition = WellFormed<Term>.Conditions.Single(condition => condition.Name == name);
        Condition<Word> concrete = WellFormed<Word>.Conditions.Single(condition => condition.Name == name);
        MemoryWords words = Subject.Image.Words;
        Evaluator evaluator = new(_ => throw new InvalidOperationException(), (field, indices) => words[field, indices[0], indices.Length > 1 ? indices[1] : 0]);
        for (ulong n = 0; n < 200; n++)
        {
            ulong[] indices = [.. condition.Over.Sizes.Select((size, place) => (n * (ulong)((place * 7) + 1)) % size)];
            Term truth = condition.Holds(new Configuration<Term>(new UnknownWords()), Array.ConvertAll(indices, Term.Constant));
            Word value = concrete.Holds(new Configuration<Word>(words), Array.ConvertAll(indices, Word.Constant));
            Assert.Equal((1UL, 1UL), (value.Value, evaluator.Value(truth)));
        }
    }
}
