namespace Redoubt.Proof.Check;

/// <summary>Attributes that a descriptor must have for rights, part by part (Arm ARM D8.3.2).</summary>
internal static class Attributes
{
    private const ulong AddressBits = 0x0000_ffff_ffff_f000, Type = 3;
    private const ulong InnerShareable = 3 << 8, AccessFlag = 1 << 10, ExecuteNever = 1UL << 54;

    // Stage 2: MemAttr 0b1111 normal write-back, 0b0001 Device-nGnRE; S2AP read, write
    private const ulong NormalMemory = 0xf << 2, DeviceMemory = 1 << 2, MayRead = 1 << 6, MayWrite = 1 << 7;

    // Stage 1 of EL2: AttrIndx 1 is Device-nGnRE by MAIR_EL2; AP[2] read-only, AP[1] RES1
    private const ulong DeviceIndex = 1 << 2, ReservedOne = 1 << 6, ReadOnly = 1 << 7;

    // Stage 1 of EL1 and EL0: AP[1] EL0 too, nG, PXN
    private const ulong Unprivileged = 1 << 6, NotGlobal = 1 << 11, PrivilegedExecuteNever = 1UL << 53;

    private static readonly (string Part, ulong Mask)[] Parts =
    [
        ("the access flag", AccessFlag), ("the access permission", 3 << 6), ("the execute-never bit", 3UL << 53), ("the memory type", 0xf << 2),
        ("the shareability", 3 << 8), ("a bit that has no use here", ~0UL),
    ];

    /// <summary>The first part of a stage-2 descriptor that is not as the rights demand, or null.</summary>
    public static string? Differ2(ulong descriptor, Rights rights) => Differ(descriptor, Common(rights)
        | (rights.HasFlag(Rights.Read) ? MayRead : 0) | (rights.HasFlag(Rights.Write) ? MayWrite : 0)
        | (rights.HasFlag(Rights.Device) ? DeviceMemory : NormalMemory));

    /// <summary>The first part of a descriptor of the kernel's own stage 1 that is not as the rights demand, or null.</summary>
    public static string? Differ1(ulong descriptor, Rights rights) => Differ(descriptor, Common(rights)
        | ReservedOne | (rights.HasFlag(Rights.Write) ? 0 : ReadOnly) | (rights.HasFlag(Rights.Device) ? DeviceIndex : 0));

    /// <summary>The first part of a descriptor for an SMMU's streams, which are unprivileged and never execute, that is not as the rights demand, or null.</summary>
    public static string? DifferDma(ulong descriptor, Rights rights) => Differ(descriptor, Common(rights & ~Rights.Execute)
        | Unprivileged | NotGlobal | PrivilegedExecuteNever | (rights.HasFlag(Rights.Write) ? 0 : ReadOnly));

    private static ulong Common(Rights rights) => AccessFlag | InnerShareable | (rights.HasFlag(Rights.Execute) ? 0 : ExecuteNever);

    private static string? Differ(ulong descriptor, ulong wanted)
    {
        ulong different = ((descriptor & ~AddressBits) & ~Type) ^ wanted;
        foreach ((string part, ulong mask) in Parts)
        {
            if ((different & mask) != 0)
                return part;
        }

        return null;
    }
}
