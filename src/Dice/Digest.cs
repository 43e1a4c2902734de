using System.Runtime.CompilerServices;

namespace Redoubt.Dice;

/// <summary>32 bytes: a digest, a key, a secret. Never copied as a whole: that would take a vector register.</summary>
[InlineArray(Sha256.Size)]
public struct Digest
{
    private byte _first;
}
