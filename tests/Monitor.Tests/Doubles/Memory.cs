using System.Threading;

namespace Redoubt.Partition;

internal static unsafe class Memory
{
    internal static void Copy(ulong to, ulong from, ulong size) => new Span<byte>((void*)from, (int)size).CopyTo(new((void*)to, (int)size));

    internal static void Fill(ulong to, ulong value, ulong size) => new Span<byte>((void*)to, (int)size).Fill((byte)value);

    internal static void Clean(ulong address, ulong size)
    {
    }

    internal static void Barrier() => Interlocked.MemoryBarrier();
}
