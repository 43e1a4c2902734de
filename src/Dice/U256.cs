using System;

namespace Redoubt.Dice;

/// <summary>
/// A number of 256 bits. Nothing here branches on a value or reads memory at an address that depends on one: values may be secret. Never copied as
/// a whole, which would take a vector register.
/// </summary>
public struct U256
{
    /// <summary>Bytes of a number.</summary>
    public const int Size = 32;

    /// <summary>64 bits each, the least significant first.</summary>
    internal ulong L0, L1, L2, L3;

    /// <summary>Writes four limbs.</summary>
    internal static void Make(ulong l0, ulong l1, ulong l2, ulong l3, out U256 result)
    {
        result.L0 = l0;
        result.L1 = l1;
        result.L2 = l2;
        result.L3 = l3;
    }

    /// <summary>Reads 32 bytes, the most significant first.</summary>
    internal static void Read(scoped ReadOnlySpan<byte> bytes, out U256 result) =>
        Make(ReadLimb(bytes.Slice(24, 8)), ReadLimb(bytes.Slice(16, 8)), ReadLimb(bytes.Slice(8, 8)), ReadLimb(bytes.Slice(0, 8)), out result);

    /// <summary>Writes 32 bytes, the most significant first.</summary>
    internal readonly void Write(scoped Span<byte> bytes)
    {
        WriteLimb(bytes.Slice(0, 8), L3);
        WriteLimb(bytes.Slice(8, 8), L2);
        WriteLimb(bytes.Slice(16, 8), L1);
        WriteLimb(bytes.Slice(24, 8), L0);
    }

    /// <summary>Bit <paramref name="index"/>, 0 or 1.</summary>
    internal readonly ulong Bit(int index) => ((index >> 6) switch { 0 => L0, 1 => L1, 2 => L2, _ => L3 } >> (index & 63)) & 1;

    /// <summary>Whether it is 0: 1 or 0.</summary>
    internal readonly ulong IsZero()
    {
        ulong any = L0 | L1 | L2 | L3;
        return ((any | (0 - any)) >> 63) ^ 1;
    }

    /// <summary>a - b modulo 2^256; returns the borrow, 0 or 1.</summary>
    internal static ulong Subtract(in U256 a, in U256 b, out U256 result)
    {
        ulong borrow = Borrow(a.L0, b.L0, 0, out ulong l0);
        borrow = Borrow(a.L1, b.L1, borrow, out ulong l1);
        borrow = Borrow(a.L2, b.L2, borrow, out ulong l2);
        borrow = Borrow(a.L3, b.L3, borrow, out ulong l3);
        Make(l0, l1, l2, l3, out result);
        return borrow;
    }

    /// <summary>a + b modulo 2^256; returns the carry, 0 or 1.</summary>
    internal static ulong Add(in U256 a, in U256 b, out U256 result)
    {
        ulong carry = Carry(a.L0, b.L0, 0, out ulong l0);
        carry = Carry(a.L1, b.L1, carry, out ulong l1);
        carry = Carry(a.L2, b.L2, carry, out ulong l2);
        carry = Carry(a.L3, b.L3, carry, out ulong l3);
        Make(l0, l1, l2, l3, out result);
        return carry;
    }

    /// <summary><paramref name="other"/> if <paramref name="mask"/> is all ones, this if it is zero.</summary>
    internal void Choose(ulong mask, in U256 other)
    {
        L0 ^= mask & (L0 ^ other.L0);
        L1 ^= mask & (L1 ^ other.L1);
        L2 ^= mask & (L2 ^ other.L2);
        L3 ^= mask & (L3 ^ other.L3);
    }

    // Carry and borrow by logic instead of comparison: a compiler can't make a branch of it.
    private static ulong Carry(ulong a, ulong b, ulong carry, out ulong sum)
    {
        sum = a + b + carry;
        return ((a & b) | ((a | b) & ~sum)) >> 63;
    }

    private static ulong Borrow(ulong a, ulong b, ulong borrow, out ulong difference)
    {
        difference = a - b - borrow;
        return ((~a & b) | ((~a | b) & difference)) >> 63;
    }

    private static ulong ReadLimb(scoped ReadOnlySpan<byte> bytes)
    {
        ulong limb = 0;
        for (int i = 0; i < 8; i++)
            limb = limb << 8 | bytes[i];
        return limb;
    }

    private static void WriteLimb(scoped Span<byte> bytes, ulong limb)
    {
        for (int i = 0; i < 8; i++)
            bytes[i] = (byte)(limb >> (56 - 8 * i));
    }
}
