using System.Threading;
using Redoubt.Partition;

namespace Redoubt.Sentinel;

/// <summary>The first thing found that was not as it must be. Any vCPU notes it, the first one tells.</summary>
internal static class Disturbance
{
    /// <summary>What was not as it must be.</summary>
    public const int SystemRegister = 1, GeneralRegister = 2, VectorRegister = 3, Tpidr2 = 4, Disr = 5, Timer = 6, Memory = 7, Foreign = 8, Reached = 9;

    private static ulong s_kind, s_index, s_expected, s_found;

    /// <summary>Notes a value that is not the expected one.</summary>
    public static void Compare(int kind, ulong index, ulong expected, ulong found)
    {
        if (expected != found && Interlocked.CompareExchange(ref s_kind, (ulong)kind, 0) == 0)
        {
            s_index = index;
            s_expected = expected;
            Volatile.Write(ref s_found, found);
        }
    }

    /// <summary>Tells of it, if there is something.</summary>
    public static void Show(ref ConsoleWriter console)
    {
        ulong kind = Volatile.Read(ref s_kind);
        if (kind == 0)
            return;
        console.Write("sentinel: DISTURBED "u8);
        console.Write(kind switch
        {
            SystemRegister => "held system register "u8,
            GeneralRegister => "register x"u8,
            VectorRegister => "register V"u8,
            Tpidr2 => "TPIDR2_EL0 "u8,
            Disr => "DISR_EL1 "u8,
            Timer => "CNTV_CVAL_EL0 "u8,
            Memory => "word of memory "u8,
            Foreign => "by another partition's value in the register with encoding "u8,
            _ => "by reaching what is nobody's, case "u8,
        });
        console.WriteDecimal(s_index);
        console.Write(": "u8);
        console.WriteHex(s_found);
        console.Write(" instead of "u8);
        console.WriteHex(s_expected);
        console.WriteLine(""u8);
    }
}
