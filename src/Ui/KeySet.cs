using System.Numerics;
using System.Runtime.CompilerServices;

namespace Redoubt.Ui;

/// <summary>A set of key codes (Linux's, include/uapi/linux/input-event-codes.h). All zero is empty.</summary>
public struct KeySet
{
    /// <summary>One more than the greatest code (KEY_MAX).</summary>
    public const uint Limit = 768;

    private const int WordBits = 64;

    private Words _words;

    /// <summary>Whether a code below <see cref="Limit"/> is in it.</summary>
    public readonly bool Has(uint code) => (_words[(int)(code / WordBits)] >> (int)(code % WordBits) & 1) != 0;

    /// <summary>Puts a code in.</summary>
    public void Add(uint code) => _words[(int)(code / WordBits)] |= 1UL << (int)(code % WordBits);

    /// <summary>Takes a code out.</summary>
    public void Remove(uint code) => _words[(int)(code / WordBits)] &= ~(1UL << (int)(code % WordBits));

    /// <summary>Empties it.</summary>
    public void Clear()
    {
        for (int i = 0; i < (int)Limit / WordBits; i++)
            _words[i] = 0;
    }

    /// <summary>The least code in it, if there is one.</summary>
    public readonly bool TryFirst(out uint code)
    {
        for (int i = 0; i < (int)Limit / WordBits; i++)
        {
            if (_words[i] == 0)
                continue;
            code = (uint)(i * WordBits + BitOperations.TrailingZeroCount(_words[i]));
            return true;
        }

        code = 0;
        return false;
    }

    [InlineArray((int)Limit / WordBits)]
    private struct Words
    {
        private ulong _first;
    }
}
