using System.Globalization;

namespace Redoubt.Image;

/// <summary>Sizes of memory, in bytes.</summary>
public static class Units
{
    /// <summary>1024 bytes, and its powers.</summary>
    public const ulong KiB = 1 << 10, MiB = 1 << 20;

    /// <summary>A page, and a block of the second level of translation tables with 4 KiB granules.</summary>
    public const ulong Page = 4 * KiB, Block = 2 * MiB;

    /// <summary>The next multiple of a power of two.</summary>
    public static ulong AlignUp(this ulong value, ulong alignment) => (value + alignment - 1) & ~(alignment - 1);

    /// <summary>Whether it is a multiple of a power of two.</summary>
    public static bool IsAligned(this ulong value, ulong alignment) => (value & (alignment - 1)) == 0;

    /// <summary>A size for people, to a tenth of a MiB.</summary>
    public static string Text(ulong size) => size switch
    {
        >= MiB => string.Create(CultureInfo.InvariantCulture, $"{(double)size / MiB:0.#} MiB"),
        >= KiB => string.Create(CultureInfo.InvariantCulture, $"{(double)size / KiB:0.#} KiB"),
        _ => $"{size} bytes",
    };
}
