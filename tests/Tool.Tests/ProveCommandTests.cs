using System.CommandLine;
using Redoubt.Image;
using Redoubt.Tool.Commands;

namespace Redoubt.Tool.Tests;

/// <summary>What `prove` says when it is asked for what can't be.</summary>
public sealed class ProveCommandTests
{
    private static readonly InvocationConfiguration Plain = new() { EnableDefaultExceptionHandler = false };

    [Theory]
    [InlineData("--solver", "abacus", "abacus")]
    [InlineData("--jobs", "0", "at least 1")]
    [InlineData("--kernel", "/no/such/kernel.elf", "/no/such/kernel.elf")]
    [InlineData("--export", "/", "is there already")]
    public void AnOptionThatCannotBeIsRefused(string option, string value, string says)
    {
        ParseResult parsed = ProveCommand.Create().Parse([option, value]);
        Assert.Contains(says, Assert.Single(parsed.Errors).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AFileThatIsNoProgramIsRefused()
    {
        using TemporaryFolder folder = new();
        string file = folder.Write("kernel.elf", new string('x', 100));
        UserError refused = Assert.Throws<UserError>(() => ProveCommand.Create().Parse(["--kernel", file]).Invoke(Plain));
        Assert.Contains("no ELF file for AArch64", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void EveryOptionIsExplained()
    {
        Assert.All(ProveCommand.Create().Options, option => Assert.False(string.IsNullOrEmpty(option.Description), option.Name));
    }
}
