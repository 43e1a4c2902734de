using Redoubt.Proof.Execution;
using Redoubt.Proof.Refinement;
using Redoubt.Proof.Terms;

namespace Redoubt.Proof.Tests;

/// <summary>Mail that many leave: words that bits are added to, and what is asked of them.</summary>
public sealed class EmptinessTests
{
    private const int Samples = 2000;
    private const ulong Rows = 3, Bits = 7;

    private static Term Who => Term.Variable("who", Rows);

    private static Term Bit => Term.Constant(1) << (Term.Variable("place", 1) & Term.Constant(1));

    private static Term Told => Term.Bit(Term.Variable("told", 1), 0);

    [Fact]
    public void AWordIsEmptyIfItsPartsAre() => Sample(term => Term.Equal(term, Term.Constant(0)));

    [Fact]
    public void SingleBitsAreTheSameIfWhatTheyDependOnIs() => Sample(term =>
        Term.Equal(Term.Choose(Term.Equal(term, Term.Constant(0)), Term.Constant(0), Term.Constant(1)), Term.Choose(Told, Term.Constant(1), Term.Variable("one", 1))));

    [Fact]
    public void BitsThatAreAddedInAnotherOrderAreTheSameWord() => Sample(_ =>
    {
        Cells before = Cells.Initial("mail", 1, Bits);
        Term first = Mail("first"), second = Mail("second"), zero = Term.Constant(0);
        Cells oneWay = before.Adding(Who, zero, first, Told).Adding(Term.Constant(1), zero, second);
        Cells other = before.Adding(Term.Constant(1), zero, second).Adding(Who, zero, first, Told);
        Term row = Term.Variable("row", Rows);
        return Term.Equal(oneWay[row, zero], other[row, zero]);
    }, always: true);

    private static Term Mail(string name) => Term.Variable(name, Bits);

    private static Term Word => Cells.Initial("mail", 1, Bits).Adding(Who, Term.Constant(0), Mail("first") & Term.Constant(3), Told)
        .Adding(Term.Constant(2), Term.Constant(0), Bit)[Term.Variable("row", Rows), Term.Constant(0)];

    private static void Sample(Func<Term, Term> question, bool always = false)
    {
        for (int seed = 0; seed < Samples; seed++)
        {
            Random random = new(seed);
            Dictionary<string, ulong> values = [];
            ulong Value(string name) => values.TryGetValue(name, out ulong value) ? value : values[name] = (ulong)random.Next(2) * (ulong)random.Next(8);
            Term asked = question(Word), rewritten = new Emptiness()[asked];
            ulong wanted = Evaluated(asked, Value);
            Assert.Equal(wanted, Evaluated(rewritten, Value));
            Assert.True(!always || wanted == 1);
        }
    }

    /// <summary>The value of a term, where no unknown has bits that it can't have.</summary>
    private static ulong Evaluated(Term term, Func<string, ulong> value)
    {
        Dictionary<string, ulong> ones = Term.Parts([term]).Where(part => part.Kind == Kind.Variable).ToDictionary(part => part.Name, part => part.Ones);
        return new Evaluator(name => value(name) & ones[name], (name, indices) => value($"{name} {indices[0]}") & Bits).Value(term);
    }
}
