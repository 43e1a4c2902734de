using Redoubt.Probing;

namespace Redoubt.Hostile;

/// <summary>
/// Every encoding of MRS, MSR, SYS and SYSL. Nothing is left out: what would end this program's own run (SCTLR_EL1, VBAR_EL1, CPACR_EL1, SPSel,
/// DAIF) is put right by probe_run before memory is touched again, the interrupt interface and timer by <see cref="Storms.Calm"/>.
/// </summary>
internal static class RegisterAttack
{
    /// <summary>Reads and writes the next registers.</summary>
    public static void Go(ref Attacker attacker, ulong count)
    {
        for (ulong i = 0; i < count; i++)
        {
            ulong encoding = attacker.Encoding;
            attacker.Encoding = encoding + 1 < Sweep.Encodings ? encoding + 1 : 0;
            attacker.Registers += 2;

            ulong system = Sweep.Op0(encoding);
            attacker.Words[0] = 0;
            ulong ended = attacker.Run(Sweep.Reader(encoding), wild: true);
            if (ended == 0 && IsClosed(encoding))
                Findings.Note(Findings.Reached, encoding, ended, attacker.Words[0]);
            // SYS instructions may write memory: DC ZVA.
            attacker.Words[0] = system == 1 ? MemoryAttack.Target(ref attacker, out _) : attacker.Value();
            ended = attacker.Run(Sweep.Writer(encoding), wild: true);
            if (ended == 0 && IsClosed(encoding))
                Findings.Note(Findings.Reached, encoding, ended, attacker.Words[0]);
        }
    }

    /// <summary>
    /// Whether a register must be out of reach: those of EL2 and EL3, the physical counter and timer, the performance monitors, and the
    /// scalable vectors (Arm ARM D19, C5.3).
    /// </summary>
    private static bool IsClosed(ulong encoding)
    {
        ulong op0 = Sweep.Op0(encoding), op1 = (encoding >> 11) & 7, crn = (encoding >> 7) & 15, crm = (encoding >> 3) & 15, op2 = encoding & 7;
        if (op0 != 3)
            return false;
        return op1 switch
        {
            4 or 5 or 6 => true,
            3 when crn == 9 => crm is 12 or 13 or 14,
            3 when crn == 14 => (crm == 0 && op2 == 1) || crm == 2 || crm >= 8,
            0 when crn == 9 => crm is 9 or 10 or 11 or 14,
            0 when crn == 1 => crm == 2 && op2 is 0 or 6,
            _ => false,
        };
    }
}
