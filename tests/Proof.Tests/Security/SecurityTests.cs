using System.Diagnostics;
using Redoubt.Proof.Terms;
using S = Redoubt.Spec.Specification<Redoubt.Proof.Terms.Term>;

namespace Redoubt.Proof.Tests.Security;

/// <summary>The unwinding conditions hold of every step, over all states, configurations and policies.</summary>
public class SecurityTests(ITestOutputHelper output)
{
    [Fact]
    public void WhatAVcpuIsGivenIsObserved()
    {
        using Solver solver = new("z3", null);
        Assert.All(S.OutputFields, field => Assert.False(Dependence.MayHide(solver, field), field.Name));
    }

    [Fact]
    public void StepsRespectThePolicy() => Assert.Equal([], Failures(S.LocalRespect, S.Manual.Standard));

    [Fact]
    public void StepsDependOnWhatIsObserved() => Assert.Equal([], Failures(S.WeakStepConsistency, S.Manual.Standard));

    [Fact]
    public void WhatIsAssumedCanBe()
    {
        using Solver solver = new("z3", null);
        Assert.All(Piece.Of(S.Manual.Standard), piece => Assert.True(Dependence.IsPossible(solver, piece), piece.Name));
    }

    /// <summary>Without a look at the capability, or with one of another kind, a call breaks a condition.</summary>
    [Fact]
    public void CapabilitiesMatter()
    {
        using Solver solver = new("z3", null);
        string[] harmless = [.. S.Manual.Standard.Operations
            .Where(operation => operation.Checks.Any(check => check.Status == Status.BadSlot))
            .Select(operation => operation with { Checks = [.. operation.Checks.Where(check => check.Status != Status.BadSlot)] })
            .Where(mutant => IsHarmless(solver, Piece.Of(new() { Operations = [.. S.Manual.Standard.Operations.Select(old => old.Name == mutant.Name ? mutant : old)] })
                .Single(piece => piece.Name == mutant.Name)))
            .Select(mutant => mutant.Name)];
        Assert.Equal([], harmless);
    }

    private static bool IsHarmless(Solver solver, Piece piece) =>
        !Dependence.Breaks(solver, piece, S.LocalRespect) && !Dependence.Breaks(solver, piece, S.WeakStepConsistency);

    private string[] Failures(S.Condition condition, S.Manual manual)
    {
        using Solver solver = new("z3", null);
        List<string> failures = [];
        foreach (Piece piece in Piece.Of(manual).Where(piece => piece.About is not null || condition != S.LocalRespect))
        {
            long start = Stopwatch.GetTimestamp();
            int asked = solver.Asked;
            string[] failed = Dependence.Failures(solver, piece, condition);
            failures.AddRange(failed);
            output.WriteLine($"{piece.Name}: {solver.Asked - asked} questions, {Stopwatch.GetElapsedTime(start).TotalSeconds:f1} s{(failed.Length > 0 ? ", FAILS" : "")}");
        }
        return [.. failures];
    }
}
