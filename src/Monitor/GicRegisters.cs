namespace Redoubt.Monitor;

/// <summary>Memory-mapped registers of a GICv3 (IHI0069, 12.9 and 12.11): offsets and bits.</summary>
internal static class GicRegisters
{
    /// <summary>Distributor alone.</summary>
    public const ulong DistributorControl = 0x0000, DistributorType = 0x0004, DistributorImplementer = 0x0008, Router = 0x6000, RouterEnd = 0x8000;

    /// <summary>GICD_CTLR: EnableGrp0, EnableGrp1, ARE, DS. There is one security state, with affinity routing.</summary>
    public const uint EnableGroup0 = 1 << 0, EnableGroup1 = 1 << 1, AffinityRouting = 1 << 4, SecurityDisabled = 1 << 6;

    /// <summary>GICD_TYPER: 64 INTIDs (ITLinesNumber), 10 bits of INTID (IDbits), no routing to any of several (No1N).</summary>
    public const uint TypeValue = 1 | (9 << 19) | (1 << 25);

    /// <summary>GICD_IIDR and GICR_IIDR: product 'R', implementer Arm.</summary>
    public const uint ImplementerValue = ('R' << 24) | 0x43b;

    /// <summary>PIDR2 of either: architecture revision 3.</summary>
    public const ulong Identification2 = 0xffe8;
    public const uint Identification2Value = 0x3b;

    /// <summary>Redistributor, first frame (RD_base).</summary>
    public const ulong RedistributorImplementer = 0x0004, RedistributorType = 0x0008, Waker = 0x0014;

    /// <summary>Second frame (SGI_base), from RD_base.</summary>
    public const ulong Private = 0x1_0000;

    /// <summary>GICR_TYPER: Last.</summary>
    public const uint Last = 1 << 4;

    /// <summary>GICR_WAKER: ProcessorSleep, ChildrenAsleep.</summary>
    public const uint ProcessorSleep = 1 << 1, ChildrenAsleep = 1 << 2;

    /// <summary>One bit for each interrupt, in both; 0x80 bytes each.</summary>
    public const ulong Group = 0x080, SetEnable = 0x100, ClearEnable = 0x180, SetPending = 0x200, ClearPending = 0x280, SetActive = 0x300,
        ClearActive = 0x380;

    /// <summary>A byte, or two bits, for each interrupt, in both.</summary>
    public const ulong Priority = 0x400, PriorityEnd = 0x800, Configuration = 0xc00, ConfigurationEnd = 0xd00;

    /// <summary>Implemented bits of a priority.</summary>
    public const byte PriorityMask = 0xf8;
}
