using Redoubt.Proof.Execution;
using static Redoubt.Proof.Check.Boot.BootRegisters;

namespace Redoubt.Proof.Check.Boot;

/// <summary>
/// What the registers of EL2 that never change again must hold after boot (Arm ARM D19.2, IHI0069 12). Stated once more on purpose, from the
/// manual: a kernel that confines less is refused.
/// </summary>
internal static class El2Registers
{
    // MAIR_EL2: attribute 0 normal write-back, attribute 1 Device-nGnRE
    private const ulong Mair = 0x04ff;

    // TCR_EL2: RES1, PS 40 bits, SH0 inner, ORGN0 and IRGN0 write-back, T0SZ 25
    private const ulong Tcr = (1UL << 31) | (1 << 23) | (2 << 16) | (3 << 12) | (1 << 10) | (1 << 8) | 25;

    // VTCR_EL2: RES1, PS 40 bits, SH0 inner, ORGN0 and IRGN0 write-back, SL0 level 1, T0SZ 25; VS 0: VMIDs of 8 bits
    private const ulong Vtcr = (1UL << 31) | (2 << 16) | (3 << 12) | (1 << 10) | (1 << 8) | (1 << 6) | 25;

    // SCTLR_EL2: RES1, WXN, I, SA, C, A, M
    private const ulong Sctlr = 0x30c5_0830 | (1 << 19) | (1 << 12) | (1 << 3) | (1 << 2) | (1 << 1) | 1;

    // MDCR_EL2: TDCC, TTRF, TPMS, TDRA, TDOSA, TDA, TPM, TPMCR, HPMN of all counters
    private const ulong Mdcr = (1 << 27) | (1 << 19) | (1 << 14) | (1 << 11) | (1 << 10) | (1 << 9) | (1 << 6) | (1 << 5) | Processor.Counters;

    private static readonly (int Register, ulong Value)[] Always =
    [
        (MairEl2, Mair), (TcrEl2, Tcr), (VtcrEl2, Vtcr), (SctlrEl2, Sctlr), (MdcrEl2, Mdcr),
        (CnthctlEl2, 0), (CntvoffEl2, 0), (SystemRegisters.CntvCtlEl0, 0), (HstrEl2, 0), (MdscrEl1, 0), (VpidrEl2, Processor.Midr),
        // SRE, DFB, DIB, not Enable; every priority; priority drop and deactivation apart; group 1
        (IccSreEl2, 7), (IccPmrEl1, 0xff), (IccBpr1El1, 0), (IccCtlrEl1, 2), (IccIgrpen1El1, 1),
    ];

    private static readonly int[] FineTraps = [HfgrtrEl2, HfgwtrEl2, HfgitrEl2, HdfgrtrEl2, HdfgwtrEl2];

    /// <summary>Registers and their values on a processor.</summary>
    /// <param name="processor">The processor.</param>
    /// <param name="tables">Address of the kernel's own tables.</param>
    /// <param name="vectors">Address of the kernel's exception vectors.</param>
    public static IEnumerable<(int Register, ulong Value)> Of(Processor processor, ulong tables, ulong vectors)
    {
        const int FineTrapsShift = 56, ExtensionsShift = 40;
        IEnumerable<(int, ulong)> registers = Always.Concat([(Ttbr0El2, tables), (VbarEl2, vectors)]);
        if (processor.Field(Processor.Mmfr0, FineTrapsShift) != 0)
            registers = registers.Concat(FineTraps.Select(register => (register, 0UL)));
        if (processor.Field(Processor.Mmfr1, ExtensionsShift) != 0)
            registers = registers.Append((HcrxEl2, 0UL));
        return registers;
    }

    /// <summary>Registers of EL1 and EL0 that hold reset values when a vCPU is entered for the first time (Arm ARM D19.2).</summary>
    public static IEnumerable<(int Register, ulong Value)> AtEntry(bool service)
    {
        // SCTLR_EL1: RES1; of a service UCI, nTWE, nTWI, UCT, I, C. CNTKCTL_EL1: of a service EL0VCTEN
        const ulong Reset = 0x30d0_0800, Service = (1 << 26) | (1 << 18) | (1 << 16) | (1 << 15) | (1 << 12) | (1 << 2);
        yield return (SystemRegisters.SctlrEl1, service ? Reset | Service : Reset);
        yield return (SystemRegisters.CntkctlEl1, service ? 2UL : 0);
        foreach (int register in (int[])[SystemRegisters.SpEl0, SystemRegisters.TpidrEl0, SystemRegisters.TpidrroEl0])
        {
            yield return (register, 0);
        }

        if (service)
            yield break;
        foreach (int register in (int[])
            [
                SystemRegisters.SpEl1, SystemRegisters.ElrEl1, SystemRegisters.SpsrEl1, SystemRegisters.VbarEl1, SystemRegisters.EsrEl1, SystemRegisters.FarEl1,
                SystemRegisters.Ttbr0El1, SystemRegisters.Ttbr1El1, SystemRegisters.TcrEl1, SystemRegisters.MairEl1, SystemRegisters.AmairEl1,
                SystemRegisters.ContextidrEl1, SystemRegisters.CpacrEl1, SystemRegisters.TpidrEl1, SystemRegisters.ParEl1, SystemRegisters.Afsr0El1,
                SystemRegisters.Afsr1El1, SystemRegisters.CsselrEl1, SystemRegisters.CntvCvalEl0, SystemRegisters.Fpcr,
                SystemRegisters.Fpsr, SystemRegisters.IchLr0El2, SystemRegisters.IchLr1El2, SystemRegisters.IchLr2El2, SystemRegisters.IchLr3El2,
                SystemRegisters.IchVmcrEl2, SystemRegisters.IchAp0r0El2, SystemRegisters.IchAp1r0El2,
            ])
        {
            yield return (register, 0);
        }

        // En
        yield return (SystemRegisters.IchHcrEl2, 1);
    }
}
