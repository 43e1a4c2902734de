using System.Numerics;
using System.Runtime.CompilerServices;
using Redoubt.Abi;

namespace Redoubt.Monitor;

/// <summary>
/// Random bytes for the guest: ChaCha20 (RFC 8439, 2.3) with fast key erasure. The key is the seed that the loader gave this
/// partition; each block of 64 bytes gives 32 bytes of output and the next key, so that what was given out can't be found again.
/// </summary>
public struct Generator
{
    private const int Half = 32;

    private Key _key;
    private Block _block;
    private ulong _low, _high;
    private int _used;

    /// <summary>Whether there is entropy of the board; otherwise nothing is given out.</summary>
    public bool IsSeeded;

    /// <summary>Starts from the seed, with the partition's name in the place of counter and nonce.</summary>
    public void Open(in Manifest manifest)
    {
        IsSeeded = manifest.Seeded == 1;
        for (int i = 0; i < 4; i++)
        {
            _key[2 * i] = (uint)manifest.Seed[i];
            _key[2 * i + 1] = (uint)(manifest.Seed[i] >> 32);
        }

        _low = manifest.Name.Low;
        _high = manifest.Name.High;
        _used = Half;
    }

    /// <summary>The next byte. Only if <see cref="IsSeeded"/>.</summary>
    public byte NextByte()
    {
        if (_used == Half)
        {
            Permute();
            for (int i = 0; i < 8; i++)
                _key[i] = _block[i + 8];
            _used = 0;
        }

        int shift = 8 * (_used & 3);
        uint word = _block[_used / 4];
        _block[_used / 4] = word & ~(0xffU << shift);
        _used++;
        return (byte)(word >> shift);
    }

    /// <summary>The next eight bytes.</summary>
    public ulong NextWord()
    {
        ulong word = 0;
        for (int i = 0; i < 8; i++)
            word = (word << 8) | NextByte();
        return word;
    }

    private void Permute()
    {
        for (int i = 0; i < 16; i++)
            _block[i] = Input(i);
        for (int round = 0; round < 10; round++)
        {
            for (int i = 0; i < 4; i++)
                Quarter(i, 4 + i, 8 + i, 12 + i);
            for (int i = 0; i < 4; i++)
                Quarter(i, 4 + ((i + 1) & 3), 8 + ((i + 2) & 3), 12 + ((i + 3) & 3));
        }

        for (int i = 0; i < 16; i++)
            _block[i] += Input(i);
    }

    // "expand 32-byte k", key, counter and nonce.
    private readonly uint Input(int i) => i switch
    {
        0 => 0x6170_7865,
        1 => 0x3320_646e,
        2 => 0x7962_2d32,
        3 => 0x6b20_6574,
        12 => (uint)_low,
        13 => (uint)(_low >> 32),
        14 => (uint)_high,
        15 => (uint)(_high >> 32),
        _ => _key[i - 4],
    };

    private void Quarter(int a, int b, int c, int d)
    {
        _block[a] += _block[b];
        _block[d] = BitOperations.RotateLeft(_block[d] ^ _block[a], 16);
        _block[c] += _block[d];
        _block[b] = BitOperations.RotateLeft(_block[b] ^ _block[c], 12);
        _block[a] += _block[b];
        _block[d] = BitOperations.RotateLeft(_block[d] ^ _block[a], 8);
        _block[c] += _block[d];
        _block[b] = BitOperations.RotateLeft(_block[b] ^ _block[c], 7);
    }

    [InlineArray(8)]
    private struct Key
    {
        private uint _first;
    }

    [InlineArray(16)]
    private struct Block
    {
        private uint _first;
    }
}
