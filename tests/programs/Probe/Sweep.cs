using Redoubt.Partition;

namespace Redoubt.Probing;

/// <summary>
/// One piece of code for every encoding of MRS, MSR, SYS and SYSL: op0 1 to 3, and all of op1, CRn, CRm, op2 (Arm ARM C5.1.2). The
/// register of each is x0.
/// </summary>
internal static unsafe class Sweep
{
    /// <summary>Encodings in one direction: op0, op1, CRn, CRm, op2 from high to low bits, less 1 for op0.</summary>
    public const ulong Encodings = 3 << 14;

    private const uint Write = 0xd500_0000, Read = 0xd520_0000, Return = 0xd65f_03c0;
    private const ulong Stride = 8, Size = 2 * Encodings * Stride;
    private const int FieldShift = 5, Op0Shift = 14;

    /// <summary>Writes the code.</summary>
    public static void Generate()
    {
        uint* word = (uint*)Probe.SweepCode();
        for (ulong i = 0; i < 2 * Encodings; i++)
        {
            uint field = (uint)((i < Encodings ? i : i - Encodings) + (1 << Op0Shift)) << FieldShift;
            *word++ = (i < Encodings ? Read : Write) | field;
            *word++ = Return;
        }

        Memory.Clean(Probe.SweepCode(), Size);
    }

    /// <summary>Address of the code that reads into x0.</summary>
    public static ulong Reader(ulong encoding) => Probe.SweepCode() + encoding * Stride;

    /// <summary>Address of the code that writes from x0.</summary>
    public static ulong Writer(ulong encoding) => Probe.SweepCode() + (Encodings + encoding) * Stride;

    /// <summary>op0 of an encoding, 1 to 3.</summary>
    public static ulong Op0(ulong encoding) => (encoding >> Op0Shift) + 1;

    /// <summary>An encoding from its fields.</summary>
    public static ulong Encode(ulong op0, ulong op1, ulong crn, ulong crm, ulong op2) =>
        ((op0 - 1) << Op0Shift) | (op1 << 11) | (crn << 7) | (crm << 3) | op2;
}
