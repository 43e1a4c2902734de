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

    /// <summary>From the edge of the surface to everything on it.</summary>
    public const int Margin = 44;

    /// <summary>Targets: digits 0 to 9 by their value, and these.</summary>
    public const int Backspace = 10, Cancel = 11, Confirm = 12, TargetCount = 13;

    /// <summary>No target.</summary>
    public const int Nothing = -1;

    private const int Gap = 20, KeyHeight = 116, KeyTop = 640, ButtonHeight = 120, ButtonTop = KeyTop + 4 * (KeyHeight + Gap) + Gap;

    /// <summary>Where a target is.</summary>
    public static Area Of(int target) => target switch
    {
        0 => Key(3, 1),
        Backspace => Key(3, 2),
        Cancel => Button(0),
        Confirm => Button(1),
        _ => Key((target - 1) / 3, (target - 1) % 3),
    };

    /// <summary>The target at a point, or <see cref="Nothing"/>.</summary>
    public static int At(int x, int y)
    {
        for (int target = 0; target < TargetCount; target++)
            if (Of(target).Has(x, y))
                return target;
        return Nothing;
    }

    private static Area Key(int row, int column)
    {
        const int KeyWidth = (Width - 2 * Margin - 2 * Gap) / 3;
        return new Area(Margin + column * (KeyWidth + Gap), KeyTop + row * (KeyHeight + Gap), KeyWidth, KeyHeight);
    }

    private static Area Button(int column)
    {
        const int ButtonWidth = (Width - 2 * Margin - Gap) / 2;
        return new Area(Margin + column * (ButtonWidth + Gap), ButtonTop, ButtonWidth, ButtonHeight);
    }
}
