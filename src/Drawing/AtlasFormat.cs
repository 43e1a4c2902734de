using System.Runtime.InteropServices;

namespace Redoubt.Drawing;

/// <summary>The beginning of an atlas: letters as pictures, in faces. All numbers are little-endian; offsets count from the atlas's beginning.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct AtlasHeader
{
    /// <summary>Value of <see cref="Magic"/>: "RDGL".</summary>
    public const uint MagicValue = 0x4c47_4452;

    public uint Magic;

    /// <summary>Number of <see cref="AtlasFace"/>s, which follow.</summary>
    public uint FaceCount;
}

/// <summary>A typeface in one size.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct AtlasFace
{
    /// <summary>One of <see cref="Faces"/>.</summary>
    public uint Id;

    /// <summary>Pixels from the baseline up to the top of capital letters, and from one baseline to the next.</summary>
    public int CapHeight, LineHeight;

    /// <summary>Number and offset of its <see cref="Glyph"/>s, in the order of their codes.</summary>
    public uint GlyphCount, Glyphs;
}

/// <summary>A letter.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct Glyph
{
    /// <summary>Unicode code point.</summary>
    public uint Code;

    /// <summary>Where its picture begins: pixels to the right of the pen, and up from the baseline to its first row.</summary>
    public int Left, Top;

    /// <summary>Size of the picture in pixels.</summary>
    public int Width, Height;

    /// <summary>How far the pen moves on, in 1/64 pixel.</summary>
    public int Advance;

    /// <summary>Offset of the picture: one byte for each pixel, how much of it is covered, 0 to 255; rows without a gap.</summary>
    public uint Picture;
}
