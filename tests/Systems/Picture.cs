using System.Text;
using SkiaSharp;

namespace Redoubt.Systems;

/// <summary>What a display showed: pixels as <c>0x00RRGGBB</c>.</summary>
public sealed class Picture
{
    private readonly byte[] _bytes;
    private readonly int _start;

    private Picture(byte[] bytes, int start, int width, int height) => (_bytes, _start, Width, Height) = (bytes, start, width, height);

    /// <summary>Pixels.</summary>
    public int Width { get; }

    /// <summary>Pixels.</summary>
    public int Height { get; }

    /// <summary>A pixel.</summary>
    public uint this[int x, int y]
    {
        get
        {
            int at = _start + 3 * (y * Width + x);
            return (uint)(_bytes[at] << 16 | _bytes[at + 1] << 8 | _bytes[at + 2]);
        }
    }

    /// <summary>Bytes of so many rows from one on.</summary>
    public ReadOnlySpan<byte> Rows(int first, int count) => _bytes.AsSpan(_start + 3 * Width * first, 3 * Width * count);

    /// <summary>Whether a row has pixels of more than one colour.</summary>
    public bool IsMixed(int row) => Enumerable.Range(1, Width - 1).Any(x => this[x, row] != this[0, row]);

    /// <summary>Reads a file in the format PPM (Netpbm, "P6"): width, height and greatest value as text, then three bytes for each pixel.</summary>
    public static Picture Read(string path)
    {
        byte[] bytes = File.ReadAllBytes(path);
        int at = 0;
        string[] head = [.. Enumerable.Range(0, 4).Select(_ => Word(bytes, ref at))];
        return head is ["P6", var width, var height, "255"]
            ? new Picture(bytes, at, int.Parse(width), int.Parse(height))
            : throw new InvalidDataException($"{path} is no PPM of 8 bits");
    }

    /// <summary>Reads a file in the format PNG.</summary>
    public static Picture ReadPng(string path)
    {
        using SKBitmap bitmap = SKBitmap.Decode(path) ?? throw new InvalidDataException($"{path} is no picture");
        return new Picture([.. bitmap.Pixels.SelectMany(pixel => new[] { pixel.Red, pixel.Green, pixel.Blue })], 0, bitmap.Width, bitmap.Height);
    }

    /// <summary>Writes a file in the format PNG.</summary>
    /// <param name="path">The file.</param>
    /// <param name="rows">How many rows from the first on; all if it isn't said.</param>
    public void WritePng(string path, int? rows = null)
    {
        using SKBitmap bitmap = new(Width, rows ?? Height, SKColorType.Bgra8888, SKAlphaType.Opaque);
        for (int y = 0; y < bitmap.Height; y++)
        {
            for (int x = 0; x < Width; x++)
                bitmap.SetPixel(x, y, new SKColor(this[x, y] | 0xff00_0000));
        }

        using SKData data = bitmap.Encode(SKEncodedImageFormat.Png, 100);
        File.WriteAllBytes(path, data.ToArray());
    }

    private static string Word(byte[] bytes, ref int at)
    {
        int start = at;
        while (!char.IsWhiteSpace((char)bytes[at]))
            at++;
        return Encoding.ASCII.GetString(bytes, start, at++ - start);
    }
}
