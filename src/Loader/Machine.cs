using System.Runtime;
using System.Runtime.CompilerServices;

namespace Redoubt.Loader;

/// <summary>What start.S does for the loader.</summary>
internal static unsafe class Machine
{
    /// <summary>No cache holds a line of the range any more.</summary>
    [RuntimeImport("*", "evict_range"), MethodImpl(MethodImplOptions.InternalCall)]
    internal static extern void Evict(void* address, ulong size);

    /// <summary>Fills with zero; address and size are multiples of 64.</summary>
    [RuntimeImport("*", "zero_range"), MethodImpl(MethodImplOptions.InternalCall)]
    internal static extern void Zero(void* address, ulong size);

    /// <summary>Wipes the loader's own state and jumps to the kernel; does not return.</summary>
    [RuntimeImport("*", "enter_kernel"), MethodImpl(MethodImplOptions.InternalCall)]
    internal static extern void EnterKernel(ulong entry);
}
