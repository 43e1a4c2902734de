using System.Numerics;

namespace Redoubt.Spec.Words;

/// <summary>A number; as a truth, 1 or 0.</summary>
/// <param name="Value">The number.</param>
public readonly record struct Number(ulong Value) : IWord<Number>
{
    public static Number Constant(ulong value) => new(value);

    public static Number Truth(bool value) => new(value ? 1UL : 0);

    public static Number operator +(Number a, Number b) => new(a.Value + b.Value);

    public static Number operator -(Number a, Number b) => new(a.Value - b.Value);

    public static Number operator *(Number a, Number b) => new(a.Value * b.Value);

    public static Number operator &(Number a, Number b) => new(a.Value & b.Value);

    public static Number operator |(Number a, Number b) => new(a.Value | b.Value);

    public static Number operator ^(Number a, Number b) => new(a.Value ^ b.Value);

    public static Number operator ~(Number a) => new(~a.Value);

    public static Number operator <<(Number a, Number amount) => new(a.Value << (int)amount.Value);

    public static Number operator >>>(Number a, Number amount) => new(a.Value >> (int)amount.Value);

    public static Number ShiftSigned(Number a, Number amount) => new((ulong)((long)a.Value >> (int)amount.Value));

    public static Number LeadingZeros(Number a) => new((ulong)BitOperations.LeadingZeroCount(a.Value));

    public static Number Reverse(Number a) => new(ReverseBits(a.Value));

    public static Number Equal(Number a, Number b) => Truth(a.Value == b.Value);

    public static Number Less(Number a, Number b) => Truth(a.Value < b.Value);

    public static Number Bit(Number word, int number) => new((word.Value >> number) & 1);

    public static Number Not(Number truth) => new(truth.Value ^ 1);

    public static Number Both(Number a, Number b) => new(a.Value & b.Value);

    public static Number Either(Number a, Number b) => new(a.Value | b.Value);

    public static Number Choose(Number truth, Number a, Number b) => truth.Value != 0 ? a : b;

    public static bool Decide(Number truth) => truth.Value != 0;

    /// <summary>The number with bit 0 for bit 63 and so on.</summary>
    public static ulong ReverseBits(ulong value)
    {
        ulong reversed = 0;
        for (int i = 0; i < 64; i++)
            reversed = (reversed << 1) | ((value >> i) & 1);
        return reversed;
    }
}
