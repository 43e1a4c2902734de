using System;

namespace Redoubt.Loader;

/// <summary>What the boot loader says in the devicetree's /chosen node.</summary>
public static class Chosen
{
    /// <summary>The entropy for this boot, in place; empty if there is none.</summary>
    public static Span<byte> RngSeed(scoped in Fdt tree) => tree.Property(tree.Node("/chosen"u8), "rng-seed"u8);

    /// <summary>
    /// Address of the PL011 that stdout-path names, by path or by alias; 0 if it is none. The node is a child of the root, so that its
    /// address is a physical one.
    /// </summary>
    public static ulong Uart(scoped in Fdt tree)
    {
        ReadOnlySpan<byte> path = FirstString(tree.Property(tree.Node("/chosen"u8), "stdout-path"u8));
        if (path.Length > 0 && path[0] != '/')
            path = FirstString(tree.Property(tree.Node("/aliases"u8), path));
        if (path.Length == 0 || path[0] != '/' || IndexOf(path.Slice(1), (byte)'/') >= 0)
            return 0;

        int node = tree.Node(path);
        int cells = (int)Fdt.Number(tree.Property(tree.Node("/"u8), "#address-cells"u8));
        ReadOnlySpan<byte> reg = tree.Property(node, "reg"u8);
        if (!HasString(tree.Property(node, "compatible"u8), "arm,pl011"u8) || cells is not (1 or 2) || reg.Length < 4 * cells)
            return 0;
        return Fdt.Number(reg.Slice(0, 4 * cells));
    }

    // A path ends at its options ("/pl011@9000000:115200n8") or at its end.
    private static ReadOnlySpan<byte> FirstString(ReadOnlySpan<byte> value)
    {
        int end = 0;
        while (end < value.Length && value[end] is not (0 or (byte)':'))
            end++;
        return value.Slice(0, end);
    }

    // Whether a list of strings, each ended by a zero byte, has the one looked for.
    private static bool HasString(ReadOnlySpan<byte> list, ReadOnlySpan<byte> wanted)
    {
        int end;
        for (; (end = IndexOf(list, 0)) >= 0; list = list.Slice(end + 1))
            if (Equal(list.Slice(0, end), wanted))
                return true;
        return false;
    }

    private static int IndexOf(ReadOnlySpan<byte> bytes, byte value)
    {
        for (int i = 0; i < bytes.Length; i++)
            if (bytes[i] == value)
                return i;
        return -1;
    }

    private static bool Equal(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b)
    {
        if (a.Length != b.Length)
            return false;
        for (int i = 0; i < a.Length; i++)
            if (a[i] != b[i])
                return false;
        return true;
    }
}
