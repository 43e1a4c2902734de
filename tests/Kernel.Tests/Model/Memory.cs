using System.Runtime.InteropServices;

namespace Redoubt.Kernel.Tests.Model;

/// <summary>The kernel's state and configuration at the addresses that it is linked for.</summary>
internal static unsafe partial class Memory
{
    private const ulong StateBase = 0x4042_0000, StateSize = 0x4_a000;
    private const int ReadWrite = 3, PrivateAnonymousFixed = 0x10_0022;

    static Memory()
    {
        Map(StateBase, StateSize);
        Map(Layout.Config, Layout.ConfigSize);
    }

    /// <summary>All bytes of the state.</summary>
    public static Span<byte> State => new((void*)StateBase, (int)StateSize);

    /// <summary>All bytes of the configuration.</summary>
    public static Span<byte> Config => new((void*)Layout.Config, (int)Layout.ConfigSize);

    /// <summary>Everything is zero again.</summary>
    public static void Clear()
    {
        State.Clear();
        Config.Clear();
    }

    private static void Map(ulong address, ulong size)
    {
        // MAP_FIXED_NOREPLACE is a hint to old systems: the result tells.
        if (Mmap((nint)address, (nint)size, ReadWrite, PrivateAnonymousFixed, -1, 0) != (nint)address)
            throw new InvalidOperationException($"the address {address:x} is taken");
    }

    [LibraryImport("libc", EntryPoint = "mmap")]
    private static partial nint Mmap(nint address, nint size, int protection, int flags, int file, long offset);
}
