using System.Runtime.CompilerServices;

namespace System;

/// <summary>
/// What ILC calls to copy and zero structs too large for code in line. Programs that forbid vector registers may not use these
/// either: such a loop shall be seen in their source.
/// </summary>
internal static class SpanHelpers
{
    // Ascending is enough: struct copies overlap only when they are the same struct.
    public static void Memmove(ref byte destination, ref byte source, nuint length)
    {
        for (nint i = 0; i < (nint)length; i++)
            Unsafe.Add(ref destination, i) = Unsafe.Add(ref source, i);
    }

    public static void ClearWithoutReferences(ref byte destination, nuint length)
    {
        for (nint i = 0; i < (nint)length; i++)
            Unsafe.Add(ref destination, i) = 0;
    }

    public static void Fill(ref byte destination, byte value, nuint length)
    {
        for (nint i = 0; i < (nint)length; i++)
            Unsafe.Add(ref destination, i) = value;
    }
}
