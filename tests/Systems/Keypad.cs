using Redoubt.Abi;
using Redoubt.PinPad.Interaction;

namespace Redoubt.Systems;

/// <summary>The PIN pad's screen, as a person reads and touches it.</summary>
/// <param name="display">The display that it is on.</param>
public sealed class Keypad(Display display)
{
    private const int Strip = (int)Screen.StripHeight;

    // A row of pixels through the middle of the dots, and a point of a result's round picture.
    private const int DotsRow = Strip + 579, PictureX = 360, PictureY = Strip + 320;

    /// <summary>Waits until there are keys.</summary>
    public void Await() => display.Await(IsThere, "the keypad");

    /// <summary>Types digits by touch, and touches a last thing.</summary>
    public void Type(string digits, int then)
    {
        Await();
        display.Insist(() => Touch(digits[0] - '0'), () => Dots(display.Look()) > 0, "the first touch");
        while (Dots(display.Look()) > 1)
            Touch(PageLayout.Backspace);
        for (int i = 1; i < digits.Length; i++)
        {
            int typed = i;
            Touch(digits[i] - '0');
            display.Await(picture => Dots(picture) > typed, "another dot");
        }

        Touch(then);
    }

    /// <summary>Touches a key or a button.</summary>
    public void Touch(int target)
    {
        Area area = PageLayout.Of(target);
        display.Touch((uint)(area.X + (area.Width / 2)), (uint)(Strip + area.Y + (area.Height / 2)));
    }

    /// <summary>Waits for a result by the colour of its picture.</summary>
    public void AwaitResult(uint colour, string what) => display.Await(picture => picture[PictureX, PictureY] == colour, what);

    /// <summary>Whether a picture has keys.</summary>
    public static bool IsThere(Picture picture)
    {
        Area five = PageLayout.Of(5);
        return picture[five.X + 20, Strip + five.Y + 20] == Palette.Key;
    }

    /// <summary>How many digits a picture shows as typed.</summary>
    public static int Dots(Picture picture) =>
        Enumerable.Range(1, picture.Width - 1).Count(x => picture[x, DotsRow] == Palette.Ink && picture[x - 1, DotsRow] != Palette.Ink);
}
