using System;
using System.Runtime;
using Redoubt.Abi;

namespace Redoubt.Bench;

/// <summary>
/// Measures what traps and interrupts cost a program at EL1. Where one tick of the counter is one instruction (src/Tool/Bench), figures are
/// instructions. All is measured before anything is printed, so that no console disturbs.
/// </summary>
internal static class Program
{
    private const ulong PsciVersion = 0x8400_0000;

    /// <summary>Ticks until a timer fires: time to settle.</summary>
    private const ulong Soon = 50_000;

    private static Samples s_nothing, s_discover, s_version, s_typer, s_uart, s_send, s_spinning, s_waiting;

    [RuntimeExport("bench_main")]
    private static void Main()
    {
        Uart.Initialise();
        Gic.Initialise();
        for (int i = 0; i < Samples.Count; i++)
        {
            s_nothing.Add(Cpu.Nothing());
            s_discover.Add(Cpu.Call(Call.Base + Call.Discover));
            s_version.Add(Cpu.Call(PsciVersion));
            s_typer.Add(Cpu.Load(Gic.Typer));
            s_uart.Add(Cpu.Load(Uart.Flags));
            s_send.Add(Cpu.Send(Gic.SendToSelf));
            s_spinning.Add(Cpu.TimerSpinning(Soon));
            s_waiting.Add(Cpu.TimerWaiting(Soon));
        }

        Uart.EndLine();
        Print("nothing"u8, in s_nothing);
        Print("discover"u8, in s_discover);
        Print("psci-version"u8, in s_version);
        Print("gicd-typer"u8, in s_typer);
        Print("uart-flags"u8, in s_uart);
        Print("sgi-self"u8, in s_send);
        Print("timer-spinning"u8, in s_spinning);
        Print("timer-waiting"u8, in s_waiting);
        Uart.Write("figures end"u8);
        Uart.EndLine();
    }

    // Name, least, median, greatest
    private static void Print(ReadOnlySpan<byte> name, in Samples samples)
    {
        Uart.Write("figure "u8);
        Uart.Write(name);
        Uart.Write(samples.Least);
        Uart.Write(samples.Median);
        Uart.Write(samples.Greatest);
        Uart.EndLine();
    }

    [RuntimeExport("redoubt_panic")]
    private static void Panic(ulong reason)
    {
        Uart.Write("bench: panic"u8);
        Uart.Write(reason);
        Uart.EndLine();
        Cpu.Off();
    }
}
