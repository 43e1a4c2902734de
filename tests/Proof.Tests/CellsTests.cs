using Redoubt.Proof.Execution;
using Redoubt.Proof.Terms;

namespace Redoubt.Proof.Tests;

/// <summary>Histories of a field where two ways meet, one of which has one more store.</summary>
public sealed class CellsTests
{
    private const ulong Value = 7, Row = 3, Other = 100;

    private static Term Zero => Term.Constant(0);

    private static Term Asked => Term.Variable("asked");

    private static Cells Before => Cells.Initial("memory", 1, ~0UL);

    [Fact]
    public void WhatIsReadIsWhatTheWayThatWasTakenHolds()
    {
        bool[] both = [false, true];
        foreach ((bool isFirst, bool takesFirst, bool isGuarded, bool isSameRow) in
            from isFirst in both from takesFirst in both from isGuarded in both from isSameRow in both select (isFirst, takesFirst, isGuarded, isSameRow))
        {
            Cells before = Before, after = before.With(Term.Constant(Row), Zero, Term.Constant(Value), Unknown("guard"));
            Cells met = isFirst ? Cells.Choose(Unknown("way"), after, before) : Cells.Choose(Unknown("way"), before, after);
            ulong row = isSameRow ? Row : Row + 1;
            Dictionary<string, ulong> values = new() { ["way"] = Bit(takesFirst), ["guard"] = Bit(isGuarded), ["asked"] = row };
            Evaluator evaluator = new(name => values[name], (_, indices) => Other + indices[0]);
            bool isStored = isFirst == takesFirst && isGuarded && isSameRow;
            Assert.Equal(isStored ? Value : Other + row, evaluator.Value(met[Asked, Zero]));
        }
    }

    /// <summary>As the specification writes it, so that both have one shape.</summary>
    [Fact]
    public void AStoreOnOneWayIsAStoreUnderACondition()
    {
        Cells before = Before, after = before.With(Term.Variable("row"), Zero, Term.Constant(Value));
        Assert.Same(before.With(Term.Variable("row"), Zero, Term.Constant(Value), Unknown("way"))[Asked, Zero], Cells.Choose(Unknown("way"), after, before)[Asked, Zero]);
        Assert.Same(before, Cells.Choose(Term.Truth(false), after, before));
    }

    private static Term Unknown(string name) => Term.Bit(Term.Variable(name, 1), 0);

    private static ulong Bit(bool value) => value ? 1UL : 0;
}
