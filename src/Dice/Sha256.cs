using System;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace Redoubt.Dice;

/// <summary>SHA-256 of a byte stream (FIPS 180-4, 6.2): <see cref="Reset"/>, any number of <see cref="Append(ReadOnlySpan{byte})"/>, <see cref="Finish"/>.</summary>
public struct Sha256
{
    /// <summary>Bytes of a digest.</summary>
    public const int Size = 32;

    /// <summary>Bytes of a block.</summary>
    public const int BlockSize = 64;

    private const int LengthOffset = BlockSize - 8;

    private State _state;
    private Block _block;
    private Schedule _schedule;
    private ulong _count;

    // FIPS 180-4, 5.3.3.
    private static ReadOnlySpan<uint> Initial =>
        [0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19];

    // FIPS 180-4, 4.2.2.
    private static ReadOnlySpan<uint> Constants =>
    [
        0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
        0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
        0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
        0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
        0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
        0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
        0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
        0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
    ];

    /// <summary>Begins a new stream.</summary>
    public void Reset()
    {
        for (int i = 0; i < 8; i++)
            _state[i] = Initial[i];
        _count = 0;
    }

    /// <summary>Appends <paramref name="data"/>.</summary>
    public void Append(ReadOnlySpan<byte> data)
    {
        int at = 0;
        while (at < data.Length && _count % BlockSize != 0)
            Append(data[at++]);
        for (; data.Length - at >= BlockSize; at += BlockSize)
        {
            Compress(data.Slice(at, BlockSize));
            _count += BlockSize;
        }

        while (at < data.Length)
            Append(data[at++]);
    }

    /// <summary>Appends one byte.</summary>
    public void Append(byte value)
    {
        int at = (int)(_count % BlockSize);
        _block[at] = value;
        _count++;
        if (at == BlockSize - 1)
            Compress(_block);
    }

    /// <summary>Ends the stream and writes its digest to the first <see cref="Size"/> bytes of <paramref name="digest"/>.</summary>
    public void Finish(Span<byte> digest)
    {
        ulong bits = _count * 8;
        Append(0x80);
        while (_count % BlockSize != LengthOffset)
            Append(0);
        for (int shift = 56; shift >= 0; shift -= 8)
            Append((byte)(bits >> shift));
        for (int i = 0; i < Size; i++)
            digest[i] = (byte)(_state[i / 4] >> (24 - i % 4 * 8));
    }

    // FIPS 180-4, 6.2.2, with the message schedule in its rolling form of 16 words. Eight rounds at a time bring every variable back to its place. Hashing memory
    // is most of what measured boot does: words are reached by reference, since checks of their indices would be a third of it.
    private void Compress(scoped ReadOnlySpan<byte> block)
    {
        ref byte bytes = ref Unsafe.AsRef(in block.Slice(0, BlockSize)[0]);
        ref uint words = ref _schedule[0];
        for (int i = 0; i < 16; i++)
        {
            ref byte at = ref Unsafe.Add(ref bytes, 4 * i);
            Unsafe.Add(ref words, i) = (uint)at << 24 | (uint)Unsafe.Add(ref at, 1) << 16 | (uint)Unsafe.Add(ref at, 2) << 8 | Unsafe.Add(ref at, 3);
        }

        uint a = _state[0], b = _state[1], c = _state[2], d = _state[3];
        uint e = _state[4], f = _state[5], g = _state[6], h = _state[7];
        for (int i = 0; i < 64; i += 8)
        {
            ref uint constants = ref Unsafe.AsRef(in Constants[i]);
            ref uint next = ref Unsafe.Add(ref words, i & 8);
            Round(a, b, c, ref d, e, f, g, ref h, next + constants);
            Round(h, a, b, ref c, d, e, f, ref g, Unsafe.Add(ref next, 1) + Unsafe.Add(ref constants, 1));
            Round(g, h, a, ref b, c, d, e, ref f, Unsafe.Add(ref next, 2) + Unsafe.Add(ref constants, 2));
            Round(f, g, h, ref a, b, c, d, ref e, Unsafe.Add(ref next, 3) + Unsafe.Add(ref constants, 3));
            Round(e, f, g, ref h, a, b, c, ref d, Unsafe.Add(ref next, 4) + Unsafe.Add(ref constants, 4));
            Round(d, e, f, ref g, h, a, b, ref c, Unsafe.Add(ref next, 5) + Unsafe.Add(ref constants, 5));
            Round(c, d, e, ref f, g, h, a, ref b, Unsafe.Add(ref next, 6) + Unsafe.Add(ref constants, 6));
            Round(b, c, d, ref e, f, g, h, ref a, Unsafe.Add(ref next, 7) + Unsafe.Add(ref constants, 7));
            if ((i & 8) != 0)
                Extend(ref words);
        }

        _state[0] += a;
        _state[1] += b;
        _state[2] += c;
        _state[3] += d;
        _state[4] += e;
        _state[5] += f;
        _state[6] += g;
        _state[7] += h;
    }

    // The next 16 words of the schedule
    private static void Extend(ref uint words)
    {
        for (int i = 0; i < 8; i++)
            Extend(ref Unsafe.Add(ref words, i), Unsafe.Add(ref words, i + 1), Unsafe.Add(ref words, (i + 9) & 15), Unsafe.Add(ref words, (i + 14) & 15));
        for (int i = 8; i < 16; i++)
            Extend(ref Unsafe.Add(ref words, i), Unsafe.Add(ref words, (i + 1) & 15), Unsafe.Add(ref words, i - 7), Unsafe.Add(ref words, i - 2));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Extend(ref uint word, uint w15, uint w7, uint w2) =>
        word += (Rotate(w15, 7) ^ Rotate(w15, 18) ^ (w15 >> 3)) + (Rotate(w2, 17) ^ Rotate(w2, 19) ^ (w2 >> 10)) + w7;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Round(uint a, uint b, uint c, ref uint d, uint e, uint f, uint g, ref uint h, uint next)
    {
        h += (Rotate(e, 6) ^ Rotate(e, 11) ^ Rotate(e, 25)) + ((e & f) ^ (~e & g)) + next;
        d += h;
        h += (Rotate(a, 2) ^ Rotate(a, 13) ^ Rotate(a, 22)) + ((a & b) ^ (a & c) ^ (b & c));
    }

    private static uint Rotate(uint value, int bits) => BitOperations.RotateRight(value, bits);

    [InlineArray(8)]
    private struct State
    {
        private uint _first;
    }

    [InlineArray(BlockSize)]
    private struct Block
    {
        private byte _first;
    }

    [InlineArray(16)]
    private struct Schedule
    {
        private uint _first;
    }
}
