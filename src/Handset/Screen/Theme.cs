using SkiaSharp;

namespace Redoubt.Handset.Screen;

/// <summary>How the phone looks. Sizes are in points: a screen is 360 of them wide.</summary>
public static class Theme
{
    /// <summary>Width of a screen in points.</summary>
    public const float Width = 360;

    public static readonly SKColor Ink = new(0x12, 0x1a, 0x2c), Muted = new(0x68, 0x74, 0x8c), Paper = new(0xf4, 0xf6, 0xfb), Card = SKColors.White,
        Accent = new(0x1f, 0x5e, 0xff), Good = new(0x12, 0x8a, 0x5b), Bad = new(0xc4, 0x30, 0x3c), Line = new(0xe2, 0xe7, 0xf0);

    private static readonly SKTypeface s_regular = Face("Inter-Regular"), s_strong = Face("Inter-SemiBold"), s_large = Face("InterDisplay-SemiBold");

    /// <summary>The font of running text.</summary>
    public static SKFont Plain(float size) => Font(s_regular, size);

    /// <summary>The font of what stands out.</summary>
    public static SKFont Strong(float size) => Font(s_strong, size);

    /// <summary>The font of what is large.</summary>
    public static SKFont Large(float size) => Font(s_large, size);

    private static SKFont Font(SKTypeface face, float size) => new(face, size) { Subpixel = true, Edging = SKFontEdging.Antialias };

    private static SKTypeface Face(string name) => SKTypeface.FromStream(typeof(Theme).Assembly.GetManifestResourceStream(name));
}
