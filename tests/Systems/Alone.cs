using Xunit;

namespace Redoubt.Systems;

/// <summary>Tests that compare speeds, and so run while no other test does.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;
