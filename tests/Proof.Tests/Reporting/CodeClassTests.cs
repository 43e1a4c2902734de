using Redoubt.Proof.Programs;
using Redoubt.Proof.Reporting;
using Redoubt.Proof.Theorems;

namespace Redoubt.Proof.Tests;

/// <summary>Every word of code has one class, and what nothing is shown of is found.</summary>
public sealed class CodeClassTests
{
    private static readonly HashSet<ulong> None = [];

    [Fact]
    public void EveryWordHasAClass()
    {
        ElfProgram kernel = Shipped.Kernel;
        Coverage coverage = Coverage.Of(kernel, None, None);
        Assert.Equal(kernel.Segments.Where(segment => segment.Executable).Sum(segment => segment.Content.Length / 4), coverage.Total);
        Assert.Equal(coverage.Total, coverage.Words.Values.Sum());
        Assert.Equal(coverage.Total, coverage.Functions.Sum(function => function.Classes.Count));
    }

    [Fact]
    public void VectorsThatOnlyPanicStopTheMachine()
    {
        FunctionCoverage vectors = Coverage.Of(Shipped.Kernel, None, None).Functions.Single(function => function.Function == "vectors");
        Assert.Equal(CodeClass.Stop, vectors.Classes[0]); // the current level with SP_EL0: an exception of the kernel itself
        Assert.Equal(CodeClass.Open, vectors.Classes[0x400 / 4]); // a lower level: nothing says that it is proved
    }

    [Fact]
    public void AWayThatBootDidNotTakeIsOpen()
    {
        ElfProgram kernel = Shipped.Kernel;
        ulong start = kernel.AddressOf("boot");
        Coverage coverage = Coverage.Of(kernel, None, new HashSet<ulong> { start });
        FunctionCoverage boot = coverage.Functions.Single(function => function.Function == "boot");
        Assert.Equal((CodeClass.Boot, CodeClass.Open), (boot.Classes[0], boot.Classes[1]));
        Assert.Contains(coverage.Open, word => word.StartsWith($"0x{start + 4:x} ", StringComparison.Ordinal));
    }

    [Fact]
    public void WhatIsReachedIsProved()
    {
        ElfProgram kernel = Shipped.Kernel;
        Report report = new ProofRun(kernel, "cvc5", null).Prove("svc uid", _ => { });
        Coverage coverage = Coverage.Of(kernel, report.Reached, None);
        Assert.Equal(report.Reached.Count, coverage.Words["proved"]);
        Report whole = report.With(coverage, ["boot is refused"]);
        Assert.False(whole.IsProved); // interrupts were not looked at
        Assert.Contains("boot is refused", whole.Failures);
    }

    [Fact]
    public void ThePageIsWholeAndLoadsNothing()
    {
        ElfProgram kernel = Shipped.Kernel;
        Report report = new ProofRun(kernel, "cvc5", null).Prove("svc uid", _ => { });
        string page = HtmlReport.Of(report.With(Coverage.Of(kernel, report.Reached, None), ["a < b"]));
        Assert.StartsWith("<!DOCTYPE html>", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", page, StringComparison.Ordinal);
        Assert.DoesNotContain("http", page, StringComparison.Ordinal);
        Assert.Contains("a &lt; b", page, StringComparison.Ordinal);
        Assert.Contains(kernel.Hash, page, StringComparison.Ordinal);
        Assert.All(Pinned.Properties, property => Assert.Contains($"<th>{property}</th>", page, StringComparison.Ordinal));
        Assert.Contains("Not everything is proved", page, StringComparison.Ordinal);
    }
}
