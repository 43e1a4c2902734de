namespace Redoubt.Kernel;

/// <summary>
/// What guests see of the identification registers (Arm ARM D19.2): only features whose state is architecturally confined or switched.
/// A field that is cleared says that the feature is absent, and its registers trap.
/// </summary>
internal static class Identification
{
    // Indices: CRm * 8 + op2
    private const int Pfr0Aarch32 = 8, Dfr0Aarch32 = 10, Pfr0 = 32, Pfr1 = 33, Dfr0 = 40, Isar0 = 48, Isar1 = 49, Isar2 = 50,
        Mmfr0 = 56, Mmfr1 = 57, Mmfr2 = 58, FirstAarch64 = 32, Count = 64;

    private const ulong Nibble = 0xf;

    /// <summary>Reads the CPU's registers, notes what the kernel must switch or clear, and sanitises them for guests.</summary>
    public static void Initialise(ref MachineState found)
    {
        ref IdentificationRegisters registers = ref found.Identification;
        BootCpu.ReadIdentification(ref registers);
        found.HasRas = Field(registers[Pfr0], 28) != 0 ? 1UL : 0;
        found.HasSme = Field(registers[Pfr1], 24) != 0 ? 1UL : 0;
        found.HasFineTraps = Field(registers[Mmfr0], 56) != 0 ? 1UL : 0;
        found.HasExtensions = Field(registers[Mmfr1], 40) != 0 ? 1UL : 0;
        found.Pan = Field(registers[Mmfr1], 20) != 0 ? 1UL << 22 : 0;

        ulong pfr0 = registers[Pfr0];
        ulong mmfr0 = registers[Mmfr0];
        ulong pfr1 = registers[Pfr1];
        ulong dfr0 = registers[Dfr0];
        ulong isar0 = registers[Isar0];
        ulong isar1 = registers[Isar1];
        ulong isar2 = registers[Isar2];
        ulong mmfr1 = registers[Mmfr1];
        ulong mmfr2 = registers[Mmfr2];
        for (int i = FirstAarch64; i < Count; i++)
        {
            registers[i] = 0;
        }
        registers[Pfr0Aarch32] &= ~0xf0f0_0000UL;                           // no RAS, AMU
        registers[Dfr0Aarch32] &= ~0xffff_0000UL;                           // no PerfMon, MProfDbg, TraceFilt
        registers[Pfr0] = (pfr0 & 0xf00f_0000_0fff_000f)                    // EL0, FP, AdvSIMD, GIC, DIT, CSV3
            | 0x10                                                          // EL1 is AArch64
            | (Field(pfr0, 56) != 0 ? 1UL << 56 : 0);                       // CSV2 without SCXTNUM
        registers[Pfr1] = pfr1 & 0xff;                                      // BT, SSBS
        registers[Dfr0] = dfr0 & 0x0000_00f0_f0f0_f00f;                     // DebugVer, BRPs, WRPs, CTX_CMPs, DoubleLock
        registers[Isar0] = isar0 & ~0x0f00_0000UL;                          // all but TME
        registers[Isar1] = isar1 & 0x00ff_ffff_00ff_f00f;                   // no APA, API, GPA, GPI, XS, LS64
        registers[Isar2] = isar2 & 0xf0f0_00f0;                             // RPRES, BC, CLRBHB
        registers[Mmfr0] = (mmfr0 & 0xffff_fff0) | Least(Field(mmfr0, 0), 2);   // at most 40 bits; no FGT, ECV
        registers[Mmfr1] = mmfr1 & 0x0000_00f0_00f0_f00f;                   // HAFDBS, HPDS, PAN, ETS
        registers[Mmfr2] = mmfr2 & 0xf0ff_00ff_f0ff_0fff;                   // no IESB, NV, FWB, EVT
    }

    private static ulong Field(ulong register, int shift) => (register >> shift) & Nibble;

    private static ulong Least(ulong a, ulong b) => a < b ? a : b;
}
