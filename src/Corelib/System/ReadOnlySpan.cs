using System.Runtime.CompilerServices;
using Internal.Runtime.CompilerHelpers;

namespace System;

/// <summary>A checked window onto memory, for reading.</summary>
public readonly ref struct ReadOnlySpan<T>
{
    // The compiler builds spans of constant data field by field, in this order.
    private readonly ref T _reference;
    private readonly int _length;

    public unsafe ReadOnlySpan(void* pointer, int length)
    {
        if (length < 0)
            ThrowHelpers.ThrowArgumentOutOfRangeException();
        _reference = ref Unsafe.AsRef<T>(pointer);
        _length = length;
    }

    // C# needs these two to exist: it writes constant data as an array, then replaces array and span by the data's address. No
    // other array can be, so none can get here but null.
    public ReadOnlySpan(T[]? array) => this = default;

    public ReadOnlySpan(T[]? array, int start, int length) => this = default;

    public ReadOnlySpan(ref readonly T reference)
    {
        _reference = ref Unsafe.AsRef(in reference);
        _length = 1;
    }

    // Trusted: the callers have checked the length.
    internal ReadOnlySpan(ref T reference, int length)
    {
        _reference = ref reference;
        _length = length;
    }

    public int Length => _length;

    public bool IsEmpty => _length == 0;

    public ref readonly T this[int index]
    {
        [Intrinsic]
        get
        {
            if ((uint)index >= (uint)_length)
                ThrowHelpers.ThrowIndexOutOfRangeException();
            return ref Unsafe.Add(ref _reference, (nint)(uint)index);
        }
    }

    public ReadOnlySpan<T> Slice(int start)
    {
        if ((uint)start > (uint)_length)
            ThrowHelpers.ThrowArgumentOutOfRangeException();
        return new(ref Unsafe.Add(ref _reference, (nint)(uint)start), _length - start);
    }

    public ReadOnlySpan<T> Slice(int start, int length)
    {
        if ((ulong)(uint)start + (uint)length > (uint)_length)
            ThrowHelpers.ThrowArgumentOutOfRangeException();
        return new(ref Unsafe.Add(ref _reference, (nint)(uint)start), length);
    }

    /// <summary>Copies in ascending order: ranges may overlap only if the destination comes first.</summary>
    public void CopyTo(Span<T> destination)
    {
        if (_length > destination.Length)
            ThrowHelpers.ThrowArgumentException();
        ref T to = ref destination.GetPinnableReference();
        for (int i = 0; i < _length; i++)
            Unsafe.Add(ref to, i) = Unsafe.Add(ref _reference, i);
    }

    /// <summary>Lets <c>fixed</c> take the address.</summary>
    public ref readonly T GetPinnableReference() => ref _reference;

    public Enumerator GetEnumerator() => new(this);

    public ref struct Enumerator(ReadOnlySpan<T> span)
    {
        private readonly ReadOnlySpan<T> _span = span;
        private int _index = -1;

        public readonly ref readonly T Current => ref _span[_index];

        public bool MoveNext() => ++_index < _span.Length;
    }
}
