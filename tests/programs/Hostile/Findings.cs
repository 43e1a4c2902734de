using System.Threading;
using Redoubt.Partition;

namespace Redoubt.Hostile;

/// <summary>What must not be: the first finding of each kind is kept, and shown by the first vCPU.</summary>
internal static class Findings
{
    /// <summary>Kinds: a value or address of another partition was seen; an access that must be refused was not.</summary>
    public const int Foreign = 1, Reached = 2, Vector = 3, Changed = 4;

    /// <summary>Places beside x0 to x9: FAR_EL1, and from this number on V registers.</summary>
    public const ulong FaultAddress = 0xfa, Vectors = 0x100;

    private static ulong s_kind, s_place, s_cause, s_value;

    /// <summary>Notes a finding.</summary>
    /// <param name="kind">What it is.</param>
    /// <param name="place">Register, encoding or address.</param>
    /// <param name="cause">The code that ran, or the call.</param>
    /// <param name="value">What was found there.</param>
    public static void Note(int kind, ulong place, ulong cause, ulong value)
    {
        if (Interlocked.CompareExchange(ref s_kind, (ulong)kind, 0) != 0)
            return;
        s_place = place;
        s_cause = cause;
        Volatile.Write(ref s_value, value);
    }

    /// <summary>Shows the finding, if there is one.</summary>
    public static void Show(ref ConsoleWriter console)
    {
        ulong kind = Volatile.Read(ref s_kind);
        if (kind == 0)
            return;
        console.Write(kind switch
        {
            Foreign => "hostile: SAW another partition's value, in "u8,
            Reached => "hostile: REACHED what is not its own, at "u8,
            Vector => "hostile: LOST a register, "u8,
            _ => "hostile: a call CHANGED register "u8,
        });
        console.WriteHex(s_place);
        console.Write(", after "u8);
        console.WriteHex(s_cause);
        console.Write(": "u8);
        console.WriteHex(s_value);
        console.WriteLine(""u8);
    }
}
