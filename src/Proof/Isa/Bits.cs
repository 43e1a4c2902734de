namespace Redoubt.Proof.Isa;

/// <summary>Fields of instruction words.</summary>
internal static class Bits
{
    /// <summary>Bits high:low.</summary>
    public static int Field(this uint word, int high, int low) => (int)((word >> low) & ((1u << (high - low + 1)) - 1));

    /// <summary>One bit.</summary>
    public static bool Is(this uint word, int bit) => ((word >> bit) & 1) != 0;

    /// <summary>Bits high:low as a signed number.</summary>
    public static long SignedField(this uint word, int high, int low) => (int)(word << (31 - high)) >> (31 - high + low);

    /// <summary>The lowest bits set.</summary>
    public static ulong Ones(int count) => count >= 64 ? ~0UL : (1UL << count) - 1;

    /// <summary>Rotation to the right within a width.</summary>
    public static ulong RotateRight(ulong value, int amount, int width) =>
        amount == 0 ? value : ((value >> amount) | (value << (width - amount))) & Ones(width);
}
