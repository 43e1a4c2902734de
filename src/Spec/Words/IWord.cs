namespace Redoubt.Spec.Words;

/// <summary>
/// What specification and processor compute with: 64-bit words, and truths. Numbers give ones that run; terms give ones that are proved.
/// </summary>
/// <typeparam name="T">The type itself.</typeparam>
public interface IWord<T>
    where T : IWord<T>
{
    /// <summary>A word.</summary>
    static abstract T Constant(ulong value);

    /// <summary>A truth.</summary>
    static abstract T Truth(bool value);

    static abstract T operator +(T a, T b);
    static abstract T operator -(T a, T b);
    static abstract T operator *(T a, T b);
    static abstract T operator &(T a, T b);
    static abstract T operator |(T a, T b);
    static abstract T operator ^(T a, T b);
    static abstract T operator ~(T a);

    /// <summary>Shifts; the amount is below 64.</summary>
    static abstract T operator <<(T a, T amount);
    static abstract T operator >>>(T a, T amount);

    /// <summary>Shift right that copies the sign, bit 63; the amount is below 64.</summary>
    static abstract T ShiftSigned(T a, T amount);

    /// <summary>Number of zeros above the highest one, 64 if there is no one.</summary>
    static abstract T LeadingZeros(T a);

    /// <summary>The word with bit 0 for bit 63 and so on.</summary>
    static abstract T Reverse(T a);

    /// <summary>The truth that two words are equal.</summary>
    static abstract T Equal(T a, T b);

    /// <summary>The truth that a word is less than another, unsigned.</summary>
    static abstract T Less(T a, T b);

    /// <summary>The truth that a bit of a word is one.</summary>
    static abstract T Bit(T word, int number);

    static abstract T Not(T truth);
    static abstract T Both(T a, T b);
    static abstract T Either(T a, T b);

    /// <summary>One of two words, or of two truths.</summary>
    static abstract T Choose(T truth, T a, T b);

    /// <summary>Whether a truth holds in the case that is looked at. Of a number that is known; over terms each answer is a case of its own.</summary>
    static abstract bool Decide(T truth);
}
