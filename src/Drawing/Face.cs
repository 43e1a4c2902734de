using System;

namespace Redoubt.Drawing;

/// <summary>A face of an atlas that is trusted: part of the program that draws.</summary>
public unsafe struct Face
{
    private const int AdvanceUnits = 64;

    private ulong _atlas;
    private AtlasFace* _face;

    /// <summary>Takes a face; false if the atlas has not got it.</summary>
    public static bool TryOpen(ulong atlas, uint id, out Face face)
    {
        AtlasHeader* header = (AtlasHeader*)atlas;
        face._atlas = atlas;
        face._face = (AtlasFace*)(header + 1);
        if (header->Magic != AtlasHeader.MagicValue)
            return false;
        for (uint left = header->FaceCount; left != 0; left--, face._face++)
        {
            if (face._face->Id == id)
                return true;
        }

        return false;
    }

    /// <summary>Pixels from the baseline to the top of capital letters.</summary>
    public readonly int CapHeight => _face->CapHeight;

    /// <summary>Pixels from one baseline to the next.</summary>
    public readonly int LineHeight => _face->LineHeight;

    /// <summary>Finds a letter.</summary>
    public readonly bool TryFind(uint code, out Glyph* glyph)
    {
        glyph = (Glyph*)(_atlas + _face->Glyphs);
        uint low = 0, high = _face->GlyphCount;
        while (low < high)
        {
            uint middle = (low + high) / 2;
            if (glyph[middle].Code == code)
            {
                glyph += middle;
                return true;
            }

            if (glyph[middle].Code < code)
                low = middle + 1;
            else
                high = middle;
        }

        return false;
    }

    /// <summary>The picture of a letter: one byte of coverage for each pixel.</summary>
    public readonly byte* Picture(Glyph* glyph) => (byte*)(_atlas + glyph->Picture);

    /// <summary>Width of a text in pixels; -1 if it is not UTF-8, or has a letter that the face has not.</summary>
    public readonly int Measure(ReadOnlySpan<byte> text)
    {
        int advance = 0;
        for (int at = 0; at < text.Length;)
        {
            if (!Utf8.TryRead(text, ref at, out uint code) || !TryFind(code, out Glyph* glyph))
                return -1;
            advance += glyph->Advance;
        }

        return Pixels(advance);
    }

    /// <summary>Pixels of an advance, to the nearest.</summary>
    public static int Pixels(int advance) => (advance + AdvanceUnits / 2) / AdvanceUnits;
}
