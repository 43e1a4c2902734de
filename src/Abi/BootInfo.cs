using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Redoubt.Abi;

/// <summary>What the loader does before it enters the kernel: written by the image builder at <see cref="Layout.BootInfo"/>.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct BootInfo
{
    /// <summary>Value of <see cref="Magic"/>: "REDBOOT1".</summary>
    public const ulong MagicValue = 0x3154_4f4f_4244_4552;

    public ulong Magic;

    /// <summary>Physical address of the kernel's entry.</summary>
    public ulong KernelEntry;

    /// <summary>Ranges to fill with zero.</summary>
    public ulong ZeroCount;

    /// <summary>Manifests (physical addresses) that receive a seed of their own.</summary>
    public ulong SeedCount;

    public ZeroRanges Zero;
    public SeedAddresses Seeds;
}

/// <summary>A range of physical memory, page-aligned, in bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct MemoryRange
{
    public ulong Address;
    public ulong Size;
}

[InlineArray(Limits.ZeroRanges)]
public struct ZeroRanges
{
    private MemoryRange _first;
}

[InlineArray(Limits.Partitions)]
public struct SeedAddresses
{
    private ulong _first;
}
