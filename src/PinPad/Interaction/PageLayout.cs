namespace Redoubt.PinPad.Interaction;

/// <summary>A rectangle in pixels of the surface.</summary>
public readonly struct Area(int x, int y, int width, int height)
{
    public int X => x;

    public int Y => y;

    public int Width => width;

    public int Height => height;

    /// <summary>Whether a point lies in it.</summary>
    public bool Has(int atX, int atY) => atX >= x && atX < x + width && atY >= y && atY < y + height;
}

/// <summary>Where on the surface things are. Targets are far larger than the 44 pixels that a finger needs.</summary>
public static class PageLayout
{
    /// <summary>The surface that all this is for.</summary>
    public const int Width = 720, Height = 1344;

    /// <summary>From the edge of the surface to everything on it, and how long a line of text is at most.</summary>
    public const int Margin = 40, LongestLine = Width - 2 * Margin;

    /// <summary>Rows between which the words of a page with keys stand.</summary>
    public const int WordsTop = 100, WordsBottom = 540;

    /// <summary>Targets: digits 0 to 9 by their value, and these. <see cref="Close"/> lies where Cancel and Confirm do, on pages without them.</summary>
    public const int Backspace = 10, Cancel = 11, Confirm = 12, TextSize = 13, Close = 14, TargetCount = 15;

    /// <summary>Pages by their targets, one bit for each: what takes digits, what asks whether to go on, and what is only to be read.</summary>
    public const uint Keys = (1 << Close) - 1, Choice = 1 << Cancel | 1 << Confirm | 1 << TextSize, Notice = 1 << Close | 1 << TextSize;

    /// <summary>No target.</summary>
    public const int Nothing = -1;

    private const int Gap = 20, KeyTop = 648, KeyHeight = 112, ButtonHeight = 116, ButtonTop = Height - Margin - ButtonHeight;

    /// <summary>Where the seconds are that are left.</summary>
    public static Area Time => new(Width - Margin - 200, 20, 200, 64);

    /// <summary>Where a dot is for each digit.</summary>
    public static Area Field => new(Margin, 552, LongestLine, 72);

    /// <summary>The round picture of a page without keys.</summary>
    public static Area Emblem => new((Width - 184) / 2, 340, 184, 184);

    /// <summary>Where a target is.</summary>
    public static Area Of(int target) => target switch
    {
        0 => Key(3, 1),
        Backspace => Key(3, 2),
        Cancel => Button(0, 2),
        Confirm => Button(1, 2),
        Close => Button(0, 1),
        TextSize => new Area(Margin, 20, 96, 64),
        _ => Key((target - 1) / 3, (target - 1) % 3),
    };

    /// <summary>The target of a page at a point, or <see cref="Nothing"/>.</summary>
    public static int At(int x, int y, uint targets)
    {
        for (int target = 0; target < TargetCount; target++)
            if ((targets >> target & 1) != 0 && Of(target).Has(x, y))
                return target;
        return Nothing;
    }

    private static Area Key(int row, int column)
    {
        const int KeyWidth = (LongestLine - 2 * Gap) / 3;
        return new Area(Margin + column * (KeyWidth + Gap), KeyTop + row * (KeyHeight + Gap), KeyWidth, KeyHeight);
    }

    private static Area Button(int column, int columns)
    {
        int width = (LongestLine - (columns - 1) * Gap) / columns;
        return new Area(Margin + column * (width + Gap), ButtonTop, width, ButtonHeight);
    }
}
