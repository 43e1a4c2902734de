using System.Globalization;
using SkiaSharp;

namespace Redoubt.Handset.Screen;

/// <summary>A Linux frame buffer, as the kernel's driver for <c>simple-framebuffer</c> shows it: 32 bits a pixel.</summary>
public sealed class Framebuffer : IDisposable
{
    private const int BitsOfPixel = 32;
    private readonly FileStream _device;
    private readonly byte[] _line;
    private readonly int _stride;

    /// <summary>Opens it.</summary>
    /// <param name="name">Its name, such as <c>fb0</c>.</param>
    /// <exception cref="IOException">There is none, or it has another format.</exception>
    public Framebuffer(string name)
    {
        int[] size = [.. Attribute(name, "virtual_size").Split(',').Select(Number)];
        if (Number(Attribute(name, "bits_per_pixel")) != BitsOfPixel)
            throw new IOException($"{name} has not {BitsOfPixel} bits a pixel");
        _stride = Number(Attribute(name, "stride"));
        Bitmap = new SKBitmap(new SKImageInfo(size[0], size[1], SKColorType.Bgra8888, SKAlphaType.Opaque));
        _line = new byte[_stride * size[1]];
        _device = new FileStream($"/dev/{name}", FileMode.Open, FileAccess.Write, FileShare.ReadWrite, 0);
    }

    /// <summary>What is drawn on; it is seen after <see cref="Show"/>.</summary>
    public SKBitmap Bitmap { get; }

    /// <summary>Brings what was drawn to the screen.</summary>
    public void Show()
    {
        ReadOnlySpan<byte> pixels = Bitmap.GetPixelSpan();
        for (int y = 0; y < Bitmap.Height; y++)
            pixels.Slice(y * Bitmap.RowBytes, Bitmap.Width * 4).CopyTo(_line.AsSpan(y * _stride));
        _device.Position = 0;
        _device.Write(_line);
    }

    public void Dispose()
    {
        _device.Dispose();
        Bitmap.Dispose();
    }

    private static string Attribute(string name, string attribute) => File.ReadAllText($"/sys/class/graphics/{name}/{attribute}").Trim();

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
