namespace Redoubt.Proof.Execution;

/// <summary>System registers and operations by encoding: op0, op1, CRn, CRm, op2 as in bits 20:5 of the instruction (Arm ARM, D19; IHI0069, 12).</summary>
public static class SystemRegisters
{
    private static readonly Dictionary<int, string> Names = [];

    public static readonly int
        TpidrEl2 = Register("TPIDR_EL2", 3, 4, 13, 0, 2), ElrEl2 = Register("ELR_EL2", 3, 4, 4, 0, 1), SpsrEl2 = Register("SPSR_EL2", 3, 4, 4, 0, 0),
        EsrEl2 = Register("ESR_EL2", 3, 4, 5, 2, 0), FarEl2 = Register("FAR_EL2", 3, 4, 6, 0, 0), HpfarEl2 = Register("HPFAR_EL2", 3, 4, 6, 0, 4),
        VttbrEl2 = Register("VTTBR_EL2", 3, 4, 2, 1, 0), HcrEl2 = Register("HCR_EL2", 3, 4, 1, 1, 0), CptrEl2 = Register("CPTR_EL2", 3, 4, 1, 1, 2),
        VmpidrEl2 = Register("VMPIDR_EL2", 3, 4, 0, 0, 5), CnthpCtlEl2 = Register("CNTHP_CTL_EL2", 3, 4, 14, 2, 1),
        CnthpCvalEl2 = Register("CNTHP_CVAL_EL2", 3, 4, 14, 2, 2), CntpctEl0 = Register("CNTPCT_EL0", 3, 3, 14, 0, 1),
        CntvCtlEl0 = Register("CNTV_CTL_EL0", 3, 3, 14, 3, 1), CntvCvalEl0 = Register("CNTV_CVAL_EL0", 3, 3, 14, 3, 2),
        IccIar1El1 = Register("ICC_IAR1_EL1", 3, 0, 12, 12, 0), IccEoir1El1 = Register("ICC_EOIR1_EL1", 3, 0, 12, 12, 1),
        IccDirEl1 = Register("ICC_DIR_EL1", 3, 0, 12, 11, 1), IccSgi1rEl1 = Register("ICC_SGI1R_EL1", 3, 0, 12, 11, 5),
        IchLr0El2 = Register("ICH_LR0_EL2", 3, 4, 12, 12, 0), IchLr1El2 = Register("ICH_LR1_EL2", 3, 4, 12, 12, 1),
        IchLr2El2 = Register("ICH_LR2_EL2", 3, 4, 12, 12, 2), IchLr3El2 = Register("ICH_LR3_EL2", 3, 4, 12, 12, 3),
        IchHcrEl2 = Register("ICH_HCR_EL2", 3, 4, 12, 11, 0), IchVmcrEl2 = Register("ICH_VMCR_EL2", 3, 4, 12, 11, 7),
        IchAp0r0El2 = Register("ICH_AP0R0_EL2", 3, 4, 12, 8, 0), IchAp1r0El2 = Register("ICH_AP1R0_EL2", 3, 4, 12, 9, 0),
        SpEl0 = Register("SP_EL0", 3, 0, 4, 1, 0), TpidrEl0 = Register("TPIDR_EL0", 3, 3, 13, 0, 2), TpidrroEl0 = Register("TPIDRRO_EL0", 3, 3, 13, 0, 3),
        SctlrEl1 = Register("SCTLR_EL1", 3, 0, 1, 0, 0), CntkctlEl1 = Register("CNTKCTL_EL1", 3, 0, 14, 1, 0), SpEl1 = Register("SP_EL1", 3, 4, 4, 1, 0),
        ElrEl1 = Register("ELR_EL1", 3, 0, 4, 0, 1), SpsrEl1 = Register("SPSR_EL1", 3, 0, 4, 0, 0), VbarEl1 = Register("VBAR_EL1", 3, 0, 12, 0, 0),
        EsrEl1 = Register("ESR_EL1", 3, 0, 5, 2, 0), FarEl1 = Register("FAR_EL1", 3, 0, 6, 0, 0), Ttbr0El1 = Register("TTBR0_EL1", 3, 0, 2, 0, 0),
        Ttbr1El1 = Register("TTBR1_EL1", 3, 0, 2, 0, 1), TcrEl1 = Register("TCR_EL1", 3, 0, 2, 0, 2), MairEl1 = Register("MAIR_EL1", 3, 0, 10, 2, 0),
        AmairEl1 = Register("AMAIR_EL1", 3, 0, 10, 3, 0), ContextidrEl1 = Register("CONTEXTIDR_EL1", 3, 0, 13, 0, 1),
        CpacrEl1 = Register("CPACR_EL1", 3, 0, 1, 0, 2), TpidrEl1 = Register("TPIDR_EL1", 3, 0, 13, 0, 4), ParEl1 = Register("PAR_EL1", 3, 0, 7, 4, 0),
        Afsr0El1 = Register("AFSR0_EL1", 3, 0, 5, 1, 0), Afsr1El1 = Register("AFSR1_EL1", 3, 0, 5, 1, 1), CsselrEl1 = Register("CSSELR_EL1", 3, 2, 0, 0, 0),
        VdisrEl2 = Register("VDISR_EL2", 3, 4, 12, 1, 1), Tpidr2El0 = Register("TPIDR2_EL0", 3, 3, 13, 0, 5),
        Fpcr = Register("FPCR", 3, 3, 4, 4, 0), Fpsr = Register("FPSR", 3, 3, 4, 4, 1),
        TlbiAlle1Is = Register("TLBI ALLE1IS", 1, 4, 8, 3, 4), TlbiVmalle1 = Register("TLBI VMALLE1", 1, 0, 8, 7, 0), IcIalluIs = Register("IC IALLUIS", 1, 0, 7, 1, 0);

    /// <summary>The name of a register or operation.</summary>
    public static string Name(int encoding) => Names.TryGetValue(encoding, out string? name) ? name
        : $"S{encoding >> 14}_{(encoding >> 11) & 7}_C{(encoding >> 7) & 15}_C{(encoding >> 3) & 15}_{encoding & 7}";

    private static int Register(string name, int op0, int op1, int crn, int crm, int op2)
    {
        int encoding = (op0 << 14) | (op1 << 11) | (crn << 7) | (crm << 3) | op2;
        Names.Add(encoding, name);
        return encoding;
    }
}
