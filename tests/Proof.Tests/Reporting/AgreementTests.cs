using Redoubt.Proof.Execution;
using Redoubt.Proof.Reporting;
using Redoubt.Proof.Theorems;

namespace Redoubt.Proof.Tests;

/// <summary>Two solvers have to agree; what only one decides is named.</summary>
public sealed class AgreementTests
{
    [Fact]
    public void WhatBothProveIsProved()
    {
        Agreement agreement = Of(One(Outcome.Proved), One(Outcome.Proved));
        Assert.Empty(agreement.Failures);
        Assert.Empty(agreement.DecidedByOne);
        Assert.Equal((Outcome.Proved, "z3+cvc5"), (agreement.Obligations.Single().Result, agreement.Obligations.Single().Solver));
    }

    [Fact]
    public void WhatOneDecidesIsNamed()
    {
        Agreement agreement = Of(One(Outcome.Undecided), One(Outcome.Proved));
        Assert.Empty(agreement.Failures);
        Assert.EndsWith(": cvc5", Assert.Single(agreement.DecidedByOne), StringComparison.Ordinal);
        Assert.Equal(Outcome.Proved, agreement.Obligations.Single().Result);
    }

    [Fact]
    public void DisagreementIsAFailure()
    {
        Agreement agreement = Of(One(Outcome.Refuted), One(Outcome.Proved));
        Assert.Contains(agreement.Failures, failure => failure.EndsWith("cvc5 proves what z3 refutes", StringComparison.Ordinal));
        Assert.Equal(Outcome.Refuted, agreement.Obligations.Single().Result);
    }

    [Fact]
    public void WhatNobodyDecidesIsAFailure() => Assert.Single(Of(One(Outcome.Undecided), One(Outcome.Undecided)).Failures);

    [Fact]
    public void BothAreAskedTheSame()
    {
        Agreement agreement = Of(One(Outcome.Proved), One(Outcome.Proved) with { Solved = 3 });
        Assert.EndsWith("the solvers were not asked the same", Assert.Single(agreement.Failures), StringComparison.Ordinal);
        Assert.Single(Of(One(Outcome.Proved), null).Failures);
    }

    [Fact]
    public void WhatNoSolverWasAskedIsSimplified() =>
        Assert.Equal("simplification", Of(One(Outcome.Proved) with { Simplified = 1, Solved = 0 }, One(Outcome.Proved) with { Simplified = 1, Solved = 0 }).Obligations.Single().Solver);

    private static Agreement Of(Obligation? z3, Obligation? cvc5) => new(Shipped.Kernel, [("z3", Result(z3)), ("cvc5", Result(cvc5))]);

    private static Obligation One(Outcome outcome) => new("safety", Shipped.Kernel.AddressOf("vectors"), "all is well", outcome, 0, 1, 0, 1);

    private static HandlerResult Result(Obligation? obligation) => new("svc uid", obligation is null ? [] : [obligation], [], [], 1, 1, 1, 16, 1, 0, 1);
}
