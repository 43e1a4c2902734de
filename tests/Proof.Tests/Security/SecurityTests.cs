using Redoubt.Proof.Execution;
using Redoubt.Proof.Reporting;
using Redoubt.Proof.Security;
using Redoubt.Proof.Terms;
using Redoubt.Proof.Theorems;
using S = Redoubt.Spec.Specification<Redoubt.Proof.Terms.Term>;

namespace Redoubt.Proof.Tests.Security;

/// <summary>The theorems about the specification: those of acts that are quick to prove hold, and what is wrong is found.</summary>
public class SecurityTests
{
    [Theory]
    [InlineData("discover")]
    [InlineData("account")]
    [InlineData("write register")]
    [InlineData("schedule")]
    [InlineData("end by the guest")]
    public void ActsAreProved(string act)
    {
        HandlerResult result = Prove(S.Manual.Standard, act);
        Assert.Empty(result.Findings.Select(finding => $"{finding.Property}: {finding.Message}"));
        Assert.Equal(Pinned.PropertiesOf(result.Handler).Order(), result.Obligations.Select(obligation => obligation.Property).Distinct().Order());
        Assert.All(result.Obligations, obligation => Assert.Equal(Outcome.Proved, obligation.Outcome));
    }

    [Fact]
    public void ActsAreThePinnedOnes() => Assert.Equal(Pinned.Acts, SecurityProof.Names(S.Manual.Standard));

    /// <summary>What is wrong with an operation breaks the properties that it should, and no others.</summary>
    [Fact]
    public void MutantsAreCaughtByTheirProperties()
    {
        foreach (SpecificationMutant mutant in SpecificationMutant.All)
        {
            HandlerResult result = Prove(mutant.Manual, mutant.Operation);
            Assert.Equal($"{mutant.Name}: {string.Join(", ", mutant.Broken)}", $"{mutant.Name}: {string.Join(", ", result.Findings.Select(finding => finding.Property).Distinct().Order())}");
        }
    }

    /// <summary>How something fails is said: in which state, with which input.</summary>
    [Fact]
    public void AFailureIsExplained()
    {
        SpecificationMutant mutant = SpecificationMutant.All.Single(mutant => mutant.Name == "a register of any vCPU is written");
        HandlerResult result = Prove(mutant.Manual, mutant.Operation);
        Instance instance = Instance.Of(result.Handler, result.Findings).First(instance => instance.Property == SecurityProof.Integrity);
        Assert.Contains("cpu", instance.Unknowns.Keys);
        Assert.Contains(instance.Unknowns.Keys, unknown => unknown.StartsWith("state.X[", StringComparison.Ordinal));
        Assert.Contains(instance.Unknowns.Keys, unknown => unknown.StartsWith("constant.Alters[", StringComparison.Ordinal));
    }

    [Fact]
    public void EachPropertyHasAMutantThatBreaksItAlone() => Assert.Equal(Pinned.ActProperties.Except(["vacuity"]),
        SpecificationMutant.All.Where(mutant => mutant.Broken.Length == 1).Select(mutant => mutant.Broken[0]).Distinct().Order());

    /// <summary>Without a look at the capability a call breaks the policy.</summary>
    [Theory]
    [InlineData("acknowledge")]
    [InlineData("account")]
    [InlineData("machine")]
    [InlineData("read register")]
    [InlineData("write register")]
    [InlineData("set priority")]
    public void CapabilitiesMatter(string name)
    {
        S.Manual without = new()
        {
            Operations = [.. S.Manual.Standard.Operations.Select(operation => operation.Name != name ? operation
                : operation with { Checks = [.. operation.Checks.Where(check => check.Status != Status.BadSlot)] })],
        };
        Assert.Contains(Prove(without, name).Findings, finding => finding.Property is SecurityProof.Integrity or SecurityProof.Confidentiality);
    }

    /// <summary>What is assumed where an act begins has to be possible: of an operation that never takes place nothing is shown.</summary>
    [Fact]
    public void WhatIsShownOfNothingIsNoticed()
    {
        S.Manual never = new()
        {
            Operations = [.. S.Manual.Standard.Operations.Select(operation => operation.Name != "discover" ? operation
                : operation with { Applies = s => (s.Self.X[0] == 1) & (s.Self.X[0] == 2) })],
        };
        Assert.Contains(Prove(never, "discover").Findings, finding => finding.Property == "vacuity");
    }

    private static HandlerResult Prove(S.Manual manual, string act)
    {
        using Solver solver = new("z3") { IsEager = true };
        return new SecurityProof(solver, manual).Prove($"specification {act}");
    }
}
