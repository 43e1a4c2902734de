using System.Runtime.InteropServices;
using Redoubt.Drawing;

namespace Redoubt.Ui.Tests;

/// <summary>Pixels to draw on, between two fences that show whether somebody drew past them.</summary>
internal sealed unsafe class Sheet : IDisposable
{
    public const uint Background = 0x12_3456;
    private const uint Fence = 0xdead_beef;
    private const int FencePixels = 4096;

    private readonly uint* _memory;

    public Sheet(int width, int height)
    {
        (Width, Height) = (width, height);
        int count = width * height + 2 * FencePixels;
        _memory = (uint*)NativeMemory.Alloc((nuint)count, sizeof(uint));
        new Span<uint>(_memory, count).Fill(Fence);
        Pixels.Fill(Background);
    }

    public int Width { get; }

    public int Height { get; }

    public Canvas Canvas => new((ulong)(_memory + FencePixels), Width, Height);

    public Span<uint> Pixels => new(_memory + FencePixels, Width * Height);

    public uint this[int x, int y] => Pixels[y * Width + x];

    public bool IsWhole => new Span<uint>(_memory, FencePixels).IndexOfAnyExcept(Fence) < 0
        && new Span<uint>(_memory + FencePixels + Width * Height, FencePixels).IndexOfAnyExcept(Fence) < 0;

    public void Dispose() => NativeMemory.Free(_memory);
}
