using System.Runtime.InteropServices;

namespace Redoubt.Monitor.Tests;

/// <summary>Memory, zeroed, between pages that nobody may touch: an access outside ends the process.</summary>
internal sealed unsafe partial class FencedMemory : IDisposable
{
    private const int Page = 4096;

    // mmap(2), mprotect(2)
    private const int NoAccess = 0, ReadAndWrite = 3, PrivateAnonymous = 0x22;

    private readonly byte* _mapped;
    private readonly nuint _mappedSize;

    /// <summary>Maps so many bytes, a multiple of 4 KiB.</summary>
    internal FencedMemory(int size)
    {
        _mappedSize = (nuint)size + 2 * Page;
        _mapped = mmap(null, _mappedSize, NoAccess, PrivateAnonymous, -1, 0);
        Assert.NotEqual(-1, (nint)_mapped);
        Assert.Equal(0, mprotect(_mapped + Page, (nuint)size, ReadAndWrite));
        Size = size;
    }

    internal int Size { get; }

    internal ulong Address => (ulong)_mapped + Page;

    internal Span<byte> Bytes(ulong offset, int length) => new Span<byte>(_mapped + Page, Size).Slice((int)offset, length);

    internal ref ulong Word(ulong offset) => ref *(ulong*)(_mapped + Page + offset);

    public void Dispose() => _ = munmap(_mapped, _mappedSize);

    [LibraryImport("libc")]
    private static partial byte* mmap(void* address, nuint length, int protection, int flags, int file, nint offset);

    [LibraryImport("libc")]
    private static partial int mprotect(void* address, nuint length, int protection);

    [LibraryImport("libc")]
    private static partial int munmap(void* address, nuint length);
}
