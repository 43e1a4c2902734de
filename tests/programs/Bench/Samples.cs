using System.Runtime.CompilerServices;

namespace Redoubt.Bench;

/// <summary>Repeated measurements of one thing, kept in order of size. Starts as zero.</summary>
internal struct Samples
{
    /// <summary>How many are to be added: odd, so that one is the median.</summary>
    public const int Count = 101;

    private Values _values;
    private int _used;

    public readonly ulong Least => _values[0];

    public readonly ulong Median => _values[Count / 2];

    public readonly ulong Greatest => _values[Count - 1];

    public void Add(ulong value)
    {
        int place = _used++;
        for (; place > 0 && _values[place - 1] > value; place--)
            _values[place] = _values[place - 1];
        _values[place] = value;
    }

    [InlineArray(Count)]
    private struct Values
    {
        private ulong _first;
    }
}
