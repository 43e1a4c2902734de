using System.Runtime.CompilerServices;
using Internal.Runtime.CompilerHelpers;

namespace System;

/// <summary>A checked window onto memory.</summary>
public readonly ref struct Span<T>
{
    private readonly ref T _reference;
    private readonly int _length;

    public unsafe Span(void* pointer, int length)
    {
        if (length < 0)
            ThrowHelpers.ThrowArgumentOutOfRangeException();
        _reference = ref Unsafe.AsRef<T>(pointer);
        _length = length;
    }

    // C# needs it to exist for `[a, b]`; no array can be, so only null gets here.
    public Span(T[]? array) => this = default;

    public Span(ref T reference)
    {
        _reference = ref reference;
        _length = 1;
    }

    // Trusted: the callers have checked the length.
    internal Span(ref T reference, int length)
    {
        _reference = ref reference;
        _length = length;
    }

    public int Length => _length;

    public bool IsEmpty => _length == 0;

    public ref T this[int index]
    {
        [Intrinsic]
        get
        {
            if ((uint)index >= (uint)_length)
                ThrowHelpers.ThrowIndexOutOfRangeException();
            return ref Unsafe.Add(ref _reference, (nint)(uint)index);
        }
    }

    public Span<T> Slice(int start)
    {
        if ((uint)start > (uint)_length)
            ThrowHelpers.ThrowArgumentOutOfRangeException();
        return new(ref Unsafe.Add(ref _reference, (nint)(uint)start), _length - start);
    }

    public Span<T> Slice(int start, int length)
    {
        if ((ulong)(uint)start + (uint)length > (uint)_length)
            ThrowHelpers.ThrowArgumentOutOfRangeException();
        return new(ref Unsafe.Add(ref _reference, (nint)(uint)start), length);
    }

    public void Clear() => Fill(default!);

    public void Fill(T value)
    {
        for (int i = 0; i < _length; i++)
            Unsafe.Add(ref _reference, i) = value;
    }

    public void CopyTo(Span<T> destination) => ((ReadOnlySpan<T>)this).CopyTo(destination);

    /// <summary>Lets <c>fixed</c> take the address.</summary>
    public ref T GetPinnableReference() => ref _reference;

    public Enumerator GetEnumerator() => new(this);

    public static implicit operator ReadOnlySpan<T>(Span<T> span) => new(ref span._reference, span._length);

    public ref struct Enumerator(Span<T> span)
    {
        private readonly Span<T> _span = span;
        private int _index = -1;

        public readonly ref T Current => ref _span[_index];

        public bool MoveNext() => ++_index < _span.Length;
    }
}
