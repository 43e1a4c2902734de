using Redoubt.Proof.Isa;
using Redoubt.Proof.Terms;

namespace Redoubt.Proof.Tests;

/// <summary>Simplification changes no value, and bounds hold: random terms against numbers; and the solvers see the same meaning.</summary>
public sealed class TermTests
{
    private const int Rounds = 30_000;

    [Fact]
    public void SimplifiedTermsHaveTheValuesOfTheOperationsThatMadeThem()
    {
        Random random = new(1);
        for (int round = 0; round < Rounds; round++)
        {
            Sample sample = new(random);
            (Term term, Word value) = sample.Word(4);
            (Term truth, Word holds) = sample.Truth(4);
            sample.Check(term, value, "a word");
            sample.Check(truth, holds, "a truth");
            Assert.True((value.Value & ~term.Ones) == 0 && value.Value >= term.Low && value.Value <= term.High, $"bounds of {Printer.Text(term, 9)}");
        }
    }

    [Theory]
    [InlineData("z3")]
    [InlineData("cvc5")]
    public void SolversAgreeWithNumbers(string name)
    {
        Random random = new(2);
        using Solver solver = new(name, null);
        for (int round = 0; round < 25; round++)
        {
            Sample sample = new(random);
            (Term truth, Word holds) = sample.Truth(3);
            List<Term> assignment = sample.Assignment.ToList();
            Term claim = holds.Value != 0 ? truth : Term.Not(truth);
            Assert.Equal(Answer.Satisfiable, solver.Ask([claim, .. assignment]).Answer);
            Assert.Equal(Answer.Unsatisfiable, solver.Ask([Term.Not(claim), .. assignment]).Answer);
        }
    }

    /// <summary>Two handlers may give one name to unknowns of which other bits may be one.</summary>
    [Fact]
    public void UnknownsOfOneNameButOtherBitsDiffer()
    {
        Assert.Equal(0xffUL, Term.Variable("bits", 0xff).Ones);
        Assert.Equal(0xffffUL, Term.Variable("bits", 0xffff).Ones);
        Assert.Equal(0x0fUL, Term.Cell("bits", [Term.Constant(0)], 0x0f).Ones);
        Assert.Equal(~0UL, Term.Cell("bits", [Term.Constant(0)], ~0UL).Ones);
        Assert.Same(Term.Variable("bits", 0xff), Term.Variable("bits", 0xff));
    }

    [Fact]
    public void AWordIsNoConstantBelowItsLimit()
    {
        Term word = Term.Variable("word"), isAbove = Term.Not(Term.Less(word, Term.Constant(32)));
        Assert.True(Term.Both(isAbove, Term.Equal(word, Term.Constant(31))).IsFalse);
        Assert.False(Term.Both(isAbove, Term.Equal(word, Term.Constant(32))).IsFalse);
    }

    [Fact]
    public void AnswersAreRememberedByQuestion()
    {
        string folder = Directory.CreateTempSubdirectory("redoubt-answers").FullName;
        try
        {
            Term impossible = Term.Both(Term.Less(Term.Variable("a"), Term.Variable("b")), Term.Less(Term.Variable("b"), Term.Variable("a")));
            using (Solver first = new("cvc5", new AnswerCache(Path.Combine(folder, "answers"))))
            {
                Assert.Equal(Answer.Unsatisfiable, first.Ask([impossible]).Answer);
                Assert.Equal((1, 0), (first.Asked, first.Remembered));
            }

            using Solver second = new("cvc5", new AnswerCache(Path.Combine(folder, "answers")));
            Assert.Equal((Answer.Unsatisfiable, 1), (second.Ask([impossible]).Answer, second.Ask([impossible]).Core.Length));
            Assert.Equal((0, 2), (second.Asked, second.Remembered));
        }
        finally
        {
            Directory.Delete(folder, true);
        }
    }

    /// <summary>Unknowns with values, and random operations on them.</summary>
    private sealed class Sample
    {
        private static readonly ulong[] Masks = [~0UL, 0xff, 0xf, 7, 0xffff, 0xff00];
        private readonly Random _random;
        private readonly (Term Term, Word Value)[] _unknowns;

        public Sample(Random random)
        {
            _random = random;
            _unknowns = Enumerable.Range(0, 4).Select(i =>
            {
                ulong mask = Masks[random.Next(Masks.Length)];
                return (Term.Variable($"{i}.{mask:x}", mask), new Word(Number() & mask));
            }).ToArray();
            Evaluator = new Evaluator(name => _unknowns.First(unknown => unknown.Term.Name == name).Value.Value, (_, _) => 0);
        }

        public Evaluator Evaluator { get; }

        public IEnumerable<Term> Assignment => _unknowns.Select(unknown => Term.Equal(unknown.Term, Term.Constant(unknown.Value.Value)));

        /// <summary>The term has the value.</summary>
        public void Check(Term term, Word value, string what) => Assert.True(Evaluator.Value(term) == value.Value,
            $"{what} became {Printer.Text(term, 9)}, which is {Evaluator.Value(term):x} and not {value.Value:x} where {string.Join(", ", Assignment)}");

        public (Term, Word) Word(int depth)
        {
            if (depth == 0 || _random.Next(8) == 0)
            {
                ulong constant = Number();
                return _random.Next(3) == 0 ? (Term.Constant(constant), new Word(constant)) : _unknowns[_random.Next(_unknowns.Length)];
            }

            (Term a, Word x) = Word(depth - 1);
            (Term b, Word y) = Word(depth - 1);
            ulong amount = (ulong)_random.Next(64);
            (Term place, Word count) = _random.Next(4) == 0 ? (b & Term.Constant(63), y & new Word(63)) : (Term.Constant(amount), new Word(amount));
            int operation = _random.Next(13);
            (Term, Word) result = Apply(operation, depth, a, x, b, y, place, count);
            Check(result.Item1, result.Item2, $"operation {operation} on {Printer.Text(a, 4)}, {Printer.Text(b, 4)}, {Printer.Text(place, 3)}");
            return result;
        }

        private (Term, Word) Apply(int operation, int depth, Term a, Word x, Term b, Word y, Term place, Word count)
        {
            switch (operation)
            {
                case 0:
                    return (a + b, x + y);
                case 1:
                    return (a - b, x - y);
                case 2:
                    return (a * b, x * y);
                case 3 or 4:
                    return (a & b, x & y);
                case 5:
                    return (a | b, x | y);
                case 6:
                    return (a ^ b, x ^ y);
                case 7:
                    return (a << place, x << count);
                case 8 or 9:
                    return (a >>> place, x >>> count);
                case 10:
                    return (Term.ShiftSigned(a, place), Spec.Words.Number.ShiftSigned(x, count));
                case 11:
                    return (Term.LeadingZeros(Term.Reverse(a)), Spec.Words.Number.LeadingZeros(Spec.Words.Number.Reverse(x)));
                default:
                    (Term truth, Word holds) = Truth(depth - 1);
                    return (Term.Choose(truth, a, b), Spec.Words.Number.Choose(holds, x, y));
            }
        }

        public (Term, Word) Truth(int depth)
        {
            (Term a, Word x) = Word(Math.Max(0, depth - 1));
            (Term b, Word y) = Word(Math.Max(0, depth - 1));
            if (depth == 0 || _random.Next(2) == 0)
            {
                int bit = _random.Next(64);
                return _random.Next(3) switch
                {
                    0 => (Term.Equal(a, b), Spec.Words.Number.Equal(x, y)),
                    1 => (Term.Less(a, b), Spec.Words.Number.Less(x, y)),
                    _ => (Term.Bit(a, bit), Spec.Words.Number.Bit(x, bit)),
                };
            }

            (Term p, Word f) = Truth(depth - 1);
            (Term q, Word g) = Truth(depth - 1);
            switch (_random.Next(4))
            {
                case 0:
                    return (Term.Not(p), Spec.Words.Number.Not(f));
                case 1:
                    return (Term.Both(p, q), Spec.Words.Number.Both(f, g));
                case 2:
                    return (Term.Either(p, q), Spec.Words.Number.Either(f, g));
                default:
                    (Term r, Word h) = Truth(depth - 1);
                    return (Term.Choose(p, q, r), Spec.Words.Number.Choose(f, g, h));
            }
        }

        private ulong Number() => _random.Next(4) switch
        {
            0 => (ulong)_random.Next(8),
            1 => 1UL << _random.Next(64),
            2 => (1UL << _random.Next(64)) - 1,
            _ => (ulong)_random.NextInt64(),
        };
    }
}
