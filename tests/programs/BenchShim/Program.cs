using System.Runtime;

namespace Redoubt.Bench;

/// <summary>Tells the console at which counter value the kernel is going to be entered.</summary>
internal static class Program
{
    [RuntimeExport("shim_announce")]
    private static void Announce(ulong time)
    {
        Uart.Initialise();
        Uart.EndLine();
        Uart.Write("figure kernel-entry"u8);
        Uart.Write(time);
        Uart.EndLine();
    }
}
