using System.Runtime;
using System.Runtime.CompilerServices;
using Redoubt.Abi;
using Redoubt.Partition;

namespace Redoubt.Heartbeat;

/// <summary>
/// A service that wakes up a hundred times a second, computes a checksum of its memory each time, and says how late it was at most. Whoever
/// writes to its channel "target" or notifies it does not concern it.
/// </summary>
internal static class Program
{
    private const ulong BeatsPerSecond = 100, BeatsOfReport = 50, MicrosecondsPerSecond = 1_000_000;
    private const ulong Pattern = 0x4ea7_bea7_4ea7_bea7;
    private const int Words = 4096;

    private static Block s_block;
    private static ConsoleWriter s_console;

    [RuntimeImport("*", "heart_set_thread"), MethodImpl(MethodImplOptions.InternalCall)]
    private static extern void SetThread(ulong value);

    [RuntimeImport("*", "heart_thread"), MethodImpl(MethodImplOptions.InternalCall)]
    private static extern ulong Thread();

    [RuntimeExport("redoubt_main")]
    private static void Main()
    {
        s_console.Open();
        TellThatItRuns();
        Kernel.Discover(out _, out _, out _, out ulong frequency);
        for (int i = 0; i < Words; i++)
            s_block[i] = Pattern * (ulong)(i + 1);
        ulong checksum = Checksum();
        ulong period = frequency / BeatsPerSecond, due = Kernel.Counter, latest = 0, early = 0;
        for (ulong beat = 1; ; beat++)
        {
            SetThread(Pattern + beat);
            due += period;
            while (Kernel.Counter < due)
            {
                Kernel.Wait(due, out _);
                early++;
            }

            ulong now = Kernel.Counter;
            latest = now - due > latest ? now - due : latest;
            // After a long delay it doesn't make up for the beats that were missed.
            due = now - due > period ? now : due;
            if (Thread() != Pattern + beat)
                s_console.WriteLine("heartbeat: DISTURBED TPIDR_EL0"u8);
            if (Checksum() != checksum)
                s_console.WriteLine("heartbeat: DISTURBED memory"u8);
            if (beat % BeatsOfReport == 0)
                Report(beat, early, latest * MicrosecondsPerSecond / frequency);
        }
    }

    // The console turns the machine off when nobody is left who has said so: a neighbour that says that it is off does not end this one.
    private static unsafe void TellThatItRuns()
    {
        if (!Self.TryFindChannel("console"u8, out ChannelEnd* end))
            return;
        RingWriter ring;
        ring = default;
        ring.Open(in *end);
        ring.Report(GuestReport.Running);
        Kernel.Notify(end->NotifySlot);
    }

    private static void Report(ulong beat, ulong waits, ulong latest)
    {
        s_console.Write("heartbeat: beat "u8);
        s_console.WriteDecimal(beat);
        s_console.Write(": "u8);
        s_console.WriteDecimal(waits);
        s_console.Write(" waits, at most "u8);
        s_console.WriteDecimal(latest);
        s_console.WriteLine(" us late"u8);
    }

    // Fletcher's, with two sums of 64 bits.
    private static ulong Checksum()
    {
        ulong sum = 0, sums = 0;
        for (int i = 0; i < Words; i++)
        {
            sum += s_block[i];
            sums += sum;
        }

        return sum ^ (sums << 1);
    }

    [InlineArray(Words)]
    private struct Block
    {
        private ulong _first;
    }
}
