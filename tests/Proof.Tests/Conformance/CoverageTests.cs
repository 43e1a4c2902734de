using Redoubt.Proof.Check.Boot;
using Redoubt.Proof.Isa;
using Redoubt.Tests;

namespace Redoubt.Proof.Tests.Conformance;

/// <summary>Whatever occurs in kernel and loader is compared somewhere, or stands in the table with a reason.</summary>
public sealed class CoverageTests
{
    /// <summary>A form of a compared class is compared itself, whatever occurs (<see cref="ConformanceTests"/>).</summary>
    [Fact]
    public void EveryClassThatOccursIsInTheTable()
    {
        Assert.Empty(Shipped.Forms.Select(form => form.Opcode).Distinct().Except(ConformanceTable.Classes.Keys));
    }

    [Fact]
    public void EverySystemRegisterThatOccursIsInTheTable()
    {
        IEnumerable<int> Occurring(Opcode opcode) => Shipped.Forms.Where(form => form.Opcode == opcode).Select(form => form.System);
        int[] kept = [.. RegisterTable.Together(Harness.Extended).Concat(RegisterTable.Alone(Harness.Extended)).Select(register => register.Register), .. RegisterTable.NotInQemu];
        Assert.Empty(Occurring(Opcode.WriteSystem).Except(kept).Except(RegisterTable.WriteOnly).Select(BootRegisters.Name));
        Assert.Empty(Occurring(Opcode.ReadSystem).Except(kept).Except(RegisterTable.Constant).Except(RegisterTable.SetByHardware).Select(BootRegisters.Name));
    }

    [Fact]
    public void TheDocumentIsUpToDate() => Documents.AssertIsUpToDate("conformance.md", ConformanceDocument.Write());
}
