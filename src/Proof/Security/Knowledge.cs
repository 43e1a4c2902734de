using Redoubt.Abi;
using Redoubt.Proof.Terms;
using Redoubt.Spec;
using Field = Redoubt.Spec.Field;
using S = Redoubt.Spec.Specification<Redoubt.Proof.Terms.Term>;

namespace Redoubt.Proof.Security;

/// <summary>What is known before a step: invariants and rules of the configuration, each at the words that a question speaks of.</summary>
/// <param name="before">The state before.</param>
/// <param name="invariants">The invariants.</param>
internal sealed class Knowledge(S.Situation before, IReadOnlyList<S.Invariant> invariants)
{
    /// <summary>What is known about some terms.</summary>
    /// <param name="terms">The terms.</param>
    /// <param name="numbers">Virtual interrupts that they are about.</param>
    /// <param name="rounds">How often what is known may bring up words of which something is known.</param>
    public IReadOnlyList<Term> Of(IEnumerable<Term> terms, IReadOnlyList<Term> numbers, int rounds = 3)
    {
        List<Term> known = [];
        HashSet<Term> held = [];
        HashSet<(S.Invariant, Term, Term)> done = [];
        List<Term> about = [.. terms];
        for (int round = 0; round < rounds; round++)
        {
            int first = known.Count;
            foreach (Term part in Unknown.In(about))
            {
                foreach (Term truth in part.Kind switch
                {
                    Kind.Cell => Rules(part).Concat(Invariants(part, numbers, done)),
                    Kind.LeadingZeros when part.Arguments[0].Kind == Kind.Reverse => [LowestIsOne(part.Arguments[0].Arguments[0])],
                    _ => [],
                })
                {
                    if (!truth.IsTrue && held.Add(truth))
                        known.Add(truth);
                }
            }

            about = known[first..];
        }

        return known;
    }

    /// <summary>The lowest one of a word, if it has any, is a one: a fact of arithmetic, which solvers are slow to find again and again.</summary>
    public static Term LowestIsOne(Term word) => ((new S.Word(word) == 0) | (new S.Word(word) >> new S.Word(word).TrailingZeros).Bit(0)).Value;

    private IEnumerable<Term> Rules(Term cell)
    {
        (S.Word row, S.Word column) = Indices(cell);
        return S.Rules.Where(rule => cell.Name == Unknown.Constant + rule.Field.Name)
            .Select(rule => Within(rule.Field, row, column, rule.Holds(before.Configuration, before.Policy, row, column)));
    }

    private IEnumerable<Term> Invariants(Term cell, IReadOnlyList<Term> numbers, HashSet<(S.Invariant, Term, Term)> done)
    {
        if (Unknown.FieldOf(cell) is not { } field)
            yield break;
        (S.Word row, S.Word column) = Indices(cell);
        foreach (S.Invariant invariant in invariants.Where(invariant => invariant.Field.Subject == field.Subject))
        {
            if (invariant.Field.Columns == 1)
            {
                if (done.Add((invariant, row.Value, Term.Constant(0))))
                    yield return At(invariant, row, 0);
                continue;
            }

            foreach (Term number in numbers.Where(number => done.Add((invariant, row.Value, number))))
                yield return At(invariant, row, new(number));
            // Of other interrupts matters what is said of their templates alone.
            if (field == invariant.Field && !SpeaksOfLists(invariant) && done.Add((invariant, row.Value, column.Value)))
                yield return At(invariant, row, column);
        }
    }

    private Term At(S.Invariant invariant, S.Word row, S.Word column) => Within(invariant.Field, row, column, invariant.Holds(before.State, before.Configuration, row, column));

    private bool SpeaksOfLists(S.Invariant invariant) =>
        Unknown.In([At(invariant, Unknown.Word("vcpu"), Unknown.Word("number"))]).Any(term => Unknown.FieldOf(term) == StateFields.Lists);

    /// <summary>Nothing is known of words that there are not.</summary>
    private static Term Within(Field field, S.Word row, S.Word column, S.Truth holds) =>
        (((row < (ulong)field.Rows) & (column < (ulong)field.Columns)).Implies(holds)).Value;

    private static (S.Word Row, S.Word Column) Indices(Term cell) => (new(cell.Arguments[0]), new(cell.Arguments.Length > 1 ? cell.Arguments[1] : Term.Constant(0)));
}
