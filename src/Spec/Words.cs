namespace Redoubt.Spec;

/// <summary>
/// The specification, over words of one kind. All of it is nested here, so that the kind is said once. Comparisons give truths; an
/// <c>if</c> over one looks at a case, <see cref="Truth.Choose"/> makes one value of both cases.
/// </summary>
/// <typeparam name="T">The words: numbers, or terms.</typeparam>
public static partial class Specification<T>
    where T : IWord<T>
{
    /// <summary>A 64-bit word.</summary>
    public readonly struct Word(T value) : IEquatable<Word>
    {
        public T Value { get; } = value;

        /// <summary>Number of zeros below the lowest one, 64 if there is no one.</summary>
        public Word TrailingZeros => new(T.LeadingZeros(T.Reverse(Value)));

        public static implicit operator Word(ulong value) => new(T.Constant(value));

        public static Word operator +(Word a, Word b) => new(a.Value + b.Value);

        public static Word operator -(Word a, Word b) => new(a.Value - b.Value);

        public static Word operator *(Word a, Word b) => new(a.Value * b.Value);

        public static Word operator &(Word a, Word b) => new(a.Value & b.Value);

        public static Word operator |(Word a, Word b) => new(a.Value | b.Value);

        public static Word operator ~(Word a) => new(~a.Value);

        public static Word operator <<(Word a, Word amount) => new(a.Value << amount.Value);

        public static Word operator >>(Word a, Word amount) => new(a.Value >>> amount.Value);

        public static Truth operator ==(Word a, Word b) => new(T.Equal(a.Value, b.Value));

        public static Truth operator !=(Word a, Word b) => !(a == b);

        public static Truth operator <(Word a, Word b) => new(T.Less(a.Value, b.Value));

        public static Truth operator >(Word a, Word b) => b < a;

        public static Truth operator <=(Word a, Word b) => !(b < a);

        public static Truth operator >=(Word a, Word b) => !(a < b);

        /// <summary>A single bit, at a place below 64.</summary>
        public static Word One(Word place) => (Word)1UL << place;

        /// <summary>Whether a bit is one.</summary>
        public Truth Bit(int number) => new(T.Bit(Value, number));

        /// <summary>Whether any of some bits is one.</summary>
        public Truth Has(Word bits) => (this & bits) != 0UL;

        public bool Equals(Word other) => EqualityComparer<T>.Default.Equals(Value, other.Value);

        public override bool Equals(object? obj) => obj is Word other && Equals(other);

        public override int GetHashCode() => Value.GetHashCode();

        public override string ToString() => $"{Value}";
    }

    /// <summary>Something that holds or does not.</summary>
    public readonly struct Truth(T value)
    {
        public T Value { get; } = value;

        public static implicit operator Truth(bool value) => new(T.Truth(value));

        public static Truth operator &(Truth a, Truth b) => new(T.Both(a.Value, b.Value));

        public static Truth operator |(Truth a, Truth b) => new(T.Either(a.Value, b.Value));

        public static Truth operator !(Truth a) => new(T.Not(a.Value));

        public static bool operator true(Truth a) => T.Decide(a.Value);

        public static bool operator false(Truth a) => !T.Decide(a.Value);

        /// <summary>If this holds, so does the other.</summary>
        public Truth Implies(Truth other) => !this | other;

        /// <summary>Both hold, or neither.</summary>
        public Truth Is(Truth other) => new(T.Choose(Value, other.Value, T.Not(other.Value)));

        /// <summary>One of two words.</summary>
        public Word Choose(Word yes, Word no) => new(T.Choose(Value, yes.Value, no.Value));

        public override string ToString() => $"{Value}";
    }
}
