using Redoubt.Proof.Execution;
using Redoubt.Proof.Refinement;
using Redoubt.Proof.Terms;
using Redoubt.Spec;
using Redoubt.Spec.Words;
using Field = Redoubt.Spec.Field;
using S = Redoubt.Spec.Specification<Redoubt.Spec.Words.Number>;

namespace Redoubt.Proof.Check;

/// <summary>What the proof about the specification assumes holds of an image: the rules of its configuration, and the invariant where boot ends.</summary>
internal static class SpecificationAssumptions
{
    /// <summary>
    /// Checks the rules. A policy that allows everything leaves what they say of the configuration itself: they ask of a policy to allow something, never to forbid it,
    /// so that there is a least one that a configuration complies with.
    /// </summary>
    /// <param name="words">The words of the image.</param>
    /// <param name="facts">Told what does not hold.</param>
    public static void Rules(MemoryWords words, Facts facts)
    {
        S.Configuration configuration = new(new Store(words));
        NumberStore all = new(PolicyFields.All);
        foreach (Field field in PolicyFields.All)
            Array.Fill(all[field], 1UL);
        S.Policy policy = new(all);
        foreach (S.Rule rule in S.Rules)
            Require("rule", rule.Field, rule.Text, (row, column) => rule.Holds(configuration, policy, row, column), facts);
    }

    /// <summary>Checks the invariant: of the machine after boot, when nothing is pending and no device interrupt active.</summary>
    /// <param name="words">The words of the machine's memory.</param>
    /// <param name="where">Names the words' origin, for people.</param>
    /// <param name="facts">Told what does not hold.</param>
    public static void Invariant(MemoryWords words, string where, Facts facts)
    {
        S.State state = new(new Store(words));
        S.Configuration configuration = new(new Store(words));
        foreach (S.Invariant invariant in S.Invariants)
            Require("invariant", invariant.Field, $"{invariant.Text} ({where})", (row, column) => invariant.Holds(state, configuration, row, column), facts);
    }

    private static void Require(string kind, Field field, string text, Func<ulong, ulong, S.Truth> holds, Facts facts)
    {
        for (ulong row = 0; row < (ulong)field.Rows; row++)
        {
            for (ulong column = 0; column < (ulong)field.Columns; column++)
            {
                (ulong r, ulong c) = (row, column);
                facts.Require(kind, Holds(holds, r, c), () => $"{field.Subject} {r}, {c}: does not hold: {text}");
            }
        }
    }

    /// <summary>Whether it holds. It may speak of a word that is beyond all others: then it does not.</summary>
    private static bool Holds(Func<ulong, ulong, S.Truth> holds, ulong row, ulong column)
    {
        try
        {
            return holds(row, column).Value.Value != 0;
        }
        catch (ArgumentOutOfRangeException)
        {
            return false;
        }
    }

    /// <summary>The words of the specification that those of a machine stand for, which nobody changes.</summary>
    private sealed class Store : S.IStore
    {
        private static readonly string[] OfDevices = [Devices.Active.Name, Devices.TimerActive.Name, Devices.Announced.Name, Devices.Power.Name];
        private readonly Abstraction _abstraction;

        public Store(MemoryWords words) => _abstraction = new(name => OfDevices.Contains(name)
            ? Cells.Of((_, _) => Term.Constant(0))
            : Cells.Of((row, column) => Term.Constant(words[name, row.Value, column.Value])));

        public Number Read(Field field, Number row, Number column) => new(_abstraction[field][Term.Constant(row.Value), Term.Constant(column.Value)].Value);

        public void Write(Field field, Number row, Number column, Number value) => throw new NotSupportedException();

        public void When(Number truth, Action action) => throw new NotSupportedException();
    }
}
