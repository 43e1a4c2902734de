namespace Redoubt.Probing;

/// <summary>Values by which partitions know each other's: a tag in both halves of a word, mixed with a small number in the lower one.</summary>
internal static class Tags
{
    /// <summary>The tags, 32 bits each.</summary>
    public const ulong Sentinel = 0x5e47_1e1d, Hostile = 0xbad0_fa11;

    /// <summary>An address that the Sentinel touches and that is nobody's: it lies within 39 bits.</summary>
    public const ulong Bait = 0x5e_1e5e_1000;

    /// <summary>A word with a tag; <paramref name="number"/> is below 256, <see cref="Step"/> away from the next.</summary>
    public static ulong Word(ulong tag, ulong number) => (tag << 32) | (tag & Fixed) | ((tag + number * Step) & ~Fixed & 0xffff_ffff);

    /// <summary>From one number's word to the next.</summary>
    public const ulong Step = 1 << 12;

    private const ulong Fixed = 0xfff0_0fff;

    /// <summary>
    /// Whether a value bears a tag in one of its halves. Complements are compared: a program that looks for a tag must not have it in its own
    /// registers.
    /// </summary>
    public static bool Bears(ulong tag, ulong value) => ~value >> 32 == (~tag & 0xffff_ffff) || (~value & Fixed) == (~tag & Fixed);
}
