using System.Runtime.CompilerServices;

namespace System.Runtime.InteropServices;

/// <summary>C# calls these where an inline array becomes a span.</summary>
public static class MemoryMarshal
{
    public static Span<T> CreateSpan<T>(scoped ref T reference, int length) =>
        new(ref Unsafe.AsRef(in reference), length);

    public static ReadOnlySpan<T> CreateReadOnlySpan<T>(scoped ref readonly T reference, int length) =>
        new(ref Unsafe.AsRef(in reference), length);
}
