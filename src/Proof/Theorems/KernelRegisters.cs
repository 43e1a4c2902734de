using static Redoubt.Proof.Execution.SystemRegisters;

namespace Redoubt.Proof.Theorems;

/// <summary>System registers and operations that the kernel may use after boot.</summary>
public static class KernelRegisters
{
    private static readonly int[] Context =
    [
        SpEl0, TpidrEl0, TpidrroEl0, SctlrEl1, CntkctlEl1, SpEl1, ElrEl1, SpsrEl1, VbarEl1, EsrEl1, FarEl1, Ttbr0El1, Ttbr1El1, TcrEl1, MairEl1,
        AmairEl1, ContextidrEl1, CpacrEl1, TpidrEl1, ParEl1, Afsr0El1, Afsr1El1, CsselrEl1, VdisrEl2, Tpidr2El0, CntvCtlEl0, CntvCvalEl0,
        IchLr0El2, IchLr1El2, IchLr2El2, IchLr3El2, IchVmcrEl2, IchAp0r0El2, IchAp1r0El2, Fpcr, Fpsr, TpidrEl2, ElrEl2, SpsrEl2,
    ];

    /// <summary>May be read; true for those of which each read gives something new.</summary>
    public static IReadOnlyDictionary<int, bool> Readable { get; } = Context.Concat([EsrEl2, FarEl2, HpfarEl2]).ToDictionary(register => register, _ => false)
        .Concat(new Dictionary<int, bool> { [CntpctEl0] = true, [IccIar1El1] = true }).ToDictionary();

    /// <summary>May be written.</summary>
    public static IReadOnlySet<int> Writable { get; } = Context
        .Concat([IchHcrEl2, VttbrEl2, HcrEl2, CptrEl2, VmpidrEl2, CnthpCtlEl2, CnthpCvalEl2, IccEoir1El1, IccDirEl1, IccSgi1rEl1]).ToHashSet();

    /// <summary>TLB and cache operations.</summary>
    public static IReadOnlySet<int> Operations { get; } = new HashSet<int> { TlbiAlle1Is, TlbiVmalle1, IcIalluIs };
}
