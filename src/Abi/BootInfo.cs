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

    /// <summary>What confines devices that reach memory by themselves.</summary>
    public SmmuSetup Smmu;

    /// <summary>What is measured, and who gets an identity.</summary>
    public IdentitySetup Identity;
}

/// <summary>An SMMUv3 that is switched on before the kernel is entered (Arm IHI 0070). All of it lies ready in memory.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct SmmuSetup
{
    /// <summary>Physical address of its registers; 0 if no device needs it, and then the rest is 0 too.</summary>
    public ulong Registers;

    /// <summary>Linear stream table: physical address, and the number of bits of the stream IDs that it has entries for.</summary>
    public ulong Streams;
    public ulong StreamBits;

    /// <summary>Command queue: physical address, number of bits of an index, and how many commands stand in it.</summary>
    public ulong Commands;
    public ulong CommandBits;
    public ulong CommandCount;

    /// <summary>Event queue: physical address and number of bits of an index.</summary>
    public ulong Events;
    public ulong EventBits;

    /// <summary>Distributor of the interrupt controller, and the INTID by which the SMMU tells of an event: a pulse.</summary>
    public ulong Distributor;
    public ulong Interrupt;
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
