using System.Runtime;
using System.Runtime.CompilerServices;

namespace Redoubt.PinPad.Tls;

/// <summary>What BearSSL asks of a C library. It has no file, no clock and no heap: what would need one fails.</summary>
internal static unsafe class CRuntime
{
    private static int s_error;

    [RuntimeImport("*", "__stack_chk_guard"), MethodImpl(MethodImplOptions.InternalCall)]
    private static extern void StackGuard();

    /// <summary>Sets what the library's functions look for below their return addresses. None of them may be active.</summary>
    public static void SetStackGuard(ulong value) => *(ulong*)(void*)(delegate*<void>)&StackGuard = value;

    // These three every partition's program has.
    [RuntimeImport("*", "memcpy"), MethodImpl(MethodImplOptions.InternalCall)]
    private static extern byte* Copy(byte* to, byte* from, ulong size);

    [RuntimeImport("*", "memmove"), MethodImpl(MethodImplOptions.InternalCall)]
    private static extern byte* Move(byte* to, byte* from, ulong size);

    [RuntimeImport("*", "memset"), MethodImpl(MethodImplOptions.InternalCall)]
    private static extern byte* Set(byte* to, int value, ulong size);

    [RuntimeExport("memcmp")]
    private static int Compare(byte* a, byte* b, ulong size)
    {
        for (ulong i = 0; i < size; i++)
            if (a[i] != b[i])
                return a[i] - b[i];
        return 0;
    }

    [RuntimeExport("strlen")]
    private static ulong Length(byte* text)
    {
        ulong length = 0;
        while (text[length] != 0)
            length++;
        return length;
    }

    [RuntimeExport("__memcpy_chk")]
    private static byte* CheckedCopy(byte* to, byte* from, ulong size, ulong room)
    {
        Check(size, room);
        return Copy(to, from, size);
    }

    [RuntimeExport("__memmove_chk")]
    private static byte* CheckedMove(byte* to, byte* from, ulong size, ulong room)
    {
        Check(size, room);
        return Move(to, from, size);
    }

    [RuntimeExport("__memset_chk")]
    private static byte* CheckedSet(byte* to, int value, ulong size, ulong room)
    {
        Check(size, room);
        return Set(to, value, size);
    }

    [RuntimeExport("open")]
    private static int Open() => -1;

    [RuntimeExport("read")]
    private static long Read() => -1;

    [RuntimeExport("close")]
    private static int Close() => -1;

    [RuntimeExport("time")]
    private static long Time() => -1;

    [RuntimeExport("__errno_location")]
    private static int* Error()
    {
        fixed (int* error = &s_error)
            return error;
    }

    private static void Check(ulong size, ulong room)
    {
        if (size > room)
            Partition.Panic.Stop("a library writes beyond its memory"u8);
    }
}
