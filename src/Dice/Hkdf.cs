using System;

namespace Redoubt.Dice;

/// <summary>Key derivation with HMAC-SHA-256 (RFC 5869).</summary>
public static class Hkdf
{
    /// <summary>Derives up to 32 bytes: extract, then the first block of expand.</summary>
    /// <param name="hmac">Room to work in.</param>
    /// <param name="secret">Input key material.</param>
    /// <param name="salt">Of any length.</param>
    /// <param name="info">What the result is for.</param>
    /// <param name="output">1 to 32 bytes.</param>
    public static void Derive(ref Hmac hmac, scoped ReadOnlySpan<byte> secret, scoped ReadOnlySpan<byte> salt, scoped ReadOnlySpan<byte> info, Span<byte> output)
    {
        Digest room = default;
        Span<byte> key = room;
        hmac.Start(salt);
        hmac.Append(secret);
        hmac.Finish(key);

        hmac.Start(key);
        hmac.Append(info);
        hmac.Append(1);
        hmac.Finish(key);
        key.Slice(0, output.Length).CopyTo(output);
        key.Clear();
    }
}
