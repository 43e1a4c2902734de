namespace Redoubt.Console;

/// <summary>
/// How a character looks, packed into a word; 0 is the terminal's default. Foreground in bits 4:0 and background in bits 9:5: 0 the
/// default, 1 to 8 the colours, 9 to 16 the bright ones. Then one bit for each attribute.
/// </summary>
public static class Style
{
    /// <summary>The terminal's default.</summary>
    public const uint Plain = 0;

    /// <summary>Attributes, each beside its number in SGR (ECMA-48, 8.3.117).</summary>
    public const uint Bold = 1 << 10, Faint = 1 << 11, Italic = 1 << 12, Underlined = 1 << 13, Reversed = 1 << 14;

    private const uint Foreground = 0x1f, Background = 0x1f << BackgroundShift;
    private const int BackgroundShift = 5;

    /// <summary>Most bytes that a change of style takes: "ESC[0;1;2;3;4;7;97;107m".</summary>
    public const int LongestChange = 22;

    /// <summary>A style that is only a colour, 0 to 7 as in SGR 30 to 37.</summary>
    public static uint Colour(int colour) => (uint)colour + 1;

    /// <summary>The foreground's SGR parameter, or 0 for the default.</summary>
    public static uint ForegroundCode(uint style) => Code(style & Foreground, 30);

    /// <summary>The background's SGR parameter, or 0 for the default.</summary>
    public static uint BackgroundCode(uint style) => Code((style & Background) >> BackgroundShift, 40);

    /// <summary>The style after an SGR parameter; parameters without an effect here change nothing.</summary>
    public static uint Apply(uint style, uint parameter) => parameter switch
    {
        0 => Plain,
        1 => style | Bold,
        2 => style | Faint,
        3 => style | Italic,
        4 => style | Underlined,
        7 => style | Reversed,
        22 => style & ~(Bold | Faint),
        23 => style & ~Italic,
        24 => style & ~Underlined,
        27 => style & ~Reversed,
        >= 30 and <= 37 => WithForeground(style, parameter - 30),
        39 => style & ~Foreground,
        >= 40 and <= 47 => WithBackground(style, parameter - 40),
        49 => style & ~Background,
        >= 90 and <= 97 => WithForeground(style, parameter - 90 + 8),
        >= 100 and <= 107 => WithBackground(style, parameter - 100 + 8),
        _ => style,
    };

    private static uint Code(uint colour, uint first) => colour switch
    {
        0 => 0,
        <= 8 => first + colour - 1,
        _ => first + 60 + colour - 9,
    };

    private static uint WithForeground(uint style, uint colour) => (style & ~Foreground) | (colour + 1);

    private static uint WithBackground(uint style, uint colour) => (style & ~Background) | ((colour + 1) << BackgroundShift);
}
