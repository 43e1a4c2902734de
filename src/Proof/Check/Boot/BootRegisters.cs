using Redoubt.Proof.Execution;

namespace Redoubt.Proof.Check.Boot;

/// <summary>System registers and operations that only boot uses, by encoding as in <see cref="SystemRegisters"/> (Arm ARM, D19; IHI0069, 12).</summary>
public static class BootRegisters
{
    private static readonly Dictionary<int, string> Names = [];

    public static readonly int
        CurrentEl = Register("CurrentEL", 3, 0, 4, 2, 2), CtrEl0 = Register("CTR_EL0", 3, 3, 0, 0, 1), MidrEl1 = Register("MIDR_EL1", 3, 0, 0, 0, 0),
        PmcrEl0 = Register("PMCR_EL0", 3, 3, 9, 12, 0), CntfrqEl0 = Register("CNTFRQ_EL0", 3, 3, 14, 0, 0), IchVtrEl2 = Register("ICH_VTR_EL2", 3, 4, 12, 11, 1),
        VbarEl2 = Register("VBAR_EL2", 3, 4, 12, 0, 0), MairEl2 = Register("MAIR_EL2", 3, 4, 10, 2, 0), TcrEl2 = Register("TCR_EL2", 3, 4, 2, 0, 2),
        Ttbr0El2 = Register("TTBR0_EL2", 3, 4, 2, 0, 0), VtcrEl2 = Register("VTCR_EL2", 3, 4, 2, 1, 2), SctlrEl2 = Register("SCTLR_EL2", 3, 4, 1, 0, 0),
        MdcrEl2 = Register("MDCR_EL2", 3, 4, 1, 1, 1), CnthctlEl2 = Register("CNTHCTL_EL2", 3, 4, 14, 1, 0), CntvoffEl2 = Register("CNTVOFF_EL2", 3, 4, 14, 0, 3),
        HstrEl2 = Register("HSTR_EL2", 3, 4, 1, 1, 3), MdscrEl1 = Register("MDSCR_EL1", 2, 0, 0, 2, 2), VpidrEl2 = Register("VPIDR_EL2", 3, 4, 0, 0, 0),
        IccSreEl2 = Register("ICC_SRE_EL2", 3, 4, 12, 9, 5), IccPmrEl1 = Register("ICC_PMR_EL1", 3, 0, 4, 6, 0), IccBpr1El1 = Register("ICC_BPR1_EL1", 3, 0, 12, 12, 3),
        IccCtlrEl1 = Register("ICC_CTLR_EL1", 3, 0, 12, 12, 4), IccIgrpen1El1 = Register("ICC_IGRPEN1_EL1", 3, 0, 12, 12, 7),
        HfgrtrEl2 = Register("HFGRTR_EL2", 3, 4, 1, 1, 4), HfgwtrEl2 = Register("HFGWTR_EL2", 3, 4, 1, 1, 5), HfgitrEl2 = Register("HFGITR_EL2", 3, 4, 1, 1, 6),
        HdfgrtrEl2 = Register("HDFGRTR_EL2", 3, 4, 3, 1, 4), HdfgwtrEl2 = Register("HDFGWTR_EL2", 3, 4, 3, 1, 5), HcrxEl2 = Register("HCRX_EL2", 3, 4, 1, 2, 2),
        TlbiAlle2 = Register("TLBI ALLE2", 1, 4, 8, 7, 0), TlbiAlle1 = Register("TLBI ALLE1", 1, 4, 8, 7, 4), TlbiVmalle1 = Register("TLBI VMALLE1", 1, 0, 8, 7, 0),
        IcIallu = Register("IC IALLU", 1, 0, 7, 5, 0), DcCivac = Register("DC CIVAC", 1, 3, 7, 14, 1);

    /// <summary>The first identification register, op0=3 op1=0 CRn=0 CRm=1, and one past the last, CRm=7 op2=7.</summary>
    public const int FirstIdentification = (3 << 14) | (1 << 3), EndIdentification = (3 << 14) | (8 << 3);

    /// <summary>The name of a register or operation.</summary>
    public static string Name(int encoding) => Names.TryGetValue(encoding, out string? name) ? name : SystemRegisters.Name(encoding);

    private static int Register(string name, int op0, int op1, int crn, int crm, int op2)
    {
        int encoding = (op0 << 14) | (op1 << 11) | (crn << 7) | (crm << 3) | op2;
        Names.Add(encoding, name);
        return encoding;
    }
}
