using System;
using System.Runtime.CompilerServices;

namespace Redoubt.Dice;

/// <summary>HMAC with SHA-256 (RFC 2104): <see cref="Start"/>, any number of <see cref="Append(ReadOnlySpan{byte})"/>, <see cref="Finish"/>.</summary>
public struct Hmac
{
    private const byte Inner = 0x36, Outer = 0x5c;

    private Sha256 _hash;
    private KeyBlock _key;

    /// <summary>Begins a new stream.</summary>
    /// <param name="key">Of any length.</param>
    public void Start(scoped ReadOnlySpan<byte> key)
    {
        Span<byte> block = _key;
        block.Clear();
        if (key.Length <= Sha256.BlockSize)
        {
            key.CopyTo(block);
        }
        else
        {
            _hash.Reset();
            _hash.Append(key);
            _hash.Finish(block);
        }

        _hash.Reset();
        for (int i = 0; i < block.Length; i++)
            _hash.Append((byte)(block[i] ^ Inner));
    }

    /// <summary>Appends <paramref name="data"/>.</summary>
    public void Append(scoped ReadOnlySpan<byte> data) => _hash.Append(data);

    /// <summary>Appends one byte.</summary>
    public void Append(byte value) => _hash.Append(value);

    /// <summary>Ends the stream and writes its 32 bytes to the beginning of <paramref name="mac"/>.</summary>
    public void Finish(Span<byte> mac)
    {
        _hash.Finish(mac);
        Digest inner = default;
        Span<byte> digest = inner;
        mac.Slice(0, Sha256.Size).CopyTo(digest);
        _hash.Reset();
        for (int i = 0; i < Sha256.BlockSize; i++)
            _hash.Append((byte)(_key[i] ^ Outer));
        _hash.Append(digest);
        _hash.Finish(mac);
    }

    [InlineArray(Sha256.BlockSize)]
    private struct KeyBlock
    {
        private byte _first;
    }
}
