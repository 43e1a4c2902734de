using static Redoubt.Proof.Check.Boot.BootRegisters;
using static Redoubt.Proof.Execution.SystemRegisters;
using BootRegisters = Redoubt.Proof.Check.Boot.BootRegisters;

namespace Redoubt.Proof.Tests.Conformance;

/// <summary>What a system register does on QEMU with what is written to it.</summary>
/// <param name="Register">Its encoding.</param>
/// <param name="Kept">Bits that read back as they were written.</param>
/// <param name="Ones">Bits that always read as one. All other bits read as zero, or are <paramref name="Free"/>.</param>
/// <param name="Free">Bits that depend on other things.</param>
internal sealed record RegisterBehaviour(int Register, ulong Kept = ~0UL, ulong Ones = 0, ulong Free = 0)
{
    public string Name => BootRegisters.Name(Register);
}

/// <summary>The system registers that kernel and loader use, and what is compared of each.</summary>
internal static class RegisterTable
{
    // CNTV_CTL_EL0 and CNTHP_CTL_EL2: ENABLE and IMASK; ISTATUS says whether the time has come
    private const ulong TimerControl = 3, TimerStatus = 1 << 2;

    // ICH_LR<n>_EL2: five bits of priority (ICH_VTR_EL2.PRIbits); ICH_VMCR_EL2: VBPR0 and VBPR1 have a least value, as has ICC_BPR1_EL1
    private const ulong FiveBitPriority = ~(7UL << 48), LeastBinaryPoints = 0x6c_0000, LeastBinaryPoint = 7;

    private const ulong Low32 = 0xffff_ffff;

    // SCTLR_EL1 and SCTLR_EL2: bits of FEAT_MTE are not there
    private const ulong NoTagging = ~(0x7fUL << 37);

    /// <summary>Registers that can all be written before any is read back.</summary>
    public static IEnumerable<RegisterBehaviour> Together(string processor) =>
    [
        .. new[]
        {
            SpEl0, TpidrEl0, TpidrroEl0, CntkctlEl1, SpEl1, ElrEl1, SpsrEl1, EsrEl1, FarEl1, Ttbr0El1, Ttbr1El1, TcrEl1, MairEl1, ContextidrEl1, CpacrEl1,
            TpidrEl1, ParEl1, CntvCvalEl0, TpidrEl2, ElrEl2, SpsrEl2, VttbrEl2, VmpidrEl2, VpidrEl2, CnthpCvalEl2, CntvoffEl2, HstrEl2, VtcrEl2, MairEl2, TcrEl2, Ttbr0El2,
        }.Select(register => new RegisterBehaviour(register)),
        new(SctlrEl1, NoTagging), new(VbarEl1, ~0x1fUL), new(AmairEl1, 0), new(Afsr0El1, 0), new(Afsr1El1, 0), new(CsselrEl1, 0xf),
        new(CntvCtlEl0, TimerControl, Free: TimerStatus), new(CnthpCtlEl2, TimerControl, Free: TimerStatus),
        new(IchLr0El2, FiveBitPriority), new(IchLr1El2, FiveBitPriority), new(IchLr2El2, FiveBitPriority), new(IchLr3El2, FiveBitPriority),
        new(IchVmcrEl2, 0xff90_0213, Ones: 1 << 3, Free: LeastBinaryPoints), new(IchAp0r0El2, Low32), new(IchAp1r0El2, Low32),
        new(Fpcr, processor == Harness.Plain ? 0x07f7_0000UL : 0x07ff_0000), new(Fpsr, 0xf800_009f),
        .. processor == Harness.Plain ? [] : new RegisterBehaviour[] { new(VdisrEl2), new(Tpidr2El0) },
    ];

    /// <summary>Registers that change how EL2 itself runs: written, read and set back one by one. Bit 0 of SCTLR_EL2, the MMU, is left out.</summary>
    public static IEnumerable<RegisterBehaviour> Alone(string processor) =>
    [
        new(HcrEl2, processor == Harness.Plain ? 0x3_ffff_ffffUL : 0x0020_433f_ffff_ffff), new(CptrEl2), new(SctlrEl2, NoTagging), new(VbarEl2, ~0x1fUL), new(MdcrEl2), new(CnthctlEl2),
        new(MdscrEl1), new(IccSreEl2, 0, Ones: 0xf), new(IccPmrEl1, Low32 & ~7UL), new(IccBpr1El1, 0, Free: LeastBinaryPoint), new(IccCtlrEl1, 3, Ones: 0x8c00), new(IccIgrpen1El1, 1), new(IchHcrEl2, 0xf800_7cff),
        .. processor == Harness.Plain ? [] : new RegisterBehaviour[] { new(HcrxEl2, 0) },
    ];

    /// <summary>Registers that always read the same.</summary>
    public static IEnumerable<int> Constant =>
        [.. Enumerable.Range(FirstIdentification, EndIdentification - FirstIdentification), CurrentEl, CtrEl0, MidrEl1, PmcrEl0, CntfrqEl0, IchVtrEl2];

    /// <summary>Registers that only take values. That they change no other register is compared.</summary>
    public static IEnumerable<int> WriteOnly => [IccEoir1El1, IccDirEl1, IccSgi1rEl1];

    /// <summary>Registers that are set by exceptions, which are compared (EntryTests), and those that the model takes to read anything.</summary>
    public static IEnumerable<int> SetByHardware => [EsrEl2, FarEl2, HpfarEl2, CntpctEl0, IccIar1El1];

    /// <summary>Registers of FEAT_FGT, which no processor of QEMU 7.2 has. Boot writes zero to them where they are, nothing reads them.</summary>
    public static IEnumerable<int> NotInQemu => [HfgrtrEl2, HfgwtrEl2, HfgitrEl2, HdfgrtrEl2, HdfgwtrEl2];
}
