using System.Numerics;

namespace Redoubt.Proof.Isa;

/// <summary>A number; as a truth, 1 or 0.</summary>
/// <param name="Value">The number.</param>
public readonly record struct Word(ulong Value) : IWord<Word>
{
    public static Word Constant(ulong value) => new(value);

    public static Word Truth(bool value) => new(value ? 1UL : 0);

    public static Word operator +(Word a, Word b) => new(a.Value + b.Value);

    public static Word operator -(Word a, Word b) => new(a.Value - b.Value);

    public static Word operator *(Word a, Word b) => new(a.Value * b.Value);

    public static Word operator &(Word a, Word b) => new(a.Value & b.Value);

    public static Word operator |(Word a, Word b) => new(a.Value | b.Value);

    public static Word operator ^(Word a, Word b) => new(a.Value ^ b.Value);

    public static Word operator ~(Word a) => new(~a.Value);

    public static Word operator <<(Word a, Word amount) => new(a.Value << (int)amount.Value);

    public static Word operator >>>(Word a, Word amount) => new(a.Value >> (int)amount.Value);

    public static Word ShiftSigned(Word a, Word amount) => new((ulong)((long)a.Value >> (int)amount.Value));

    public static Word LeadingZeros(Word a) => new((ulong)BitOperations.LeadingZeroCount(a.Value));

    public static Word Reverse(Word a) => new(ReverseBits(a.Value));

    public static Word Equal(Word a, Word b) => Truth(a.Value == b.Value);

    public static Word Less(Word a, Word b) => Truth(a.Value < b.Value);

    public static Word Bit(Word word, int number) => new((word.Value >> number) & 1);

    public static Word Not(Word truth) => new(truth.Value ^ 1);

    public static Word Both(Word a, Word b) => new(a.Value & b.Value);

    public static Word Either(Word a, Word b) => new(a.Value | b.Value);

    public static Word Choose(Word truth, Word a, Word b) => truth.Value != 0 ? a : b;

    /// <summary>The number with bit 0 for bit 63 and so on.</summary>
    public static ulong ReverseBits(ulong value)
    {
        ulong reversed = 0;
        for (int i = 0; i < 64; i++)
        {
            reversed = (reversed << 1) | ((value >> i) & 1);
        }

        return reversed;
    }
}
