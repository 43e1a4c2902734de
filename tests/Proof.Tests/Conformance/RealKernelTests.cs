using Redoubt.Tool;
using Redoubt.Tool.Builds;

namespace Redoubt.Proof.Tests.Conformance;

/// <summary>The kernel in QEMU and the specification, side by side: each trap ends in the state that the specification says.</summary>
public sealed class RealKernelTests(ITestOutputHelper output)
{
    private const string Descriptions = "tests/descriptions";

    /// <summary>Random calls of a guest (tests/programs/Caller), everything that a hostile one does, a monitor with its guest.</summary>
    [Theory]
    [InlineData($"{Descriptions}/calls.toml", 600)]
    [InlineData($"{Descriptions}/hostile.toml", 200)]
    [InlineData("systems/linux.toml", 300)]
    public void EachTrapEndsAsTheSpecificationSays(string system, int traps)
    {
        using Debugger debugger = new(BuiltSystem.Build(Path.Combine(Workspace.Root, system), 1, _ => { }).Machine);
        RealTwin twin = new(debugger, Shipped.Kernel);
        twin.Follow(traps);
        foreach (((string operation, string? refused), int count) in twin.Carried.OrderBy(carried => carried.Key.Operation))
            output.WriteLine($"{count,8}  {operation}{(refused is null ? "" : $": {refused}")}");
        foreach ((string mutant, bool missed) in twin.Missed.OrderBy(mutant => mutant.Key))
            output.WriteLine($"{(missed ? "missed" : "noticed"),8}  {mutant}");
        Assert.Equal(traps, twin.Carried.Values.Sum());

        // A specification without one of these would not do: each check that refused something, and some effect of each operation that was carried out.
        Assert.All(twin.Carried.Keys, carried => Assert.Contains(twin.Missed, mutant =>
            !mutant.Value && mutant.Key.StartsWith($"{carried.Operation} without: {carried.Refused}", StringComparison.Ordinal)));
    }
}
