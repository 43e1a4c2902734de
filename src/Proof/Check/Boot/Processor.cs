using static Redoubt.Proof.Check.Boot.BootRegisters;

namespace Redoubt.Proof.Check.Boot;

/// <summary>What a kind of processor says of itself.</summary>
/// <param name="Name">For people.</param>
/// <param name="Identification">An identification register by CRm * 8 + op2, CRm from 1 to 7.</param>
/// <param name="HasDeviceSecret">Whether it is part of a device with a secret.</param>
internal sealed record Processor(string Name, Func<int, ulong> Identification, bool HasDeviceSecret)
{
    /// <summary>CNTFRQ_EL0.</summary>
    public const ulong Frequency = 62_500_000;

    /// <summary>MIDR_EL1 of a Cortex-A72.</summary>
    public const ulong Midr = 0x410f_d083;

    /// <summary>PMCR_EL0.N: event counters.</summary>
    public const ulong Counters = 6;

    // CTR_EL0: lines of 64 bytes; ICH_VTR_EL2: five priority and preemption bits, four list registers
    private const ulong CacheType = 0x8444_c004, VirtualInterface = 0x9008_0003, El2 = 2 << 2;

    // Indices of identification registers
    public const int Pfr0 = 32, Pfr1 = 33, Dfr0 = 40, Isar0 = 48, Isar1 = 49, Mmfr0 = 56, Mmfr1 = 57, Mmfr2 = 58;

    private static readonly Dictionary<int, ulong> Plain = new()
    {
        [Pfr0] = 0x0100_2222,
        [Dfr0] = 0x1030_5106,
        [Isar0] = 0x0001_1120,
        [Mmfr0] = 0x0000_1124,
    };

    /// <summary>
    /// A plain Armv8.0 processor (a Cortex-A72), and one that claims the first step of every extension that there is or may be: between
    /// them the kernel takes every way that depends on the processor, and the loader both of those that depend on a device's secret.
    /// </summary>
    public static IReadOnlyList<Processor> All { get; } =
    [
        new("Armv8.0", index => Plain.GetValueOrDefault(index), HasDeviceSecret: true),
        new("all extensions", _ => 0x1111_1111_1111_1111, HasDeviceSecret: false),
    ];

    /// <summary>The value of a constant register, or null.</summary>
    public ulong? Constant(int register) =>
        register >= FirstIdentification && register < EndIdentification ? Identification(register & 0x3f)
        : register == CurrentEl ? El2
        : register == CtrEl0 ? CacheType
        : register == MidrEl1 ? Midr
        : register == PmcrEl0 ? Counters << 11
        : register == CntfrqEl0 ? Frequency
        : register == IchVtrEl2 ? VirtualInterface
        : null;

    /// <summary>A four-bit field of an identification register.</summary>
    public ulong Field(int index, int shift) => (Identification(index) >> shift) & 0xf;
}
