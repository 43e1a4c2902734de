using System.Runtime.CompilerServices;

namespace Redoubt.Probing;

/// <summary>x0 to x9 of a probe.</summary>
[InlineArray(Count)]
internal struct ProbeWords
{
    public const int Count = 10;

    private ulong _first;
}
