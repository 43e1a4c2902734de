using System;
using Redoubt.Drawing;

namespace Redoubt.Ui;

/// <summary>The strip of one screen: a colour and an icon that tell at a glance what kind it is, and the words of the system description.</summary>
public static class Strip
{
    private const uint White = 0xff_ffff, Muted = 0xd3_dbe6, EntryColour = 0x00_5c37, EntryLine = 0x4a_de80;
    private const int Margin = 28, Badge = 64, Gap = 20, LineHeight = 3;

    /// <summary>Paints it.</summary>
    /// <param name="canvas">The strip's memory.</param>
    /// <param name="atlas">Address of an atlas with the faces Caption, Strong and Icon.</param>
    /// <param name="title">The words, in UTF-8.</param>
    /// <param name="place">Number among the screens that are no entries, for a colour of its own; -1 for an entry.</param>
    /// <param name="next">Words of the screen to which a touch leads; none if there is no other.</param>
    /// <returns>Whether all of it could be written.</returns>
    public static bool TryPaint(in Canvas canvas, ulong atlas, ReadOnlySpan<byte> title, int place, ReadOnlySpan<byte> next)
    {
        if (!Face.TryOpen(atlas, Faces.Caption, out Face caption) || !Face.TryOpen(atlas, Faces.Strong, out Face strong)
            || !Face.TryOpen(atlas, Faces.Icon, out Face icon))
        {
            return false;
        }

        bool isEntry = place < 0;
        uint line = isEntry ? EntryLine : Line(place);
        canvas.Fill(0, 0, canvas.Width, canvas.Height, isEntry ? EntryColour : Colour(place));
        canvas.Fill(0, canvas.Height - LineHeight, canvas.Width, LineHeight, line);

        int top = (canvas.Height - LineHeight - Badge) / 2, iconTop = (Badge - icon.CapHeight) / 2;
        canvas.FillRounded(Margin, top, Badge, Badge, Badge / 4, line);
        uint picture = isEntry ? Icons.Lock : place == 0 ? Icons.Phone : Icons.Case;
        if (!canvas.TryDraw(in icon, picture, Margin + iconTop, top + iconTop + icon.CapHeight, isEntry ? EntryColour : Colour(place)))
            return false;
        int end = canvas.Write(in strong, Margin + Badge + Gap, Baseline(in canvas, in strong), title, White);
        return end >= 0 && end <= canvas.Width && (next.IsEmpty || TryPaintNext(in canvas, in caption, in icon, end, next));
    }

    // At the right, if there is room.
    private static bool TryPaintNext(in Canvas canvas, in Face caption, in Face icon, int end, ReadOnlySpan<byte> next)
    {
        int width = caption.Measure(next), left = canvas.Width - Margin - icon.CapHeight - width;
        if (width < 0 || left < end + Gap)
            return width >= 0;
        canvas.Write(in caption, left, Baseline(in canvas, in caption), next, Muted);
        return canvas.TryDraw(in icon, Icons.Next, left + width, (canvas.Height - LineHeight + icon.CapHeight) / 2, Muted);
    }

    private static int Baseline(in Canvas canvas, in Face face) => (canvas.Height - LineHeight + face.CapHeight) / 2;

    // None of them near to that of an entry.
    private static uint Colour(int place) => (place % 3) switch { 0 => 0x1b_2636, 1 => 0x2f_2150, _ => 0x3d_2a0f };

    private static uint Line(int place) => (place % 3) switch { 0 => 0x7d_b7ff, 1 => 0xc4_a8ff, _ => 0xff_c861 };
}
