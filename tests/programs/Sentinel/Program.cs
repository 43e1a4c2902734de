using System;
using System.Runtime;
using System.Runtime.CompilerServices;
using System.Threading;
using Redoubt.Abi;
using Redoubt.Partition;
using Redoubt.Probing;

namespace Redoubt.Sentinel;

/// <summary>
/// The neighbour of a hostile partition: it holds patterns in every register and in memory, and says at once when one is disturbed. Its beats
/// tell how many turns it made, how late its timer was, and what share of the CPU it got while it wanted all of it.
/// </summary>
internal static unsafe class Program
{
    private const ulong TurnsOfBeat = 128, Special = 1020, MicrosecondsPerSecond = 1_000_000;

    private static WatchPair s_watches;
    private static ConsoleWriter s_console;
    private static ulong s_prepared;

    [RuntimeExport("redoubt_main")]
    private static void Main(ulong manifest, ulong vcpu)
    {
        Probe.Block()->Vcpu = vcpu;
        ref Watch watch = ref s_watches[(int)vcpu];
        watch.Begin(vcpu);
        if (vcpu == 0)
        {
            s_console.Open();
            Sweep.Generate();
            Watch.FillMemory();
            Volatile.Write(ref s_prepared, 1);
        }

        while (Volatile.Read(ref s_prepared) == 0)
            Kernel.Wait(Kernel.Counter + 1, out _);
        Kernel.Discover(out _, out _, out _, out ulong frequency);
        while (true)
        {
            watch.Turn();
            if (vcpu == 0 && watch.Turns % TurnsOfBeat == 0)
                Beat(watch.Turns / TurnsOfBeat, frequency);
        }
    }

    private static void Beat(ulong number, ulong frequency)
    {
        Disturbance.Show(ref s_console);
        ref Watch first = ref s_watches[0], second = ref s_watches[1];
        s_console.Write("sentinel: beat "u8);
        s_console.WriteDecimal(number);
        s_console.Write(": "u8);
        s_console.WriteDecimal(first.Turns);
        s_console.Write(" and "u8);
        s_console.WriteDecimal(second.Turns);
        s_console.Write(" turns, "u8);
        s_console.WriteDecimal(first.Interrupts + second.Interrupts);
        s_console.Write(" timer interrupts, at most "u8);
        s_console.WriteDecimal(Math.Max(first.Latest, second.Latest) * MicrosecondsPerSecond / frequency);
        s_console.Write(" us late, share "u8);
        s_console.WriteDecimal(Share(ref first));
        s_console.Write(" and "u8);
        s_console.WriteDecimal(Share(ref second));
        s_console.WriteLine(" of 1000"u8);
    }

    private static ulong Share(ref Watch watch) => watch.Passed == 0 ? 0 : watch.Busy * 1000 / watch.Passed;

    [RuntimeExport("probe_interrupt")]
    private static void TakeInterrupt()
    {
        ulong intid = Probe.Acknowledge();
        if (intid >= Special)
            return;
        if (intid == GuestMap.TimerInterrupt)
            s_watches[(int)Probe.Block()->Vcpu].TakeTimer();
        else
            Disturbance.Compare(Disturbance.Reached, intid, GuestMap.TimerInterrupt, intid);
        Probe.End(intid);
    }

    [RuntimeExport("probe_unexpected")]
    private static void Unexpected(ulong syndrome, ulong pc, ulong address)
    {
        s_console.Write("sentinel: DISTURBED by an exception: ESR "u8);
        s_console.WriteHex(syndrome);
        s_console.Write(" ELR "u8);
        s_console.WriteHex(pc);
        s_console.Write(" FAR "u8);
        s_console.WriteHex(address);
        Panic.Stop("unexpected exception"u8);
    }

    [InlineArray(2)]
    private struct WatchPair
    {
        private Watch _first;
    }
}
