using System;
using System.Runtime.CompilerServices;

namespace Redoubt.Dice;

/// <summary>A prime of 256 bits, with what Montgomery's multiplication needs of it. Limbs are the least significant first.</summary>
internal interface IPrime
{
    static abstract ulong M0 { get; }

    static abstract ulong M1 { get; }

    static abstract ulong M2 { get; }

    static abstract ulong M3 { get; }

    /// <summary>-1 / prime modulo 2^64.</summary>
    static abstract ulong Inverse { get; }

    /// <summary>2^512 modulo the prime.</summary>
    static abstract void Square(out U256 result);
}

/// <summary>
/// Arithmetic modulo a prime on numbers below it. Products are Montgomery's: a b / 2^256 (Handbook of Applied Cryptography, 14.36). Results may be
/// written over operands. Constant time, as <see cref="U256"/>.
/// </summary>
internal static class Modular<TPrime>
    where TPrime : struct, IPrime
{
    /// <summary>a + b.</summary>
    public static void Add(in U256 a, in U256 b, out U256 result)
    {
        ulong carry = U256.Add(in a, in b, out result);
        Reduce(carry, ref result);
    }

    /// <summary>a - b.</summary>
    public static void Subtract(in U256 a, in U256 b, out U256 result)
    {
        ulong mask = 0 - U256.Subtract(in a, in b, out result);
        U256.Make(TPrime.M0 & mask, TPrime.M1 & mask, TPrime.M2 & mask, TPrime.M3 & mask, out U256 back);
        U256.Add(in result, in back, out result);
    }

    /// <summary>a b / 2^256.</summary>
    public static void Multiply(in U256 a, in U256 b, out U256 result)
    {
        ulong b0 = b.L0, b1 = b.L1, b2 = b.L2, b3 = b.L3;
        ulong t0 = 0, t1 = 0, t2 = 0, t3 = 0, t4 = 0;
        Row(a.L0, b0, b1, b2, b3, ref t0, ref t1, ref t2, ref t3, ref t4);
        Row(a.L1, b0, b1, b2, b3, ref t0, ref t1, ref t2, ref t3, ref t4);
        Row(a.L2, b0, b1, b2, b3, ref t0, ref t1, ref t2, ref t3, ref t4);
        Row(a.L3, b0, b1, b2, b3, ref t0, ref t1, ref t2, ref t3, ref t4);
        U256.Make(t0, t1, t2, t3, out result);
        Reduce(t4, ref result);
    }

    /// <summary>A number into Montgomery's form: a 2^256. Takes any number of 256 bits.</summary>
    public static void Enter(in U256 a, out U256 result)
    {
        TPrime.Square(out U256 square);
        Multiply(in a, in square, out result);
    }

    /// <summary>A number out of Montgomery's form: a / 2^256.</summary>
    public static void Leave(in U256 a, out U256 result)
    {
        U256.Make(1, 0, 0, 0, out U256 one);
        Multiply(in a, in one, out result);
    }

    /// <summary>1 / a, both in Montgomery's form, as a^(prime - 2) (Fermat); 0 of 0. The exponent is no secret.</summary>
    public static void Invert(in U256 a, out U256 result)
    {
        U256.Make(TPrime.M0 - 2, TPrime.M1, TPrime.M2, TPrime.M3, out U256 exponent);
        U256.Make(1, 0, 0, 0, out U256 one);
        U256.Make(a.L0, a.L1, a.L2, a.L3, out U256 factor);
        Enter(in one, out result);
        for (int bit = 255; bit >= 0; bit--)
        {
            Multiply(in result, in result, out result);
            if (exponent.Bit(bit) != 0)
                Multiply(in result, in factor, out result);
        }
    }

    /// <summary>A number below twice the prime, whose bit 256 is <paramref name="carry"/>, becomes one below it.</summary>
    public static void Reduce(ulong carry, ref U256 number)
    {
        U256.Make(TPrime.M0, TPrime.M1, TPrime.M2, TPrime.M3, out U256 prime);
        ulong borrow = U256.Subtract(in number, in prime, out U256 less);
        number.Choose(0 - (carry | (borrow ^ 1)), in less);
    }

    /// <summary>Whether a number is below the prime: 1 or 0.</summary>
    public static ulong IsBelow(in U256 number)
    {
        U256.Make(TPrime.M0, TPrime.M1, TPrime.M2, TPrime.M3, out U256 prime);
        return U256.Subtract(in number, in prime, out _);
    }

    // t + a b, made divisible by 2^64 by a multiple of the prime, and divided. It stays below twice the prime, so that t4 is 0 or 1.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Row(ulong a, ulong b0, ulong b1, ulong b2, ulong b3, ref ulong t0, ref ulong t1, ref ulong t2, ref ulong t3, ref ulong t4)
    {
        ulong carry = MultiplyAdd(a, b0, t0, 0, out t0);
        carry = MultiplyAdd(a, b1, t1, carry, out t1);
        carry = MultiplyAdd(a, b2, t2, carry, out t2);
        carry = MultiplyAdd(a, b3, t3, carry, out t3);
        t4 += carry;
        ulong t5 = Less(t4, carry);

        ulong multiple = t0 * TPrime.Inverse;
        carry = MultiplyAdd(multiple, TPrime.M0, t0, 0, out _);
        carry = MultiplyAdd(multiple, TPrime.M1, t1, carry, out t0);
        carry = MultiplyAdd(multiple, TPrime.M2, t2, carry, out t1);
        carry = MultiplyAdd(multiple, TPrime.M3, t3, carry, out t2);
        t3 = t4 + carry;
        t4 = t5 + Less(t3, carry);
    }

    // a b + c + d, which fits into 128 bits: the lower half, and as a result the upper one
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong MultiplyAdd(ulong a, ulong b, ulong c, ulong d, out ulong low)
    {
        ulong high = Math.BigMul(a, b, out low);
        low += c;
        high += Less(low, c);
        low += d;
        return high + Less(low, d);
    }

    // Whether a < b, as 1 or 0, without a branch
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Less(ulong a, ulong b) => ((~a & b) | ((~a | b) & (a - b))) >> 63;
}
