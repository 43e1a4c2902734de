using Redoubt.Drawing;

namespace Redoubt.Typeface;

/// <summary>Icons as outlines in a square of 24 by 24 (SVG path data), filled where they wind an odd number of times.</summary>
internal static class IconPaths
{
    private static readonly SortedDictionary<uint, string> s_paths = new()
    {
        [Icons.Phone] = "M8 1.5h8a2.5 2.5 0 0 1 2.5 2.5v16a2.5 2.5 0 0 1-2.5 2.5h-8a2.5 2.5 0 0 1-2.5-2.5v-16a2.5 2.5 0 0 1 2.5-2.5z"
            + "M8 3.5a.5.5 0 0 0-.5.5v16a.5.5 0 0 0 .5.5h8a.5.5 0 0 0 .5-.5v-16a.5.5 0 0 0-.5-.5z"
            + "M10.75 17.25h2.5a.75.75 0 0 1 0 1.5h-2.5a.75.75 0 0 1 0-1.5z",
        [Icons.Case] = "M9.5 2.5h5a2.5 2.5 0 0 1 2.5 2.5v1.5h2a2.5 2.5 0 0 1 2.5 2.5v9.5a2.5 2.5 0 0 1-2.5 2.5h-14a2.5 2.5 0 0 1-2.5-2.5v-9.5a2.5 2.5 0 0 1 2.5-2.5h2v-1.5a2.5 2.5 0 0 1 2.5-2.5z"
            + "M9.5 4.5a.5.5 0 0 0-.5.5v1.5h6v-1.5a.5.5 0 0 0-.5-.5z"
            + "M5 8.5a.5.5 0 0 0-.5.5v3h15v-3a.5.5 0 0 0-.5-.5z"
            + "M4.5 14v4.5a.5.5 0 0 0 .5.5h14a.5.5 0 0 0 .5-.5v-4.5h-5.5v1.5h-4v-1.5z",
        [Icons.Lock] = "M12 1.5a5 5 0 0 1 5 5v3h.5a2.5 2.5 0 0 1 2.5 2.5v8a2.5 2.5 0 0 1-2.5 2.5h-11a2.5 2.5 0 0 1-2.5-2.5v-8a2.5 2.5 0 0 1 2.5-2.5h.5v-3a5 5 0 0 1 5-5z"
            + "M12 3.7a2.8 2.8 0 0 0-2.8 2.8v3h5.6v-3a2.8 2.8 0 0 0-2.8-2.8z"
            + "M12 13.5a1.7 1.7 0 0 0-.8 3.2v1.8a.8.8 0 0 0 1.6 0v-1.8a1.7 1.7 0 0 0-.8-3.2z",
        [Icons.Next] = "M8.6 4.6a1.1 1.1 0 0 1 1.6 0l6.6 6.6a1.1 1.1 0 0 1 0 1.6l-6.6 6.6a1.1 1.1 0 0 1-1.6-1.6l5.8-5.8l-5.8-5.8a1.1 1.1 0 0 1 0-1.6z",
        [Icons.Backspace] = "M8.8 4.5h10.7a2.5 2.5 0 0 1 2.5 2.5v10a2.5 2.5 0 0 1-2.5 2.5h-10.7a2.5 2.5 0 0 1-1.9-.9l-4.9-5.8a1.25 1.25 0 0 1 0-1.6l4.9-5.8a2.5 2.5 0 0 1 1.9-.9z"
            + "M11.3 8.1a.95.95 0 0 0-1.3 1.3l2.6 2.6l-2.6 2.6a.95.95 0 0 0 1.3 1.3l2.6-2.6l2.6 2.6a.95.95 0 0 0 1.3-1.3l-2.6-2.6l2.6-2.6a.95.95 0 0 0-1.3-1.3l-2.6 2.6z",
        [Icons.Check] = "M20.3 5.7a1.2 1.2 0 0 1 0 1.7l-10.3 10.3a1.2 1.2 0 0 1-1.7 0l-4.6-4.6a1.2 1.2 0 0 1 1.7-1.7l3.75 3.75l9.45-9.45a1.2 1.2 0 0 1 1.7 0z",
        [Icons.Cross] = "M6.2 4.5l5.8 5.8l5.8-5.8a1.2 1.2 0 0 1 1.7 1.7l-5.8 5.8l5.8 5.8a1.2 1.2 0 0 1-1.7 1.7l-5.8-5.8l-5.8 5.8a1.2 1.2 0 0 1-1.7-1.7l5.8-5.8l-5.8-5.8a1.2 1.2 0 0 1 1.7-1.7z",
        [Icons.Clock] = "M12 1.5a10.5 10.5 0 1 1 0 21a10.5 10.5 0 0 1 0-21z"
            + "M12 3.7a8.3 8.3 0 1 0 0 16.6a8.3 8.3 0 0 0 0-16.6z"
            + "M12 6.4a1.1 1.1 0 0 1 1.1 1.1v4l2.8 2.8a1.1 1.1 0 0 1-1.6 1.6l-3.1-3.1a1.1 1.1 0 0 1-.3-.8v-4.5a1.1 1.1 0 0 1 1.1-1.1z",
    };

    /// <summary>Width and height of the square.</summary>
    public const float Square = 24;

    /// <summary>Codes in ascending order.</summary>
    public static IReadOnlyList<uint> Codes => [.. s_paths.Keys];

    /// <summary>The outline of an icon.</summary>
    public static string Of(uint code) => s_paths[code];
}
