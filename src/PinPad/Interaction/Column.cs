using System;
using Redoubt.Drawing;

namespace Redoubt.PinPad.Interaction;

/// <summary>
/// Lines of text one below the other, each in the middle. Text is broken at spaces and never cut: what does not fit is not written. A column that does not paint
/// tells how high it would be.
/// </summary>
/// <param name="canvas">What is painted on.</param>
/// <param name="top">First row.</param>
/// <param name="paints">Whether it paints.</param>
public struct Column(Canvas canvas, int top, bool paints)
{
    private const int Across = PageLayout.LongestLine;

    /// <summary>The row below all that is there.</summary>
    public int Bottom { get; private set; } = top;

    /// <summary>Leaves rows empty.</summary>
    public void Skip(int rows) => Bottom += rows;

    /// <summary>A text in as few lines as it needs; false if one of its words is longer than a line, or it needs more lines.</summary>
    public bool TryWrite(in Face face, ReadOnlySpan<byte> text, uint colour, int mostLines)
    {
        int lines = 0;
        for (int start = 0; start < text.Length; lines++)
        {
            int length = LengthOfLine(in face, text.Slice(start));
            if (length == 0 || lines == mostLines)
                return false;
            Bottom += lines == 0 ? face.CapHeight : face.LineHeight;
            if (paints)
                canvas.Write(in face, Left(face.Measure(text.Slice(start, length))), Bottom, text.Slice(start, length), colour);
            start += length;
            while (start < text.Length && text[start] == ' ')
                start++;
        }

        return true;
    }

    /// <summary>A number and what it is of, in a line that may reach a little into the margins; false if that is longer.</summary>
    public bool TryWrite(in Face face, ReadOnlySpan<byte> number, in Face unitFace, ReadOnlySpan<byte> unit, uint colour)
    {
        int space = face.CapHeight * 3 / 10, width = face.Measure(number) + space + unitFace.Measure(unit);
        if (width > Across + PageLayout.Margin)
            return false;
        Bottom += face.CapHeight;
        if (paints)
        {
            int end = canvas.Write(in face, Left(width), Bottom, number, colour);
            canvas.Write(in unitFace, end + space, Bottom, unit, colour);
        }

        return true;
    }

    private static int Left(int width) => (PageLayout.Width - width) / 2;

    // Of the words that fit in a line; 0 if the first does not.
    private static int LengthOfLine(in Face face, ReadOnlySpan<byte> text)
    {
        if (face.Measure(text) <= Across)
            return text.Length;
        int length = 0;
        for (int i = 1; i < text.Length; i++)
            if (text[i] == ' ' && face.Measure(text.Slice(0, i)) <= Across)
                length = i;
        return length;
    }
}
