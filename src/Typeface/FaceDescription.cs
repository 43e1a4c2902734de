using Redoubt.Drawing;

namespace Redoubt.Typeface;

/// <summary>What a face is made of.</summary>
/// <param name="Id">One of <see cref="Faces"/>.</param>
/// <param name="Font">Name of the font file; null for icons.</param>
/// <param name="Size">Pixels of an em; of an icon's square.</param>
/// <param name="Codes">Code points in ascending order.</param>
internal sealed record FaceDescription(uint Id, string? Font, float Size, IReadOnlyList<uint> Codes)
{
    private const string Regular = "Inter-Regular", SemiBold = "Inter-SemiBold", Display = "InterDisplay-SemiBold";

    /// <summary>Printable ASCII, Latin-1 and Latin Extended-A without the soft hyphen and the deprecated U+0149, and what people write besides: dashes, quotation marks, bullet, ellipsis, euro, minus.</summary>
    private static readonly uint[] s_latin =
    [
        .. Range(' ', '~'), .. Range(0xa0, 0xac), .. Range(0xae, 0x148), .. Range(0x14a, 0x17f), 0x2013, 0x2014, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2026, 0x20ac, 0x2212,
    ];

    private static readonly uint[] s_digits = [.. Range('0', '9')];

    /// <summary>Numbers, and currencies by sign or by code.</summary>
    private static readonly uint[] s_amount = [' ', '$', '\'', ',', '-', '.', .. Range('0', '9'), .. Range('A', 'Z'), 0xa0, 0xa3, 0xa5, 0x2019, 0x20ac, 0x2212];

    private static readonly FaceDescription[] s_all =
    [
        new(Faces.Caption, Regular, 26, s_latin),
        new(Faces.Text, Regular, 32, s_latin),
        new(Faces.Strong, SemiBold, 32, s_latin),
        new(Faces.Title, SemiBold, 44, s_latin),
        new(Faces.Key, Display, 60, s_digits),
        new(Faces.Amount, Display, 92, s_amount),
        new(Faces.Icon, null, 48, IconPaths.Codes),
        new(Faces.LargeIcon, null, 72, IconPaths.Codes),
        new(Faces.LargeText, Regular, 42, s_latin),
        new(Faces.LargeTitle, SemiBold, 60, s_latin),
        new(Faces.LargeKey, Display, 80, s_digits),
        new(Faces.LargeAmount, Display, 120, s_amount),
        new(Faces.Emblem, null, 112, [Icons.Lock, Icons.Check, Icons.Cross, Icons.Clock]),
    ];

    /// <summary>The description of a face.</summary>
    public static FaceDescription Of(uint id) => Array.Find(s_all, face => face.Id == id) ?? throw new ArgumentOutOfRangeException(nameof(id));

    private static IEnumerable<uint> Range(uint first, uint last) => Enumerable.Range((int)first, (int)(last - first + 1)).Select(code => (uint)code);
}
