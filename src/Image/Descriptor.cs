namespace Redoubt.Image;

/// <summary>Stage of translation: the kernel's own (EL2), or that of partitions.</summary>
public enum Stage
{
    /// <summary>EL2 stage 1.</summary>
    One,

    /// <summary>Stage 2 of EL1 and EL0.</summary>
    Two,

    /// <summary>Stage 1 of an SMMU's streams, which have no privileges.</summary>
    Dma,
}

/// <summary>VMSAv8-64 translation table descriptors, 4 KiB granule (Arm DDI 0487, D8.3).</summary>
internal static class Descriptor
{
    /// <summary>Entries of a table, and bits of address that one level resolves.</summary>
    public const int Entries = 512, IndexBits = 9;

    /// <summary>Bits 1:0: a page at level 3 and a table above it have 3, a block 1.</summary>
    private const ulong Valid = 1, NotBlock = 2;

    private const ulong AddressMask = 0x0000_ffff_ffff_f000;
    private const ulong InnerShareable = 3 << 8, AccessFlag = 1 << 10, ExecuteNever = 1UL << 54;

    /// <summary>Stage 1, AttrIndx: MAIR_EL2 attribute 0 is normal write-back memory, 1 Device-nGnRE. AP[1] is RES1 at EL2, AP[2] read-only.</summary>
    private const ulong DeviceIndex = 1 << 2, ReservedOne = 1 << 6, ReadOnly = 1 << 7;

    /// <summary>Stage 1 of EL1 and EL0: nG, for translations that are one ASID's; AP[1], EL0 too; PXN.</summary>
    private const ulong NotGlobal = 1 << 11, Unprivileged = 1 << 6, PrivilegedExecuteNever = 1UL << 53;

    /// <summary>Stage 2, MemAttr: normal write-back memory, Device-nGnRE; S2AP: read, write.</summary>
    private const ulong NormalStage2 = 0xf << 2, DeviceStage2 = 1 << 2, ReadStage2 = 1 << 6, WriteStage2 = 1 << 7;

    public static ulong Table(ulong address) => address | Valid | NotBlock;

    public static ulong Leaf(Stage stage, ulong address, bool page, Access access, bool device)
    {
        ulong descriptor = address | Valid | (page ? NotBlock : 0) | AccessFlag | InnerShareable;
        bool write = access.HasFlag(Access.Write);
        if (!access.HasFlag(Access.Execute))
            descriptor |= ExecuteNever;
        return stage switch
        {
            Stage.One => descriptor | ReservedOne | (write ? 0 : ReadOnly) | (device ? DeviceIndex : 0),
            Stage.Two => descriptor | ReadStage2 | (write ? WriteStage2 : 0) | (device ? DeviceStage2 : NormalStage2),
            _ => descriptor | ExecuteNever | PrivilegedExecuteNever | NotGlobal | Unprivileged | (write ? 0 : ReadOnly) | (device ? DeviceIndex : 0),
        };
    }

    public static bool IsValid(ulong descriptor) => (descriptor & Valid) != 0;

    /// <summary>Whether a valid descriptor above level 3 points to a table.</summary>
    public static bool IsTable(ulong descriptor) => (descriptor & NotBlock) != 0;

    public static ulong Address(ulong descriptor) => descriptor & AddressMask;

    public static Access AccessOf(Stage stage, ulong descriptor)
    {
        bool read = stage != Stage.Two || (descriptor & ReadStage2) != 0;
        bool write = stage == Stage.Two ? (descriptor & WriteStage2) != 0 : (descriptor & ReadOnly) == 0;
        return (read ? Access.Read : 0)
            | (write ? Access.Write : 0)
            | ((descriptor & ExecuteNever) == 0 ? Access.Execute : 0);
    }

    public static bool IsDevice(Stage stage, ulong descriptor) =>
        stage == Stage.Two ? (descriptor & NormalStage2) == DeviceStage2 : (descriptor & DeviceIndex) != 0;
}
