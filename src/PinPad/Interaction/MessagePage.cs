using System;
using Redoubt.Drawing;

namespace Redoubt.PinPad.Interaction;

/// <summary>Pages that say something in a few words.</summary>
public static class MessagePage
{
    /// <summary>Waiting for the bank.</summary>
    public static void PaintWait(in Painter painter, ReadOnlySpan<byte> bank)
    {
        painter.Clear();
        Picture(in painter, Icons.Clock, Palette.Quiet);
        painter.WriteCentred(in painter.Title, 560, "One moment"u8, Palette.Ink);
        painter.WriteCentred(in painter.Text, 630, "Asking"u8, Palette.Quiet);
        painter.WriteCentred(in painter.Strong, 680, bank, Palette.Ink);
    }

    /// <summary>The one-time code of an enrolment.</summary>
    public static void PaintCode(in Painter painter, in Entry entry, ReadOnlySpan<byte> bank)
    {
        painter.Clear();
        painter.WriteCentred(in painter.Caption, 150, "Link this phone to your account at"u8, Palette.Quiet);
        painter.WriteCentred(in painter.Title, 226, bank, Palette.Ink);
        painter.WriteCentred(in painter.Text, 400, "Type the code of ten digits"u8, Palette.Ink);
        painter.WriteCentred(in painter.Text, 450, "from the letter of your bank"u8, Palette.Ink);
        RefreshCode(in painter, in entry);
    }

    /// <summary>The digits of the code.</summary>
    public static void RefreshCode(in Painter painter, in Entry entry) => painter.PaintKeys(in entry, Protocol.Messages.CodeSize, 566, "Link"u8);

    /// <summary>How something ended.</summary>
    /// <param name="painter">Paints.</param>
    /// <param name="good">Whether it is what the person wanted.</param>
    /// <param name="title">The result.</param>
    /// <param name="more">One line more.</param>
    /// <param name="retry">Whether it can be tried again.</param>
    /// <param name="pressed">The target that a finger lies on.</param>
    public static void PaintResult(in Painter painter, bool good, ReadOnlySpan<byte> title, ReadOnlySpan<byte> more, bool retry, int pressed)
    {
        painter.Clear();
        Picture(in painter, good ? Icons.Check : Icons.Cross, good ? Palette.Green : Palette.Red);
        painter.WriteCentred(in painter.Title, 560, title, Palette.Ink);
        painter.WriteCentred(in painter.Text, 640, more, Palette.Quiet);
        painter.PaintButton(PageLayout.Cancel, "Close"u8, retry ? Palette.Idle : Palette.Green, retry ? Palette.Ink : Palette.White, pressed == PageLayout.Cancel);
        if (retry)
            painter.PaintButton(PageLayout.Confirm, "Try again"u8, Palette.Green, Palette.White, pressed == PageLayout.Confirm);
    }

    private static void Picture(in Painter painter, uint icon, uint colour)
    {
        const int Size = 176, Top = 300;
        painter.Canvas.FillRounded((PageLayout.Width - Size) / 2, Top, Size, Size, Size / 2, colour);
        painter.Canvas.TryDraw(in painter.LargeIcon, icon, (PageLayout.Width - painter.LargeIcon.CapHeight) / 2, Top + (Size + painter.LargeIcon.CapHeight) / 2, Palette.White);
    }
}
