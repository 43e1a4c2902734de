namespace Redoubt.Monitor;

/// <summary>The guest's RAM, which stands at the guest's own addresses in the monitor.</summary>
public readonly struct GuestMemory(ulong start, ulong size)
{
    /// <summary>Whether all of a range lies in it. The range may be hostile: it doesn't wrap.</summary>
    public bool Contains(ulong address, ulong length) => address >= start && address - start <= size && length <= size - (address - start);
}
