using Redoubt.Systems;
using Xunit;
using Xunit.Sdk;
using Xunit.v3;

[assembly: TestCollectionOrderer(typeof(LongestFirst))]

namespace Redoubt.Systems;

/// <summary>The classes whose tests take longest begin first: otherwise one of them might be left alone when all others have ended.</summary>
public sealed class LongestFirst : ITestCollectionOrderer
{
    private static readonly string[] s_longest =
    [
        nameof(CompromisedMutantTests), nameof(HostileTests), nameof(CompromisedTests), nameof(HostileMutantTests), nameof(DebianTests), nameof(PadMutantTests),
        nameof(NetworkTests), nameof(HandsetTests), nameof(LinuxTests), nameof(DuoTests), nameof(RogueTests), nameof(DebianDeviceTests),
    ];

    /// <inheritdoc/>
    public IReadOnlyCollection<TTestCollection> OrderTestCollections<TTestCollection>(IReadOnlyCollection<TTestCollection> testCollections)
        where TTestCollection : ITestCollection => [.. testCollections.OrderBy(Rank)];

    private static int Rank<TTestCollection>(TTestCollection collection)
        where TTestCollection : ITestCollection
    {
        int rank = Array.FindIndex(s_longest, name => collection.TestCollectionDisplayName.Contains($".{name} ", StringComparison.Ordinal));
        return rank < 0 ? s_longest.Length : rank;
    }
}
