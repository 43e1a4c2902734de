using Redoubt.Abi;

namespace Redoubt.Kernel;

/// <summary>Values of the registers that confine a vCPU (Arm ARM D19.2).</summary>
internal static class ControlRegisters
{
    // HCR_EL2
    private const ulong Vm = 1 << 0, Swio = 1 << 1, Ptw = 1 << 2, Fmo = 1 << 3, Imo = 1 << 4, Amo = 1 << 5, Dc = 1 << 12,
        Twi = 1 << 13, Tid1 = 1 << 16, Tid3 = 1 << 18, Tsc = 1 << 19, Tidcp = 1 << 20, Tacr = 1 << 21, Tsw = 1 << 22, Tge = 1 << 27,
        Rw = 1UL << 31, Tlor = 1UL << 35, Terr = 1UL << 36;

    private const ulong Confined = Vm | Swio | Ptw | Fmo | Imo | Amo | Rw | Tsc;

    /// <summary>HCR_EL2 of a guest. What is not set stays off: pointer authentication (API, APK), nesting, memory tagging (ATA).</summary>
    public const ulong GuestHcr = Confined | Twi | Tid1 | Tid3 | Tidcp | Tacr | Tsw | Tlor | Terr;

    /// <summary>HCR_EL2 of a guest whose memory is cacheable while its own stage 1 is off.</summary>
    public const ulong CacheableGuestHcr = GuestHcr | Dc;

    /// <summary>HCR_EL2 of a service: EL0, every exception goes to EL2, stage 1 off and cacheable.</summary>
    public const ulong ServiceHcr = Confined | Tge | Dc;

    // CPTR_EL2 with HCR_EL2.E2H = 0: RES1 bits (among them TZ and TSM), TTA, TAM
    private const ulong Closed = 0x33ff | (1 << 20) | (1 << 30);

    /// <summary>CPTR_EL2 of a guest: SIMD is its own, everything newer traps.</summary>
    public const ulong GuestCptr = Closed;

    /// <summary>CPTR_EL2 of a service and of the kernel: SIMD traps too (TFP).</summary>
    public const ulong ServiceCptr = Closed | (1 << 10);

    /// <summary>SCTLR_EL1 after reset, as Linux expects it: RES1, little-endian, MMU and caches off.</summary>
    public const ulong GuestSctlr = 0x30d0_0800;

    /// <summary>SCTLR_EL1 while a service runs: RES1, caches on, and at EL0 cache maintenance (UCI), CTR_EL0 (UCT), WFI, WFE (nTWI, nTWE).</summary>
    public const ulong ServiceSctlr = GuestSctlr | (1 << 26) | (1 << 18) | (1 << 16) | (1 << 15) | (1 << 12) | (1 << 2);

    /// <summary>CNTKCTL_EL1 while a service runs: CNTVCT_EL0 readable at EL0 (EL0VCTEN).</summary>
    public const ulong ServiceCntkctl = 1 << 1;

    /// <summary>SPSR_EL2 at start: EL1h or EL0t, interrupts masked.</summary>
    public const ulong GuestPstate = 0x3c5, ServicePstate = 0x3c0;

    /// <summary>VMPIDR_EL2: RES1 bit 31, affinity 0 is the vCPU's number.</summary>
    public static ulong Vmpidr(ulong number) => (1UL << 31) | number;

    /// <summary>HCR_EL2 for a partition.</summary>
    public static ulong Hcr(ulong flags) =>
        (flags & PartitionFlags.Service) != 0 ? ServiceHcr
        : (flags & PartitionFlags.DefaultCacheable) != 0 ? CacheableGuestHcr
        : GuestHcr;

    /// <summary>CPTR_EL2 for a partition.</summary>
    public static ulong Cptr(ulong flags) => (flags & PartitionFlags.Service) != 0 ? ServiceCptr : GuestCptr;
}
