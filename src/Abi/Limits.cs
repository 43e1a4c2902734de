namespace Redoubt.Abi;

/// <summary>Sizes of the kernel's tables. All are powers of two, so that an index is masked, never multiplied.</summary>
public static class Limits
{
    /// <summary>CPUs of the machine.</summary>
    public const int Cpus = 8;

    /// <summary>vCPUs pinned to one CPU. The vCPU index is <c>cpu * VcpusPerCpu + rank</c>; rank 0 has the highest priority.</summary>
    public const int VcpusPerCpu = 16;

    /// <summary>vCPU indices of the machine.</summary>
    public const int Vcpus = Cpus * VcpusPerCpu;

    /// <summary>vCPUs of one partition.</summary>
    public const int VcpusPerPartition = 8;

    /// <summary>Partitions; a partition's VMID is its index plus one.</summary>
    public const int Partitions = 16;

    /// <summary>Capability slots of one partition.</summary>
    public const int Capabilities = 32;

    /// <summary>Time slots in one CPU's cyclic schedule.</summary>
    public const int Slots = 16;

    /// <summary>Physical interrupt identifiers, INTID 0 to 1023.</summary>
    public const int Interrupts = 1024;

    /// <summary>Virtual interrupts of one vCPU: 16 SGIs, 16 PPIs, 32 SPIs; one bit each in a 64-bit word.</summary>
    public const int VirtualInterrupts = 64;

    /// <summary>List registers used (GICv3 <c>ICH_LR0_EL2</c> to <c>ICH_LR3_EL2</c>).</summary>
    public const int ListRegisters = 4;

    /// <summary>Ranges of memory that the loader zeroes.</summary>
    public const int ZeroRanges = 128;

    /// <summary>Partitions with an identity.</summary>
    public const int Identities = 4;

    /// <summary>Ranges of memory that the loader measures, all measurements together.</summary>
    public const int MeasuredRanges = 64;

    /// <summary>No vCPU: the value of an absent monitor or guest.</summary>
    public const ulong NoVcpu = 0xff;
}
