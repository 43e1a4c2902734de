using System;
using System.Runtime.CompilerServices;
using Redoubt.Drawing;
using Redoubt.PinPad.Protocol;

namespace Redoubt.PinPad.Interaction;

/// <summary>What is to be confirmed, exactly as the bank sent it, the keypad, and the time that is left.</summary>
public static class TransactionPage
{
    private const int MostLines = 3, Group = 4;

    // Rows between lines, in quarters of a payee's capital letters.
    private const int Spacious = 5, Dense = 3;

    /// <summary>
    /// Paints what does not change. Anything but OK is what the bank is answered instead of asking the person. What does not fit in large letters is shown in
    /// the ordinary ones, so that the size of letters never decides on what can be paid.
    /// </summary>
    public static Outcome Paint(in Painter painter, ref readonly Transaction transaction)
    {
        Outcome outcome = Paint(in painter, in painter.Letters, Spacious, in transaction);
        if (outcome == Outcome.MessageTooLong)
            outcome = Paint(in painter, in painter.Letters, Dense, in transaction);
        return outcome == Outcome.MessageTooLong ? Paint(in painter, in painter.Ordinary, Dense, in transaction) : outcome;
    }

    /// <summary>Paints keys, dots and the seconds that are left.</summary>
    public static void Refresh(in Painter painter, in Entry entry, uint seconds)
    {
        Buffer room = default;
        Span<byte> text = room;
        int length = Amount(text, seconds, 0);
        " s"u8.CopyTo(text.Slice(length));
        text = text.Slice(0, length + 2);
        Area area = PageLayout.Time;
        Face face = painter.Letters.Strong;
        painter.Canvas.Fill(area.X, area.Y, area.Width, area.Height, Palette.Ground);
        painter.Canvas.Write(in face, area.X + area.Width - face.Measure(text), area.Y + (area.Height + face.CapHeight) / 2, text, seconds <= 10 ? Palette.Red : Palette.Quiet);
        painter.PaintKeys(in entry, 0, "Type your PIN"u8, "Confirm"u8);
    }

    /// <summary>Writes an amount as people do: <c>1'234.50</c>; returns its length.</summary>
    public static int Amount(Span<byte> output, ulong amount, int decimals)
    {
        Buffer room = default;
        Span<byte> digits = room;
        int count = 0;
        for (; amount != 0 || count <= decimals; amount /= 10)
            digits[count++] = (byte)('0' + amount % 10);
        int length = 0;
        for (int i = count - 1; i >= 0; i--)
        {
            output[length++] = digits[i];
            if (i == decimals && i > 0)
                output[length++] = (byte)'.';
            else if (i > decimals && (i - decimals) % 3 == 0)
                output[length++] = (byte)'\'';
        }

        return length;
    }

    private static Outcome Paint(in Painter painter, in Lettering letters, int spacing, ref readonly Transaction transaction)
    {
        if (letters.Title.Measure(transaction.PayeeName) < 0)
            return Outcome.MissingGlyph;
        Column measured = new(painter.Canvas, 0, paints: false);
        const int Room = PageLayout.WordsBottom - PageLayout.WordsTop;
        if (!TryCompose(ref measured, in painter, in letters, spacing, in transaction) || measured.Bottom > Room)
            return Outcome.MessageTooLong;
        painter.Clear();
        Column column = new(painter.Canvas, PageLayout.WordsTop + (Room - measured.Bottom) / 2, paints: true);
        return TryCompose(ref column, in painter, in letters, spacing, in transaction) ? Outcome.Ok : Outcome.SystemError;
    }

    private static bool TryCompose(ref Column column, in Painter painter, in Lettering letters, int spacing, ref readonly Transaction transaction)
    {
        Buffer room = default;
        Span<byte> text = room;
        int near = letters.Title.CapHeight * spacing / 4, far = near * 3 / 2;
        column.TryWrite(in letters.Caption, "You pay"u8, Palette.Quiet, 1);
        column.Skip(near);
        text = text.Slice(0, Amount(text, transaction.Amount, transaction.Decimals));
        if (!column.TryWrite(in letters.Amount, text, in letters.Title, transaction.Currency, Palette.Ink)
            && !column.TryWrite(in painter.Ordinary.Amount, text, in letters.Title, transaction.Currency, Palette.Ink))
        {
            return false;
        }

        column.Skip(far);
        column.TryWrite(in letters.Caption, "to"u8, Palette.Quiet, 1);
        column.Skip(near);
        if (!column.TryWrite(in letters.Title, transaction.PayeeName, Palette.Ink, MostLines))
            return false;
        column.Skip(near);
        return TryWriteAccount(ref column, in letters.Text, transaction.PayeeAccount);
    }

    // Groups of four, in one line or in two of the same length.
    private static bool TryWriteAccount(ref Column column, in Face face, ReadOnlySpan<byte> account)
    {
        Buffer room = default;
        Span<byte> text = room;
        int length = 0;
        for (int i = 0; i < account.Length; i++)
        {
            if (i > 0 && i % Group == 0)
                text[length++] = (byte)' ';
            text[length++] = account[i];
        }

        text = text.Slice(0, length);
        if (face.Measure(text) <= PageLayout.LongestLine)
            return column.TryWrite(in face, text, Palette.Quiet, 1);
        int groups = (account.Length + Group - 1) / Group, half = (groups + 1) / 2 * (Group + 1);
        if (!column.TryWrite(in face, text.Slice(0, half - 1), Palette.Quiet, 1))
            return false;
        column.Skip(face.LineHeight - face.CapHeight);
        return column.TryWrite(in face, text.Slice(half), Palette.Quiet, 1);
    }

    [InlineArray(48)]
    private struct Buffer
    {
        private byte _first;
    }
}
