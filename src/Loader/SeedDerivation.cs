using System;
using Redoubt.Dice;

namespace Redoubt.Loader;

/// <summary>Makes one seed for each partition from the boot's entropy: none tells anything of another.</summary>
public static class SeedDerivation
{
    /// <summary>Least entropy to go by, in bytes.</summary>
    public const int LeastEntropy = 32;

    /// <summary>Writes SHA-256(entropy || index as one byte || "redoubt seed") to <paramref name="seed"/>, 32 bytes.</summary>
    public static void Derive(ref Sha256 hash, ReadOnlySpan<byte> entropy, int index, Span<byte> seed)
    {
        hash.Reset();
        hash.Append(entropy);
        hash.Append((byte)index);
        hash.Append("redoubt seed"u8);
        hash.Finish(seed);
    }
}
