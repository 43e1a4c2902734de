using System;

namespace Redoubt.Drawing;

/// <summary>
/// Memory with pixels of 32 bits, <c>0x00RRGGBB</c>, rows without a gap. What would lie outside is not drawn. Integers only: services have no
/// floating point.
/// </summary>
public unsafe struct Canvas(ulong address, int width, int height)
{
    // Steps in a pixel, each way, by which the edge of a rounding is measured.
    private const int Steps = 8;

    private readonly uint* _pixels = (uint*)address;

    /// <summary>Pixels.</summary>
    public readonly int Width => width;

    /// <summary>Pixels.</summary>
    public readonly int Height => height;

    /// <summary>Fills a rectangle.</summary>
    public readonly void Fill(int x, int y, int columns, int rows, uint colour)
    {
        int left = Math.Max(x, 0), right = Math.Min(x + columns, width), bottom = Math.Min(y + rows, height);
        for (int row = Math.Max(y, 0); row < bottom; row++)
        {
            uint* at = _pixels + (long)row * width;
            for (int column = left; column < right; column++)
                at[column] = colour;
        }
    }

    /// <summary>Fills a rectangle whose corners are rounded; the radius is at most half of its shorter side.</summary>
    public readonly void FillRounded(int x, int y, int columns, int rows, int radius, uint colour)
    {
        Fill(x + radius, y, columns - 2 * radius, rows, colour);
        Fill(x, y + radius, radius, rows - 2 * radius, colour);
        Fill(x + columns - radius, y + radius, radius, rows - 2 * radius, colour);
        for (int down = 0; down < radius; down++)
        {
            for (int across = 0; across < radius; across++)
            {
                uint coverage = CornerCoverage(radius - across, radius - down, radius);
                Blend(x + across, y + down, colour, coverage);
                Blend(x + columns - 1 - across, y + down, colour, coverage);
                Blend(x + across, y + rows - 1 - down, colour, coverage);
                Blend(x + columns - 1 - across, y + rows - 1 - down, colour, coverage);
            }
        }
    }

    /// <summary>Writes a text from a pen position on its baseline. Returns where the pen ends; -1 if the text has something that can't be drawn.</summary>
    public readonly int Write(in Face face, int x, int baseline, ReadOnlySpan<byte> text, uint colour)
    {
        int advance = 0;
        for (int at = 0; at < text.Length;)
        {
            if (!Utf8.TryRead(text, ref at, out uint code) || !face.TryFind(code, out Glyph* glyph))
                return -1;
            Draw(in face, glyph, x + Face.Pixels(advance), baseline, colour);
            advance += glyph->Advance;
        }

        return x + Face.Pixels(advance);
    }

    /// <summary>Draws one character or icon at a pen position. False if the face has not got it.</summary>
    public readonly bool TryDraw(in Face face, uint code, int x, int baseline, uint colour)
    {
        if (!face.TryFind(code, out Glyph* glyph))
            return false;
        Draw(in face, glyph, x, baseline, colour);
        return true;
    }

    /// <summary>The pixel at a place inside.</summary>
    public readonly uint this[int x, int y] => _pixels[(long)y * width + x];

    private readonly void Draw(in Face face, Glyph* glyph, int x, int baseline, uint colour)
    {
        byte* coverage = face.Picture(glyph);
        for (int row = 0; row < glyph->Height; row++)
        {
            for (int column = 0; column < glyph->Width; column++)
                Blend(x + glyph->Left + column, baseline - glyph->Top + row, colour, *coverage++);
        }
    }

    /// <summary>Mixes a colour into a pixel, covered from 0 to 255.</summary>
    private readonly void Blend(int x, int y, uint colour, uint coverage)
    {
        if (coverage == 0 || (uint)x >= (uint)width || (uint)y >= (uint)height)
            return;
        uint* pixel = _pixels + (long)y * width + x;
        *pixel = coverage == byte.MaxValue ? colour : Mix(*pixel, colour, coverage);
    }

    /// <summary>A colour between two: of the second so many 255ths.</summary>
    public static uint Mix(uint one, uint other, uint part)
    {
        uint mixed = 0;
        for (int shift = 0; shift < 24; shift += 8)
        {
            uint from = one >> shift & 0xff, to = other >> shift & 0xff;
            mixed |= (from * (byte.MaxValue - part) + to * part + byte.MaxValue / 2) / byte.MaxValue << shift;
        }

        return mixed;
    }

    // How much of a pixel lies in a circle: its far corner is so many pixels from the centre, each way. 0 to 255.
    private static uint CornerCoverage(int across, int down, int radius)
    {
        int limit = 4 * Steps * Steps * radius * radius, inside = 0;
        for (int i = 1; i < 2 * Steps; i += 2)
        {
            for (int j = 1; j < 2 * Steps; j += 2)
            {
                int dx = 2 * Steps * across - i, dy = 2 * Steps * down - j;
                inside += dx * dx + dy * dy <= limit ? 1 : 0;
            }
        }

        return (uint)(inside * byte.MaxValue / (Steps * Steps));
    }
}
