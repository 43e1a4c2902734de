using System;
using Redoubt.Drawing;

namespace Redoubt.PinPad.Interaction;

/// <summary>The surface, with the faces that are used on it, and how things look that are on several pages.</summary>
public ref struct Painter
{
    private const int Radius = 24, DotRadius = 13;

    public Canvas Canvas;
    public Face Caption, Text, Strong, Title, Key, Amount, LargeIcon;

    /// <summary>Takes a surface; false if the atlas has not got all faces.</summary>
    /// <param name="surface">Its address: pixels of the size that <see cref="PageLayout"/> is for.</param>
    /// <param name="atlas">Address of the atlas.</param>
    /// <param name="painter">Paints there.</param>
    public static bool TryOpen(ulong surface, ulong atlas, out Painter painter)
    {
        painter.Canvas = new Canvas(surface, PageLayout.Width, PageLayout.Height);
        return Face.TryOpen(atlas, Faces.Caption, out painter.Caption) & Face.TryOpen(atlas, Faces.Text, out painter.Text) & Face.TryOpen(atlas, Faces.Strong, out painter.Strong)
            & Face.TryOpen(atlas, Faces.Title, out painter.Title) & Face.TryOpen(atlas, Faces.Key, out painter.Key) & Face.TryOpen(atlas, Faces.Amount, out painter.Amount)
            & Face.TryOpen(atlas, Faces.LargeIcon, out painter.LargeIcon);
    }

    /// <summary>An empty page.</summary>
    public readonly void Clear() => Canvas.Fill(0, 0, PageLayout.Width, PageLayout.Height, Palette.Ground);

    /// <summary>Text in the middle of a line.</summary>
    public readonly void WriteCentred(in Face face, int baseline, ReadOnlySpan<byte> text, uint colour) =>
        Canvas.Write(in face, (PageLayout.Width - face.Measure(text)) / 2, baseline, text, colour);

    /// <summary>The keypad, and a line of dots for the digits that are there.</summary>
    public readonly void PaintKeys(in Entry entry, int dots, int dotsTop, ReadOnlySpan<byte> confirm)
    {
        Canvas.Fill(0, dotsTop, PageLayout.Width, 2 * DotRadius, Palette.Ground);
        int pitch = Math.Min(56, (PageLayout.Width - 2 * PageLayout.Margin) / dots), left = (PageLayout.Width - pitch * dots) / 2 + pitch / 2 - DotRadius;
        for (int i = 0; i < dots; i++)
            Canvas.FillRounded(left + i * pitch, dotsTop, 2 * DotRadius, 2 * DotRadius, DotRadius, i < entry.Count ? Palette.Ink : Palette.Line);

        for (int target = 0; target <= 9; target++)
            PaintKey(target, entry.Pressed == target);
        Area back = PageLayout.Of(PageLayout.Backspace);
        FillKey(in back, entry.Pressed == PageLayout.Backspace ? Palette.Held : Palette.Key);
        Canvas.TryDraw(in LargeIcon, Icons.Backspace, back.X + (back.Width - LargeIcon.CapHeight) / 2, back.Y + (back.Height + LargeIcon.CapHeight) / 2, Palette.Ink);
        PaintButton(PageLayout.Cancel, "Cancel"u8, Palette.Red, Palette.White, entry.Pressed == PageLayout.Cancel);
        PaintButton(PageLayout.Confirm, confirm, entry.IsComplete ? Palette.Green : Palette.Idle, entry.IsComplete ? Palette.White : Palette.Quiet, entry.Pressed == PageLayout.Confirm);
    }

    /// <summary>A button.</summary>
    public readonly void PaintButton(int target, ReadOnlySpan<byte> text, uint ground, uint ink, bool held)
    {
        Area area = PageLayout.Of(target);
        FillKey(in area, held ? Canvas.Mix(ground, Palette.Ink, 80) : ground);
        Canvas.Write(in Strong, area.X + (area.Width - Strong.Measure(text)) / 2, area.Y + (area.Height + Strong.CapHeight) / 2, text, ink);
    }

    private readonly void PaintKey(int digit, bool held)
    {
        Area area = PageLayout.Of(digit);
        ReadOnlySpan<byte> text = "0123456789"u8.Slice(digit, 1);
        FillKey(in area, held ? Palette.Held : Palette.Key);
        Canvas.Write(in Key, area.X + (area.Width - Key.Measure(text)) / 2, area.Y + (area.Height + Key.CapHeight) / 2, text, Palette.Ink);
    }

    // The corners first: what is there would shine through their edges.
    private readonly void FillKey(in Area area, uint colour)
    {
        for (int corner = 0; corner < 4; corner++)
            Canvas.Fill(area.X + (corner & 1) * (area.Width - Radius), area.Y + (corner >> 1) * (area.Height - Radius), Radius, Radius, Palette.Ground);
        Canvas.FillRounded(area.X, area.Y, area.Width, area.Height, Radius, colour);
    }
}
