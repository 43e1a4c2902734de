using System;
using Redoubt.Drawing;
using Redoubt.PinPad.Protocol;

namespace Redoubt.PinPad.Interaction;

/// <summary>Pages that say something in a few words.</summary>
public static class MessagePage
{
    private const int MostLines = 3;

    /// <summary>Waiting for the bank.</summary>
    public static void PaintWait(in Painter painter, ReadOnlySpan<byte> bank)
    {
        painter.Clear();
        painter.PaintEmblem(Icons.Clock, Palette.Quiet);
        Column column = BelowEmblem(in painter, "One moment"u8);
        column.TryWrite(in painter.Letters.Text, "Waiting for"u8, Palette.Quiet, 1);
        column.Skip(painter.Letters.Text.CapHeight);
        WriteName(ref column, in painter, in painter.Letters.Strong, bank);
    }

    /// <summary>The one-time code of an enrolment.</summary>
    public static void PaintCode(in Painter painter, in Entry entry, ReadOnlySpan<byte> bank)
    {
        painter.Clear();
        const int Room = PageLayout.WordsBottom - PageLayout.WordsTop;
        Column measured = new(painter.Canvas, 0, paints: false);
        ComposeCode(ref measured, in painter, bank);
        Column column = new(painter.Canvas, PageLayout.WordsTop + (Room - measured.Bottom) / 2, paints: true);
        ComposeCode(ref column, in painter, bank);
        RefreshCode(in painter, in entry);
    }

    /// <summary>The digits of the code.</summary>
    public static void RefreshCode(in Painter painter, in Entry entry) => painter.PaintKeys(in entry, Messages.CodeSize, "Ten digits"u8, "Link"u8);

    /// <summary>How something ended.</summary>
    /// <param name="painter">Paints.</param>
    /// <param name="result">What came of it.</param>
    /// <param name="attemptsLeft">After a wrong PIN: 1 to 4.</param>
    /// <param name="retry">Whether it can be tried again.</param>
    /// <param name="pressed">The target that a finger lies on.</param>
    public static void PaintResult(in Painter painter, Result result, int attemptsLeft, bool retry, int pressed)
    {
        painter.Clear();
        painter.PaintEmblem(Results.Icon(result), Results.IsGood(result) ? Palette.Green : Palette.Red);
        Column column = BelowEmblem(in painter, Results.Title(result));
        column.TryWrite(in painter.Letters.Text, Results.Words(result), Palette.Quiet, MostLines);
        column.Skip(painter.Letters.Text.LineHeight);
        column.TryWrite(in painter.Letters.Strong, Results.Consequence(result, attemptsLeft), Palette.Ink, 1);
        painter.PaintTextSize(pressed);
        if (retry)
        {
            painter.PaintButton(PageLayout.Cancel, "Close"u8, Palette.Idle, Palette.Ink, pressed);
            painter.PaintButton(PageLayout.Confirm, "Try again"u8, Palette.Green, Palette.White, pressed);
        }
        else
        {
            painter.PaintButton(PageLayout.Close, "Close"u8, Palette.Green, Palette.White, pressed);
        }
    }

    private static void ComposeCode(ref Column column, in Painter painter, ReadOnlySpan<byte> bank)
    {
        ref readonly Lettering letters = ref painter.Letters;
        column.TryWrite(in letters.Caption, "Link this phone to your account at"u8, Palette.Quiet, 2);
        column.Skip(letters.Title.CapHeight);
        WriteName(ref column, in painter, in letters.Title, bank);
        column.Skip(2 * letters.Title.CapHeight);
        column.TryWrite(in letters.Text, "Type the code of ten digits"u8, Palette.Ink, 1);
        column.Skip(letters.Text.LineHeight - letters.Text.CapHeight);
        column.TryWrite(in letters.Text, "from the letter of your bank"u8, Palette.Ink, 1);
    }

    private static Column BelowEmblem(in Painter painter, ReadOnlySpan<byte> title)
    {
        Column column = new(painter.Canvas, PageLayout.Emblem.Y + PageLayout.Emblem.Height, paints: true);
        column.Skip(56);
        column.TryWrite(in painter.Letters.Title, title, Palette.Ink, 1);
        column.Skip(40);
        return column;
    }

    // However wide its letters are, a bank's name is there.
    private static void WriteName(ref Column column, in Painter painter, in Face face, ReadOnlySpan<byte> bank)
    {
        if (!column.TryWrite(in face, bank, Palette.Ink, 1))
            column.TryWrite(in painter.Ordinary.Caption, bank, Palette.Ink, 1);
    }
}
