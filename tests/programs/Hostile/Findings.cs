using System.Threading;
using Redoubt.Partition;

namespace Redoubt.Hostile;

/// <summary>What must not be: the first finding of each kind is kept, and shown by the first vCPU.</summary>
internal static class Findings
{
    /// <summary>Kinds: a value or address of another partition was seen; an access that must be refused was not.</summary>
    public const int Foreign = 1, Reached = 2, Vector = 3, Changed = 4;

    /// <summary>Where a foreign value was seen: not in a register that code read, but in FAR_EL1.</summary>
    public const ulong FaultAddress = 0xfa;

    private static ulong s_kind, s_detail;

    /// <summary>Notes a finding.</summary>
    public static void Note(int kind, ulong detail)
    {
        if (Interlocked.CompareExchange(ref s_kind, (ulong)kind, 0) == 0)
            Volatile.Write(ref s_detail, detail);
    }

    /// <summary>Shows the finding, if there is one.</summary>
    public static void Show(ref ConsoleWriter console)
    {
        ulong kind = Volatile.Read(ref s_kind);
        if (kind == 0)
            return;
        console.Write(kind switch
        {
            Foreign => "hostile: SAW another partition's value, at "u8,
            Reached => "hostile: REACHED what is not its own, at "u8,
            Vector => "hostile: LOST its V register "u8,
            _ => "hostile: a refused call CHANGED register x"u8,
        });
        console.WriteHex(Volatile.Read(ref s_detail));
        console.WriteLine(""u8);
    }
}
