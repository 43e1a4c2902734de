namespace System;

// `span[^1]` and `span[a..b]` compile to Length and Slice; the compiler only asks that these types exist.

public readonly struct Index(int value, bool fromEnd = false)
{
    public int GetOffset(int length) => fromEnd ? length - value : value;

    public static implicit operator Index(int value) => new(value);
}

public readonly struct Range(Index start, Index end)
{
    public Index Start => start;
    public Index End => end;
}
