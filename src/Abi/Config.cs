using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Redoubt.Abi;

/// <summary>The configuration of one system: plain data made by the image builder, read-only to the kernel.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct Config
{
    /// <summary>Value of <see cref="Magic"/>: "REDOUBT1".</summary>
    public const ulong MagicValue = 0x3154_5542_4f44_4552;

    /// <summary>Offsets of the tables in bytes, for a kernel that reaches them by address.</summary>
    public const ulong CpusOffset = 0x40, PartitionsOffset = 0x2040, VcpusOffset = 0x4040;

    public ulong Magic;

    /// <summary>CPUs in use, 1 to <see cref="Limits.Cpus"/>.</summary>
    public ulong CpuCount;

    /// <summary>Physical address of the GIC distributor.</summary>
    public ulong Distributor;

    /// <summary>Physical address of the kernel's own stage-1 tables (TTBR0_EL2).</summary>
    public ulong KernelTables;

    private readonly ulong _reserved0, _reserved1, _reserved2, _reserved3;

    public CpuConfigs Cpus;
    public PartitionConfigs Partitions;
    public VcpuConfigs Vcpus;

    /// <summary>For each physical INTID a <see cref="Capability"/> word of kind None, Event or Virtual.</summary>
    public InterruptWords Interrupts;
}

/// <summary>One CPU.</summary>
[StructLayout(LayoutKind.Sequential, Size = 1024)]
public struct CpuConfig
{
    /// <summary>MPIDR affinity, the argument of PSCI CPU_ON.</summary>
    public ulong Mpidr;

    /// <summary>Physical address of its redistributor (RD_base; SGI_base is 64 KiB above).</summary>
    public ulong Redistributor;

    /// <summary>Time slots in use, 1 to <see cref="Limits.Slots"/>.</summary>
    public ulong SlotCount;

    private readonly ulong _reserved;

    public SlotConfigs Slots;
}

/// <summary>One time slot of a CPU's cyclic schedule.</summary>
[StructLayout(LayoutKind.Sequential, Size = 32)]
public struct SlotConfig
{
    /// <summary>Length in units of 2^-20 s; 0 means that it never ends (the only slot).</summary>
    public ulong Length;

    /// <summary>vCPU ranks that may run: the ready one of lowest rank does.</summary>
    public ulong Mask;

    /// <summary>vCPU ranks that may use what is left; 0 for a strict slot.</summary>
    public ulong Fallback;

    private readonly ulong _reserved;
}

/// <summary>One partition.</summary>
[StructLayout(LayoutKind.Sequential, Size = 512)]
public struct PartitionConfig
{
    /// <summary>VTTBR_EL2: address of the stage-2 root table, VMID in bits 55:48.</summary>
    public ulong Vttbr;

    /// <summary>Bits of <see cref="PartitionFlags"/>.</summary>
    public ulong Flags;

    /// <summary>Number of vCPUs.</summary>
    public ulong VcpuCount;

    private readonly ulong _reserved;

    /// <summary>Index of each vCPU, by its number in the partition (affinity 0 of its MPIDR); <see cref="Limits.NoVcpu"/> beyond the count.</summary>
    public VcpuIndices Vcpus;

    private readonly CapabilityPadding _padding;

    /// <summary>Capability words by slot, see <see cref="Capability"/>.</summary>
    public CapabilityWords Capabilities;
}

/// <summary>Properties of a partition.</summary>
public static class PartitionFlags
{
    /// <summary>Runs at EL0 with HCR_EL2.TGE: no EL1 state, no FP/SIMD, no virtual interrupts; calls with SVC.</summary>
    public const ulong Service = 1;

    /// <summary>Runs at EL1 with HCR_EL2.DC: normal memory while its own stage 1 is off.</summary>
    public const ulong DefaultCacheable = 2;
}

/// <summary>One vCPU.</summary>
[StructLayout(LayoutKind.Sequential, Size = 64)]
public struct VcpuConfig
{
    /// <summary>1 if this index is in use.</summary>
    public ulong Used;

    /// <summary>Index of its partition.</summary>
    public ulong Partition;

    /// <summary>Its number in the partition.</summary>
    public ulong Number;

    /// <summary>Index of the vCPU that serves its faults (on the same CPU), or <see cref="Limits.NoVcpu"/>.</summary>
    public ulong Monitor;

    /// <summary>Index of the vCPU whose faults it serves (on the same CPU), or <see cref="Limits.NoVcpu"/>.</summary>
    public ulong Guest;

    /// <summary>1 if it is started at boot.</summary>
    public ulong Autostart;

    /// <summary>PC at boot.</summary>
    public ulong Entry;

    /// <summary>x0 at boot; x1 is <see cref="Number"/>.</summary>
    public ulong Context;
}

[InlineArray(Limits.Cpus)]
public struct CpuConfigs
{
    private CpuConfig _first;
}

[InlineArray(Limits.Slots)]
public struct SlotConfigs
{
    private SlotConfig _first;
}

[InlineArray(Limits.Partitions)]
public struct PartitionConfigs
{
    private PartitionConfig _first;
}

[InlineArray(Limits.Vcpus)]
public struct VcpuConfigs
{
    private VcpuConfig _first;
}

[InlineArray(Limits.VcpusPerPartition)]
public struct VcpuIndices
{
    private ulong _first;
}

[InlineArray(20)]
public struct CapabilityPadding
{
    private ulong _first;
}

[InlineArray(Limits.Capabilities)]
public struct CapabilityWords
{
    private ulong _first;
}

[InlineArray(Limits.Interrupts)]
public struct InterruptWords
{
    private ulong _first;
}
