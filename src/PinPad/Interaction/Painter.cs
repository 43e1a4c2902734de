using System;
using Redoubt.Drawing;

namespace Redoubt.PinPad.Interaction;

/// <summary>The surface, with the faces that are used on it, and how things look that are on several pages.</summary>
public ref struct Painter
{
    private const int Radius = 24, Edge = 2, DotRadius = 13, DotPitch = 52;

    /// <summary>The pixels.</summary>
    public Canvas Canvas;

    /// <summary>Letters in the size that the person has chosen, and in the ordinary one.</summary>
    public Lettering Letters, Ordinary;

    private Face _icon, _emblem;
    private bool _large;

    /// <summary>Takes a surface; false if the atlas has not got all faces.</summary>
    /// <param name="surface">Its address: pixels of the size that <see cref="PageLayout"/> is for.</param>
    /// <param name="atlas">Address of the atlas.</param>
    /// <param name="large">Whether letters are large.</param>
    /// <param name="painter">Paints there.</param>
    public static bool TryOpen(ulong surface, ulong atlas, bool large, out Painter painter)
    {
        painter.Canvas = new Canvas(surface, PageLayout.Width, PageLayout.Height);
        painter._large = large;
        return Lettering.TryOpen(atlas, large, out painter.Letters) & Lettering.TryOpen(atlas, large: false, out painter.Ordinary)
            & Face.TryOpen(atlas, Faces.LargeIcon, out painter._icon) & Face.TryOpen(atlas, Faces.Emblem, out painter._emblem);
    }

    /// <summary>An empty page.</summary>
    public readonly void Clear() => Canvas.Fill(0, 0, PageLayout.Width, PageLayout.Height, Palette.Ground);

    /// <summary>The keypad, and a line of dots for the digits that are there.</summary>
    /// <param name="entry">The digits, and what a finger lies on.</param>
    /// <param name="places">Number of digits, if it is known: places of dots that are missing.</param>
    /// <param name="hint">What to type, in the place of dots.</param>
    /// <param name="confirm">What confirming is called.</param>
    public readonly void PaintKeys(in Entry entry, int places, ReadOnlySpan<byte> hint, ReadOnlySpan<byte> confirm)
    {
        PaintDots(entry.Count, places, hint);
        for (int target = 0; target <= 9; target++)
            PaintKey(target, entry.Pressed == target);
        Area back = PageLayout.Of(PageLayout.Backspace);
        FillKey(in back, entry.Pressed == PageLayout.Backspace);
        Centre(in _icon, Icons.Backspace, in back, Palette.Ink);
        PaintButton(PageLayout.Cancel, "Cancel"u8, Palette.Red, Palette.White, entry.Pressed);
        PaintButton(PageLayout.Confirm, confirm, entry.IsComplete ? Palette.Green : Palette.Idle, entry.IsComplete ? Palette.White : Palette.Quiet, entry.Pressed);
        PaintTextSize(entry.Pressed);
    }

    /// <summary>A button.</summary>
    public readonly void PaintButton(int target, ReadOnlySpan<byte> text, uint ground, uint ink, int pressed)
    {
        Area area = PageLayout.Of(target);
        Fill(in area, Radius, pressed == target ? Canvas.Mix(ground, Palette.Ink, 80) : ground);
        Centre(in Letters.Strong, text, in area, ink);
    }

    /// <summary>What makes letters large, and small again: dark while they are large.</summary>
    public readonly void PaintTextSize(int pressed)
    {
        Area area = PageLayout.Of(PageLayout.TextSize);
        if (_large)
            Fill(in area, area.Height / 2, Palette.Ink);
        else
            FillEdged(in area, area.Height / 2, pressed == PageLayout.TextSize ? Palette.Held : Palette.Key);
        uint ink = _large ? Palette.White : Palette.Ink;
        int width = Ordinary.Caption.Measure("A"u8) + Ordinary.Title.Measure("A"u8), baseline = area.Y + (area.Height + Ordinary.Title.CapHeight) / 2;
        int end = Canvas.Write(in Ordinary.Caption, area.X + (area.Width - width) / 2, baseline, "A"u8, ink);
        Canvas.Write(in Ordinary.Title, end, baseline, "A"u8, ink);
    }

    /// <summary>The round picture of a page without keys.</summary>
    public readonly void PaintEmblem(uint icon, uint colour)
    {
        Area area = PageLayout.Emblem;
        Canvas.FillRounded(area.X, area.Y, area.Width, area.Height, area.Width / 2, colour);
        Centre(in _emblem, icon, in area, Palette.White);
    }

    private readonly void PaintDots(int count, int places, ReadOnlySpan<byte> hint)
    {
        Area field = PageLayout.Field;
        FillEdged(in field, Radius, Palette.Key);
        if (count == 0)
        {
            Centre(in Letters.Caption, hint, in field, Palette.Quiet);
            return;
        }

        int shown = Math.Max(count, places), left = PageLayout.Width / 2 - (shown - 1) * DotPitch / 2 - DotRadius, top = field.Y + field.Height / 2 - DotRadius;
        for (int i = 0; i < shown; i++)
            Canvas.FillRounded(left + i * DotPitch, top, 2 * DotRadius, 2 * DotRadius, DotRadius, i < count ? Palette.Ink : Palette.Edge);
    }

    private readonly void PaintKey(int digit, bool held)
    {
        Area area = PageLayout.Of(digit);
        FillKey(in area, held);
        Centre(in Letters.Key, "0123456789"u8.Slice(digit, 1), in area, Palette.Ink);
    }

    private readonly void FillKey(in Area area, bool held) => FillEdged(in area, Radius, held ? Palette.Held : Palette.Key);

    private readonly void FillEdged(in Area area, int radius, uint colour)
    {
        Fill(in area, radius, Palette.Edge);
        Canvas.FillRounded(area.X + Edge, area.Y + Edge, area.Width - 2 * Edge, area.Height - 2 * Edge, radius - Edge, colour);
    }

    // The corners first: what is there would shine through their edges.
    private readonly void Fill(in Area area, int radius, uint colour)
    {
        for (int corner = 0; corner < 4; corner++)
            Canvas.Fill(area.X + (corner & 1) * (area.Width - radius), area.Y + (corner >> 1) * (area.Height - radius), radius, radius, Palette.Ground);
        Canvas.FillRounded(area.X, area.Y, area.Width, area.Height, radius, colour);
    }

    private readonly void Centre(in Face face, ReadOnlySpan<byte> text, in Area area, uint ink) =>
        Canvas.Write(in face, area.X + (area.Width - face.Measure(text)) / 2, area.Y + (area.Height + face.CapHeight) / 2, text, ink);

    // Icons are squares.
    private readonly void Centre(in Face face, uint icon, in Area area, uint ink) =>
        Canvas.TryDraw(in face, icon, area.X + (area.Width - face.CapHeight) / 2, area.Y + (area.Height + face.CapHeight) / 2, ink);
}
