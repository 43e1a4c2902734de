using Redoubt.Abi;
using Redoubt.PinPad.Interaction;

namespace Redoubt.Systems;

/// <summary>The PIN pad's screen, as a person reads and touches it.</summary>
/// <param name="display">The display that it is on.</param>
public sealed class Keypad(Display display)
{
    private const int Strip = (int)Screen.StripHeight;

    // A row of pixels through the middle of the dots, and a point of a result's round picture, above its middle.
    private static readonly int s_dotsRow = Strip + PageLayout.Field.Y + (PageLayout.Field.Height / 2);
    private static readonly int s_emblemX = PageLayout.Width / 2, s_emblemY = Strip + PageLayout.Emblem.Y + 20;

    // A point of a button away from its words, and one away from all buttons.
    private const int Inside = 20;
    private const uint Aside = 20;

    /// <summary>Waits until there are keys.</summary>
    public void Await() => display.Await(IsThere, "the keypad");

    /// <summary>
    /// Waits until keys can be touched. A key that a finger holds looks so once there is input; nothing is typed if the finger leaves it before it goes up.
    /// </summary>
    public void AwaitInput()
    {
        (uint x, uint y) = Middle(5);
        Await();
        display.Insist(
            () => display.Finger(x, y, true),
            () =>
            {
                bool held = Colour(display.Look(), 5) == Palette.Held;
                display.Finger(Aside, Strip + Aside, true);
                display.Finger(Aside, Strip + Aside, false);
                return held;
            },
            "holding a key");
        Await();
    }

    /// <summary>A finger holds a key and goes up elsewhere, without a word of how it got there: nothing is typed.</summary>
    public void Slip()
    {
        (uint x, uint y) = Middle(5);
        display.Finger(x, y, true);
        display.Await(picture => Colour(picture, 5) == Palette.Held, "a key that is held");
        display.Finger(Aside, Strip + Aside, false);
        Await();
    }

    /// <summary>Types digits by touch, and touches a last thing.</summary>
    public void Type(string digits, int then)
    {
        AwaitInput();
        for (int i = 0; i < digits.Length; i++)
        {
            int typed = i + 1;
            Touch(digits[i] - '0');
            display.Await(picture => Dots(picture) == typed, "another dot");
        }

        Touch(then);
    }

    /// <summary>Touches a key or a button.</summary>
    public void Touch(int target)
    {
        (uint x, uint y) = Middle(target);
        display.Touch(x, y);
    }

    /// <summary>Waits for a result by the colour of its picture.</summary>
    public void AwaitResult(uint colour, string what) => display.Await(picture => IsResult(picture, colour), what);

    /// <summary>Whether a picture shows a result of that colour.</summary>
    public static bool IsResult(Picture picture, uint colour) => picture[s_emblemX, s_emblemY] == colour;

    /// <summary>Waits until all of the display is as a picture of the documentation shows it, pixel by pixel.</summary>
    public void AwaitPicture(string name) => AwaitPicture([name]);

    /// <summary>Waits until all of the display is as one of several pictures of the documentation shows it, pixel by pixel.</summary>
    /// <returns>Which.</returns>
    public string AwaitPicture(IReadOnlyCollection<string> names)
    {
        Dictionary<string, Picture> pictures = names.ToDictionary(name => name, name => Picture.ReadPng(Path.Combine(Tool.Workspace.Root, "docs", "images", "pinpad", name + ".png")));
        string? Which(Picture picture) => pictures.FirstOrDefault(wanted => picture.Rows(0, picture.Height).SequenceEqual(wanted.Value.Rows(0, wanted.Value.Height))).Key;
        return Which(display.Await(picture => Which(picture) is not null, $"what {string.Join(" or ", names)} shows"))!;
    }

    /// <summary>The colour that a picture shows of a key or a button.</summary>
    public static uint Colour(Picture picture, int target)
    {
        Area area = PageLayout.Of(target);
        return picture[area.X + Inside, Strip + area.Y + Inside];
    }

    /// <summary>Whether a picture has keys.</summary>
    public static bool IsThere(Picture picture) => Colour(picture, 5) == Palette.Key;

    /// <summary>How many digits a picture shows as typed.</summary>
    public static int Dots(Picture picture) =>
        Enumerable.Range(1, picture.Width - 1).Count(x => picture[x, s_dotsRow] == Palette.Ink && picture[x - 1, s_dotsRow] != Palette.Ink);

    private static (uint X, uint Y) Middle(int target)
    {
        Area area = PageLayout.Of(target);
        return ((uint)(area.X + (area.Width / 2)), (uint)(Strip + area.Y + (area.Height / 2)));
    }
}
