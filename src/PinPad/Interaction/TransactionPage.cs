using System;
using System.Runtime.CompilerServices;
using Redoubt.Drawing;
using Redoubt.PinPad.Protocol;

namespace Redoubt.PinPad.Interaction;

/// <summary>What is to be confirmed, exactly as the bank sent it, the keypad, and the time that is left.</summary>
public static class TransactionPage
{
    private const int DotsTop = 566, LongestLine = PageLayout.Width - 2 * PageLayout.Margin, MostLines = 3;

    /// <summary>Paints what does not change. Anything but OK is what the bank is answered instead of asking the person.</summary>
    public static Outcome Paint(in Painter painter, ref readonly Transaction transaction)
    {
        painter.Clear();
        painter.WriteCentred(in painter.Caption, 120, "You pay"u8, Palette.Quiet);
        if (!TryPaintAmount(in painter, in transaction))
            return Outcome.MessageTooLong;
        painter.WriteCentred(in painter.Caption, 292, "to"u8, Palette.Quiet);
        Outcome name = PaintName(in painter, transaction.PayeeName, out int below);
        if (name != Outcome.Ok)
            return name;
        return TryPaintAccount(in painter, transaction.PayeeAccount, below) ? Outcome.Ok : Outcome.MessageTooLong;
    }

    /// <summary>Paints keys, dots and the seconds that are left.</summary>
    public static void Refresh(in Painter painter, in Entry entry, uint seconds)
    {
        Buffer room = default;
        Span<byte> text = room;
        int length = Decimal(text, seconds);
        " s"u8.CopyTo(text.Slice(length));
        text = text.Slice(0, length + 2);
        painter.Canvas.Fill(PageLayout.Width - PageLayout.Margin - 120, 24, 120, 48, Palette.Ground);
        painter.Canvas.Write(in painter.Strong, PageLayout.Width - PageLayout.Margin - painter.Strong.Measure(text), 60, text, seconds <= 10 ? Palette.Red : Palette.Quiet);
        painter.PaintKeys(in entry, Messages.LongestPin, DotsTop, "Confirm"u8);
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

    private static bool TryPaintAmount(in Painter painter, ref readonly Transaction transaction)
    {
        const int Space = 20;
        Buffer room = default;
        Span<byte> text = room;
        text = text.Slice(0, Amount(text, transaction.Amount, transaction.Decimals));
        int width = painter.Amount.Measure(text) + Space + painter.Title.Measure(transaction.Currency);
        int left = (PageLayout.Width - width) / 2;
        if (left < PageLayout.Margin / 2)
            return false;
        int end = painter.Canvas.Write(in painter.Amount, left, 222, text, Palette.Ink);
        painter.Canvas.Write(in painter.Title, end + Space, 222, transaction.Currency, Palette.Ink);
        return true;
    }

    // In as many lines as it needs, broken at spaces; never cut.
    private static Outcome PaintName(in Painter painter, ReadOnlySpan<byte> name, out int baseline)
    {
        baseline = 354;
        if (painter.Title.Measure(name) < 0)
            return Outcome.MissingGlyph;
        int start = 0, lines = 0;
        while (start < name.Length)
        {
            if (lines++ == MostLines)
                return Outcome.MessageTooLong;
            int end = EndOfLine(in painter.Title, name.Slice(start));
            if (end == 0)
                return Outcome.MessageTooLong;
            painter.WriteCentred(in painter.Title, baseline, name.Slice(start, end), Palette.Ink);
            baseline += painter.Title.LineHeight;
            start += end;
            while (start < name.Length && name[start] == ' ')
                start++;
        }

        return Outcome.Ok;
    }

    private static int EndOfLine(in Face face, ReadOnlySpan<byte> text)
    {
        if (face.Measure(text) <= LongestLine)
            return text.Length;
        int end = 0;
        for (int i = 1; i < text.Length; i++)
            if (text[i] == ' ' && face.Measure(text.Slice(0, i)) <= LongestLine)
                end = i;
        return end;
    }

    // Groups of four
    private static bool TryPaintAccount(in Painter painter, ReadOnlySpan<byte> account, int baseline)
    {
        Buffer room = default;
        Span<byte> text = room;
        int length = 0;
        for (int i = 0; i < account.Length; i++)
        {
            if (i > 0 && i % 4 == 0)
                text[length++] = (byte)' ';
            text[length++] = account[i];
        }

        text = text.Slice(0, length);
        bool large = painter.Text.Measure(text) <= LongestLine;
        if (!large && painter.Caption.Measure(text) > LongestLine)
            return false;
        if (large)
            painter.WriteCentred(in painter.Text, baseline, text, Palette.Quiet);
        else
            painter.WriteCentred(in painter.Caption, baseline, text, Palette.Quiet);
        return true;
    }

    private static int Decimal(Span<byte> output, uint value) => Amount(output, value, 0);

    [InlineArray(48)]
    private struct Buffer
    {
        private byte _first;
    }
}
