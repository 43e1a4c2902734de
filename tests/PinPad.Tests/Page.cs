using System.Runtime.InteropServices;
using System.Text;
using Redoubt.Abi;
using Redoubt.Drawing;
using Redoubt.PinPad.Interaction;
using Redoubt.Ui;
using SkiaSharp;

namespace Redoubt.PinPad.Tests;

/// <summary>A display in memory: the strip, and the surface below it.</summary>
internal sealed unsafe class Page : IDisposable
{
    private const int StripSize = PageLayout.Width * (int)Screen.StripHeight;

    private static readonly Lazy<ulong> s_atlas = new(() =>
    {
        byte[] atlas = Redoubt.Typeface.Atlas.Make(Enumerable.Range((int)Faces.Caption, (int)Faces.Emblem).Select(face => (uint)face));
        void* memory = NativeMemory.AlignedAlloc((nuint)atlas.Length, 8);
        atlas.CopyTo(new Span<byte>(memory, atlas.Length));
        return (ulong)memory;
    });

    private readonly uint* _pixels = (uint*)NativeMemory.AllocZeroed(StripSize + PageLayout.Width * PageLayout.Height, sizeof(uint));

    private uint* Surface => _pixels + StripSize;

    /// <summary>What paints on the surface.</summary>
    public Painter Paint(bool large)
    {
        Assert.True(Painter.TryOpen((ulong)Surface, s_atlas.Value, large, out Painter painter));
        return painter;
    }

    /// <summary>Paints the strip of a secure entry.</summary>
    public void PaintStrip(string words)
    {
        Canvas canvas = new((ulong)_pixels, PageLayout.Width, (int)Screen.StripHeight);
        Assert.True(Strip.TryPaint(in canvas, s_atlas.Value, Encoding.UTF8.GetBytes(words), -1, default));
    }

    /// <summary>Whether nothing is at the left and right edges.</summary>
    public bool IsMarginEmpty() => Enumerable.Range(0, PageLayout.Height).All(y => IsGround(y, 0, 20) && IsGround(y, PageLayout.Width - 20, 20));

    /// <summary>Whether nothing is in some rows.</summary>
    public bool IsEmpty(int from, int to) => Enumerable.Range(from, to - from).All(y => IsGround(y, 0, PageLayout.Width));

    /// <summary>All of the display as a picture.</summary>
    public SKBitmap ToBitmap()
    {
        SKBitmap bitmap = new(new SKImageInfo(PageLayout.Width, PageLayout.Height + (int)Screen.StripHeight, SKColorType.Bgra8888, SKAlphaType.Opaque));
        uint* to = (uint*)bitmap.GetPixels();
        for (int i = 0; i < bitmap.Width * bitmap.Height; i++)
            to[i] = _pixels[i] | 0xff00_0000;
        return bitmap;
    }

    /// <inheritdoc/>
    public void Dispose() => NativeMemory.Free(_pixels);

    private bool IsGround(int row, int from, int count) => new Span<uint>(Surface + row * PageLayout.Width + from, count).IndexOfAnyExcept(Palette.Ground) < 0;
}
