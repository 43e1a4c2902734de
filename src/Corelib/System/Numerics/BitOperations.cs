using System.Runtime.CompilerServices;

namespace System.Numerics;

/// <summary>Bit counting. Each call becomes CLZ, RBIT and CLZ, or ROR.</summary>
public static class BitOperations
{
    [Intrinsic]
    public static int LeadingZeroCount(uint value) => LeadingZeroCount(value);

    [Intrinsic]
    public static int LeadingZeroCount(ulong value) => LeadingZeroCount(value);

    [Intrinsic]
    public static int TrailingZeroCount(uint value) => TrailingZeroCount(value);

    [Intrinsic]
    public static int TrailingZeroCount(ulong value) => TrailingZeroCount(value);

    /// <summary>The position of the highest set bit; 0 for 0.</summary>
    public static int Log2(uint value) => 31 - LeadingZeroCount(value | 1);

    /// <summary>The position of the highest set bit; 0 for 0.</summary>
    public static int Log2(ulong value) => 63 - LeadingZeroCount(value | 1);

    public static bool IsPow2(uint value) => (value & (value - 1)) == 0 && value != 0;

    public static bool IsPow2(ulong value) => (value & (value - 1)) == 0 && value != 0;

    public static uint RotateLeft(uint value, int offset) => (value << offset) | (value >> (32 - offset));

    public static ulong RotateLeft(ulong value, int offset) => (value << offset) | (value >> (64 - offset));

    public static uint RotateRight(uint value, int offset) => (value >> offset) | (value << (32 - offset));

    public static ulong RotateRight(ulong value, int offset) => (value >> offset) | (value << (64 - offset));
}
