using System.Runtime;
using System.Runtime.CompilerServices;

namespace Redoubt.Partition;

/// <summary>Memory in bulk, by address; the caller has checked the ranges.</summary>
public static class Memory
{
    /// <summary>Copies <paramref name="size"/> bytes; the ranges do not overlap.</summary>
    [RuntimeImport("*", "memcpy"), MethodImpl(MethodImplOptions.InternalCall)]
    public static extern ulong Copy(ulong to, ulong from, ulong size);

    /// <summary>Fills <paramref name="size"/> bytes with the low byte of <paramref name="value"/>.</summary>
    [RuntimeImport("*", "memset"), MethodImpl(MethodImplOptions.InternalCall)]
    public static extern ulong Fill(ulong to, ulong value, ulong size);

    /// <summary>
    /// Cleans the data cache to the point of coherency and forgets the instruction cache, so that a machine that starts with its
    /// caches off reads what was written.
    /// </summary>
    [RuntimeImport("*", "redoubt_clean"), MethodImpl(MethodImplOptions.InternalCall)]
    public static extern void Clean(ulong address, ulong size);

    /// <summary>What this CPU read and wrote before is seen by the others before what it reads and writes after (DMB ISH).</summary>
    [RuntimeImport("*", "redoubt_barrier"), MethodImpl(MethodImplOptions.InternalCall)]
    public static extern void Barrier();
}
