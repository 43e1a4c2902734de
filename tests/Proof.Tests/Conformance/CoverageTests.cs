using Redoubt.Proof.Check.Boot;
using Redoubt.Proof.Isa;
using Redoubt.Tool;

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
    public void TheDocumentIsUpToDate()
    {
        const string Update = "REDOUBT_WRITE_DOCUMENTS";
        string file = Path.Combine(Workspace.Root, "docs", "conformance.md");
        if (Environment.GetEnvironmentVariable(Update) is not null)
            File.WriteAllText(file, ConformanceDocument.Write());
        Assert.True(File.Exists(file) && File.ReadAllText(file) == ConformanceDocument.Write(), $"docs/conformance.md is not up to date: run this test with {Update}=1");
    }
}
