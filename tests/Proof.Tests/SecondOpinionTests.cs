using Redoubt.Proof.Execution;
using Redoubt.Proof.Terms;
using Redoubt.Proof.Theorems;

namespace Redoubt.Proof.Tests;

/// <summary>What one solver decided is put to another: each case is agreed, open or opposed.</summary>
public sealed class SecondOpinionTests
{
    private static readonly Case One = new("safety", 4, "all is well", "(assert (! false :named a0))\n");

    [Theory]
    [InlineData("unsat", 1, 0, 0)]
    [InlineData("unknown", 0, 1, 0)]
    [InlineData("sat", 0, 0, 1)]
    public void ACaseIsAgreedOpenOrOpposed(string says, int agreed, int open, int opposed)
    {
        using Scripted scripted = new("", says);
        using Solver solver = new(scripted.Name) { TellsCores = false };
        SecondOpinion opinion = new(solver);
        opinion.Add(One with { Whole = () => One.Question! });
        Assert.Equal(new Rechecked(One.Property, One.Address, One.Goal, agreed, open, opposed), Assert.Single(opinion.All));
        Assert.Equal(open > 0, opinion.IsLeft);
    }

    [Fact]
    public void ThatSomethingIsPossibleIsAskedToo()
    {
        using Solver solver = new("z3") { TellsCores = false };
        SecondOpinion opinion = new(solver);
        opinion.Add(One with { IsPossible = true, Answer = Answer.Satisfiable });
        Assert.Equal((0, 0, 1), Assert.Single(opinion.All) is var one ? (one.Agreed, one.Open, one.Opposed) : default);
    }

    [Fact]
    public void WhatSimplificationDecidedIsNotAsked()
    {
        using Solver solver = new("z3") { TellsCores = false };
        SecondOpinion opinion = new(solver);
        opinion.Add(One with { Question = null });
        Assert.Empty(opinion.All);
        Assert.Equal(0, solver.Asked);
    }

    [Fact]
    public void WhatTheFirstSolverDoesNotDecideIsOpen()
    {
        using Solver solver = new("z3") { TellsCores = false };
        SecondOpinion opinion = new(solver);
        opinion.Add(One with { Answer = Answer.Unknown });
        Assert.Equal((1, false), (Assert.Single(opinion.All).Open, opinion.IsLeft));
    }

    [Fact]
    public void WhatIsLeftIsAskedAgain()
    {
        using Scripted scripted = new("", "unknown");
        using Solver hasty = new(scripted.Name) { TellsCores = false }, patient = new("z3") { TellsCores = false };
        SecondOpinion opinion = new(hasty);
        opinion.Add(One);
        opinion.Add(One);
        opinion.Again(patient);
        Assert.Equal((2, 0), Assert.Single(opinion.All) is var one ? (one.Agreed, one.Open) : default);
        Assert.False(opinion.IsLeft);
        Assert.Equal((1, 1), (hasty.Asked, patient.Asked));
    }

    [Fact]
    public void OfAProofTheTruthsThatItUsedAreAskedAndElseTheWholeCase()
    {
        Term x = Term.Variable("x"), y = Term.Variable("y"), goal = Term.Less(x, Term.Constant(5));
        PathCondition small = PathCondition.Empty.And(Term.Less(x, Term.Constant(3)));
        List<Case> cases = [];
        using Solver first = new("cvc5"), second = new("z3") { TellsCores = false };
        Obligations obligations = new(first, _ => []) { Asked = cases.Add };
        SecondOpinion opinion = new(second);
        foreach (ulong value in (ulong[])[7, 8])
            obligations.Require("safety", 4, goal, small.And(Term.Equal(y, Term.Constant(value))), "x is small");
        Assert.Equal(2, Assert.Single(obligations.All).Solved);
        Assert.Equal(cases[0].Question, cases[1].Question);
        Assert.DoesNotContain("|y|", cases[0].Question, StringComparison.Ordinal);
        Assert.Contains("#x0000000000000008", cases[1].Whole!(), StringComparison.Ordinal);
        // If the truths that are said to be enough are not, the case itself is asked.
        cases[0] = cases[0] with { Question = "(assert (! true :named a0))\n" };
        cases.ForEach(opinion.Add);
        Assert.Equal((2, 0, 0), Assert.Single(opinion.All) is var one ? (one.Agreed, one.Open, one.Opposed) : default);
        Assert.Equal(3, second.Asked);
    }
}
