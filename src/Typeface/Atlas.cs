using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Redoubt.Drawing;
using SkiaSharp;

namespace Redoubt.Typeface;

/// <summary>
/// Draws letters and icons as pictures of coverage: outlines without hints, by Skia's exact coverage of each pixel, without correction for contrast. The same
/// input gives the same bytes.
/// </summary>
public static class Atlas
{
    private const float AdvanceUnits = 64;

    /// <summary>An atlas (<see cref="AtlasHeader"/>) with these <see cref="Faces"/>.</summary>
    public static byte[] Make(IEnumerable<uint> faces)
    {
        List<Drawn> drawn = [.. faces.Order().Distinct().Select(id => Draw(FaceDescription.Of(id)))];
        uint glyphs = (uint)(Unsafe.SizeOf<AtlasHeader>() + drawn.Count * Unsafe.SizeOf<AtlasFace>());
        uint picture = glyphs + (uint)(drawn.Sum(face => face.Glyphs.Count) * Unsafe.SizeOf<Glyph>());
        using MemoryStream heads = new(), bodies = new(), pictures = new();
        Write(heads, new AtlasHeader { Magic = AtlasHeader.MagicValue, FaceCount = (uint)drawn.Count });
        foreach (Drawn face in drawn)
        {
            Write(heads, face.Face with { GlyphCount = (uint)face.Glyphs.Count, Glyphs = glyphs + (uint)bodies.Length });
            foreach ((Glyph glyph, byte[] coverage) in face.Glyphs)
            {
                Write(bodies, glyph with { Picture = picture + (uint)pictures.Length });
                pictures.Write(coverage);
            }
        }

        return [.. heads.ToArray(), .. bodies.ToArray(), .. pictures.ToArray()];
    }

    private static Drawn Draw(FaceDescription description)
    {
        if (description.Font is null)
        {
            AtlasFace square = new() { Id = description.Id, CapHeight = (int)description.Size, LineHeight = (int)description.Size };
            return new Drawn(square, [.. description.Codes.Select(code => DrawIcon(code, description.Size))]);
        }

        using Stream file = typeof(Atlas).Assembly.GetManifestResourceStream(description.Font)!;
        using SKTypeface typeface = SKTypeface.FromStream(file);
        using SKFont font = new(typeface, description.Size) { Hinting = SKFontHinting.None, Subpixel = true, LinearMetrics = true };
        SKFontMetrics metrics = font.Metrics;
        AtlasFace face = new()
        {
            Id = description.Id,
            CapHeight = (int)MathF.Round(metrics.CapHeight),
            LineHeight = (int)MathF.Ceiling(metrics.Descent - metrics.Ascent),
        };
        return new Drawn(face, [.. description.Codes.Select(code => DrawLetter(code, font))]);
    }

    private static (Glyph, byte[]) DrawLetter(uint code, SKFont font)
    {
        ushort[] glyph = [font.GetGlyph((int)code)];
        if (glyph[0] == 0)
            throw new InvalidDataException($"{font.Typeface.FamilyName} has no U+{code:X4}");
        using SKPath outline = font.GetGlyphPath(glyph[0]) ?? new SKPath();
        return Fill(code, outline, font.GetGlyphWidths(glyph)[0]);
    }

    private static (Glyph, byte[]) DrawIcon(uint code, float size)
    {
        using SKPath outline = SKPath.ParseSvgPathData(IconPaths.Of(code));
        outline.FillType = SKPathFillType.EvenOdd;
        outline.Transform(SKMatrix.CreateTranslation(0, -IconPaths.Square).PostConcat(SKMatrix.CreateScale(size / IconPaths.Square, size / IconPaths.Square)));
        return Fill(code, outline, size);
    }

    /// <summary>Fills an outline whose origin is the pen on the baseline, y down.</summary>
    private static (Glyph, byte[]) Fill(uint code, SKPath outline, float advance)
    {
        SKRect bounds = outline.TightBounds;
        SKRectI box = bounds.IsEmpty ? SKRectI.Empty : SKRectI.Ceiling(bounds, outwards: true);
        Glyph glyph = new()
        {
            Code = code,
            Left = box.Left,
            Top = -box.Top,
            Width = box.Width,
            Height = box.Height,
            Advance = (int)MathF.Round(advance * AdvanceUnits),
        };
        byte[] coverage = new byte[box.Width * box.Height];
        if (coverage.Length == 0)
            return (glyph, coverage);
        using SKBitmap bitmap = new(new SKImageInfo(box.Width, box.Height, SKColorType.Alpha8));
        bitmap.Erase(SKColors.Transparent);
        using SKCanvas canvas = new(bitmap);
        using SKPaint paint = new() { IsAntialias = true, Color = SKColors.White };
        canvas.Translate(-box.Left, -box.Top);
        canvas.DrawPath(outline, paint);
        canvas.Flush();
        ReadOnlySpan<byte> pixels = bitmap.GetPixelSpan();
        for (int row = 0; row < box.Height; row++)
            pixels.Slice(row * bitmap.RowBytes, box.Width).CopyTo(coverage.AsSpan(row * box.Width));
        return (glyph, coverage);
    }

    private static void Write<T>(Stream stream, T value)
        where T : unmanaged => stream.Write(MemoryMarshal.AsBytes(new ReadOnlySpan<T>(in value)));

    private sealed record Drawn(AtlasFace Face, IReadOnlyList<(Glyph Glyph, byte[] Coverage)> Glyphs);
}
