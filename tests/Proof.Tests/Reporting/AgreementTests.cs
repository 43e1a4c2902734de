using Redoubt.Proof.Execution;
using Redoubt.Proof.Reporting;
using Redoubt.Proof.Theorems;

namespace Redoubt.Proof.Tests;

/// <summary>Two solvers have to agree; what only one decides is named.</summary>
public sealed class AgreementTests
{
    [Fact]
    public void WhatBothDecideAlikeIsProvedByBoth()
    {
        Agreement agreement = Of(One(Outcome.Proved), (2, 0, 0));
        Assert.Empty(agreement.Failures);
        Assert.Empty(agreement.DecidedByOne);
        Assert.Equal((Outcome.Proved, "cvc5+z3"), (agreement.Obligations.Single().Result, agreement.Obligations.Single().Solver));
        Assert.Equal(new SecondResult("z3", 2, 0, 0), agreement.Obligations.Single().Second);
    }

    [Fact]
    public void WhatTheSecondDoesNotDecideIsNamedAndNoFailure()
    {
        Agreement agreement = Of(One(Outcome.Proved), (1, 1, 0));
        Assert.Empty(agreement.Failures);
        string line = Assert.Single(agreement.DecidedByOne);
        Assert.StartsWith("svc uid: safety: all is well, at vectors", line, StringComparison.Ordinal);
        Assert.EndsWith(": cvc5 (1 of 2 cases)", line, StringComparison.Ordinal);
        Assert.Equal((Outcome.Proved, "cvc5"), (agreement.Obligations.Single().Result, agreement.Obligations.Single().Solver));
    }

    [Fact]
    public void DisagreementIsAFailure()
    {
        string failure = Assert.Single(Of(One(Outcome.Proved), (1, 0, 1)).Failures);
        Assert.StartsWith("svc uid: safety: all is well, at vectors", failure, StringComparison.Ordinal);
        Assert.EndsWith("z3 says the opposite of cvc5 in 1 of 2 cases", failure, StringComparison.Ordinal);
    }

    [Fact]
    public void WhatTheFirstDoesNotDecideIsAFailureAndDecidedByNobody()
    {
        Agreement agreement = Of(One(Outcome.Undecided), (1, 1, 0));
        Assert.Contains(": not decided: ", Assert.Single(agreement.Failures), StringComparison.Ordinal);
        Assert.Empty(agreement.DecidedByOne);
    }

    [Fact]
    public void WhatTheSecondWasNotAskedIsAFailure()
    {
        Assert.EndsWith("z3 was not asked all that cvc5 was", Assert.Single(Of(One(Outcome.Proved), (1, 0, 0)).Failures), StringComparison.Ordinal);
        Assert.Single(Of(One(Outcome.Proved), null).Failures);
    }

    [Fact]
    public void WhatNoSolverWasAskedIsSimplified()
    {
        Agreement agreement = Of(One(Outcome.Proved) with { Simplified = 1, Solved = 0 }, null);
        Assert.Empty(agreement.Failures);
        Assert.Equal("simplification", agreement.Obligations.Single().Solver);
    }

    [Fact]
    public void OneSolverAloneHasNobodyToAgreeWith()
    {
        Agreement agreement = new(Shipped.Kernel, Result(One(Outcome.Proved), null), "cvc5", null);
        Assert.Empty(agreement.Failures);
        Assert.Empty(agreement.DecidedByOne);
        Assert.Equal(("cvc5", null), (agreement.Obligations.Single().Solver, agreement.Obligations.Single().Second));
    }

    private static Agreement Of(Obligation obligation, (int Agreed, int Open, int Opposed)? said) => new(Shipped.Kernel, Result(obligation, said), "cvc5", "z3");

    private static Obligation One(Outcome outcome) => new("safety", Shipped.Kernel.AddressOf("vectors"), "all is well", outcome, 0, 2, 0, 1);

    private static HandlerResult Result(Obligation obligation, (int Agreed, int Open, int Opposed)? said) => new("svc uid", [obligation], [], [], 1, 1, 1, 16, 1, 0, 1)
    {
        Rechecked = said is { } says ? [new Rechecked(obligation.Property, obligation.Address, obligation.Goal, says.Agreed, says.Open, says.Opposed)] : [],
    };
}
