using System.Runtime;
using System.Threading;
using Redoubt.Abi;
using Redoubt.Partition;

namespace Redoubt.Hello;

/// <summary>
/// One of two partitions that pass a turn to and fro through a channel "ping": a word of shared memory counts the turns, a
/// notification says that one is over.
/// </summary>
internal static unsafe class Program
{
    private const ulong Rounds = 1000, Milestone = 250;

    private static ConsoleWriter s_console;

    [RuntimeExport("redoubt_main")]
    private static void Main()
    {
        s_console.Open();
        Report(GuestReport.Running);
        s_console.Write("hello from "u8);
        s_console.Write(in Self.Manifest.Name);
        s_console.WriteLine(Self.Manifest.Seeded != 0 ? ", with a seed"u8 : ", without a seed"u8);
        MeasureWait();
        if (Self.TryFindChannel("ping"u8, out ChannelEnd* ping) && ping->Size != 0)
            PlayPing(ping);
        else
            s_console.WriteLine("no channel \"ping\" with memory"u8);
        Report(GuestReport.Off);
    }

    // A wait is over at its deadline, not before, and not much later.
    private static void MeasureWait()
    {
        Kernel.Discover(out _, out _, out _, out ulong frequency);
        ulong start = Kernel.Counter, deadline = start + frequency / 100;
        while (Kernel.Counter < deadline)
            Kernel.Wait(deadline, out _);
        s_console.Write("10 ms of waiting took "u8);
        s_console.WriteDecimal((Kernel.Counter - start) * 1_000_000 / frequency);
        s_console.WriteLine(" us"u8);
    }

    // Side 0 has the even turns, side 1 the odd ones.
    private static void PlayPing(ChannelEnd* ping)
    {
        ref ulong turns = ref *(ulong*)ping->Address;
        for (ulong round = 1; round <= Rounds; round++)
        {
            ulong mine = 2 * (round - 1) + ping->Side;
            while (Volatile.Read(ref turns) != mine)
                Kernel.Wait(Kernel.Never, out _);
            Volatile.Write(ref turns, mine + 1);
            Kernel.Notify(ping->NotifySlot);
            if (round % Milestone == 0)
                ShowMilestone(round);
        }

        s_console.Write(in Self.Manifest.Name);
        s_console.Write(": "u8);
        s_console.WriteDecimal(Rounds);
        s_console.WriteLine(" rounds, done"u8);
    }

    private static void ShowMilestone(ulong round)
    {
        s_console.Write("ping "u8);
        s_console.WriteDecimal(round);
        s_console.WriteLine(""u8);
    }

    // The console turns the machine off when all have said that they are done.
    private static void Report(ulong report)
    {
        if (!Self.TryFindChannel("console"u8, out ChannelEnd* end))
            return;
        RingWriter ring;
        ring = default;
        ring.Open(in *end);
        ring.Report(report);
        Kernel.Notify(end->NotifySlot);
    }
}
