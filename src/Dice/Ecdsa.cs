using System;

namespace Redoubt.Dice;

/// <summary>
/// ECDSA with P-256 and SHA-256 (FIPS 186-5, 6.4), keys and nonces derived as RFC 6979 says: the same input gives the same signature. Constant time.
/// <see cref="Prepare"/> comes first.
/// </summary>
public struct Ecdsa
{
    /// <summary>Bytes of a private key: a number from 1 to the order less 1, the most significant byte first.</summary>
    public const int PrivateSize = 32;

    /// <summary>Bytes of a public key: 4, x, y (SEC 1, 2.3.3).</summary>
    public const int PublicSize = 65;

    /// <summary>Bytes of a signature: r, s.</summary>
    public const int SignatureSize = 64;

    private const byte Uncompressed = 4;

    private P256 _curve;
    private KeyGenerator _generator;

    /// <summary>Makes the tables that the other operations use.</summary>
    public void Prepare() => _curve.Prepare();

    /// <summary>Derives a private key from a seed (RFC 6979, 3.2, with the seed for the private key and the digest).</summary>
    public void Derive(scoped ReadOnlySpan<byte> seed, Span<byte> privateKey)
    {
        _generator.Start(seed, default);
        Take(privateKey);
    }

    /// <summary>Writes the public key of a private one.</summary>
    public void Public(scoped ReadOnlySpan<byte> privateKey, Span<byte> publicKey)
    {
        U256.Read(privateKey, out U256 factor);
        _curve.Multiply(in factor, out U256 x, out U256 y);
        publicKey[0] = Uncompressed;
        x.Write(publicKey.Slice(1, U256.Size));
        y.Write(publicKey.Slice(1 + U256.Size, U256.Size));
    }

    /// <summary>Signs a digest.</summary>
    /// <param name="privateKey">The key, <see cref="PrivateSize"/> bytes.</param>
    /// <param name="digest">SHA-256 of the message.</param>
    /// <param name="signature">Receives r and s, <see cref="SignatureSize"/> bytes.</param>
    public void Sign(scoped ReadOnlySpan<byte> privateKey, scoped ReadOnlySpan<byte> digest, Span<byte> signature)
    {
        U256.Read(digest, out U256 message);
        Modular<P256Order>.Reduce(0, ref message);
        U256.Read(privateKey, out U256 key);
        Modular<P256Order>.Enter(in key, out key);

        Digest room = default;
        Span<byte> bytes = room;
        message.Write(bytes);
        _generator.Start(privateKey, bytes);
        U256 r, s;
        do
        {
            Take(bytes);
            U256.Read(bytes, out U256 nonce);
            _curve.Multiply(in nonce, out r, out _);
            Modular<P256Order>.Reduce(0, ref r);

            // s = (message + key r) / nonce: of each product one factor is in Montgomery's form, so that the result is not
            Modular<P256Order>.Multiply(in key, in r, out s);
            Modular<P256Order>.Add(in s, in message, out s);
            Modular<P256Order>.Enter(in nonce, out nonce);
            Modular<P256Order>.Invert(in nonce, out nonce);
            Modular<P256Order>.Multiply(in s, in nonce, out s);
        }
        while (Again(r.IsZero() | s.IsZero()));

        bytes.Clear();
        r.Write(signature.Slice(0, U256.Size));
        s.Write(signature.Slice(U256.Size, U256.Size));
    }

    // The next candidate that is a private key.
    private void Take(Span<byte> number)
    {
        U256 candidate;
        do
        {
            _generator.Next(number);
            U256.Read(number, out candidate);
        }
        while (Again(candidate.IsZero() | (Modular<P256Order>.IsBelow(in candidate) ^ 1)));
    }

    private bool Again(ulong refused)
    {
        if (refused == 0)
            return false;
        _generator.Refuse();
        return true;
    }
}
