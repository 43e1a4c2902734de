using Redoubt.Proof.Programs;
using Redoubt.Tool;
using Redoubt.Tool.Builds;

namespace Redoubt.Check.Tests;

/// <summary>Every system of the repository is what it says, those of tests too.</summary>
public sealed class SystemTests
{
    /// <summary>What only <c>./redoubt bench</c> makes.</summary>
    private const string OfBench = "artifacts/";

    /// <summary>What a check looks at and executes at most, so that it takes seconds. The phone, all of which is measured when it boots, takes 186 million instructions.</summary>
    private const int MostFacts = 1_000_000, MostInstructions = 200_000_000;

    public static TheoryData<string> Systems => [.. new[] { "systems", "tests/descriptions" }
        .SelectMany(folder => Directory.EnumerateFiles(Path.Combine(Workspace.Root, folder), "*.toml"))
        .Where(path => !File.ReadAllText(path).Contains(OfBench, StringComparison.Ordinal))
        .Select(path => Path.GetRelativePath(Workspace.Root, path))];

    [Theory]
    [MemberData(nameof(Systems))]
    public void All_theorems_hold(string system)
    {
        BuiltSystem built = BuiltSystem.Build(Path.Combine(Workspace.Root, system), null, _ => { });
        CheckedImage image = CheckedImage.Read(File.ReadAllBytes(built.Path), built.Path);
        ImageCheck check = new(image, built.Description.Board, Subject.Kernel);
        foreach (TheoremResult result in (TheoremResult[])[check.Kernel(), check.Config(), check.Boot()])
        {
            Assert.Empty(result.Refusals);
            Assert.InRange(result.Facts, 1, MostFacts);
        }

        Assert.InRange(check.Instructions, 1, MostInstructions);
        Assert.All(check.Executed, address => Assert.NotNull(Subject.Kernel.InstructionAt(address)));
        Assert.Contains(Subject.Kernel.AddressOf("boot"), check.Executed);
        Assert.DoesNotContain(Subject.Kernel.AddressOf("redoubt_panic"), check.Executed);
    }

    [Fact]
    public void What_is_no_image_is_refused()
    {
        Assert.Equal("x: not an image of Redoubt", Assert.Throws<UserError>(() => CheckedImage.Read(new byte[100], "x")).ToString());
        Assert.Throws<UserError>(() => CheckedImage.Read(new byte[8 << 20], "x"));
    }
}
