using Redoubt.Partition;

namespace Redoubt.Ui;

/// <summary>Memory for devices, given out once and for all; each piece has an address here and one that devices know.</summary>
internal struct WorkMemory
{
    private ulong _used;

    /// <summary>Takes a piece of so many bytes, beginning on a page.</summary>
    internal ulong Take(ulong size, out ulong physical)
    {
        const ulong Page = 0x1000;
        ref readonly Abi.Manifest manifest = ref Self.Manifest;
        if (size > manifest.WorkSize - _used)
            Panic.Stop("memory is too small"u8);
        ulong offset = _used;
        _used = System.Math.Min((offset + size + Page - 1) & ~(Page - 1), manifest.WorkSize);
        physical = manifest.WorkPhysical + offset;
        return manifest.WorkAddress + offset;
    }
}
