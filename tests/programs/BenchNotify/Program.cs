using System;
using System.Runtime;
using System.Runtime.CompilerServices;
using System.Threading;
using Redoubt.Abi;
using Redoubt.Partition;

namespace Redoubt.Bench;

/// <summary>
/// Measures notifications between partitions on one CPU. Who has side 0 of the channels "service" and "guest" sends; the others, which come
/// first in the schedule, write the time at which they learned of it into the channel's memory.
/// </summary>
internal static unsafe class Program
{
    private static Samples s_nothing, s_service, s_guest;

    [RuntimeImport("*", "bench_nothing"), MethodImpl(MethodImplOptions.InternalCall)]
    private static extern ulong Nothing();

    [RuntimeImport("*", "bench_notify"), MethodImpl(MethodImplOptions.InternalCall)]
    private static extern ulong Notify(ulong slot);

    [RuntimeImport("*", "bench_wait"), MethodImpl(MethodImplOptions.InternalCall)]
    private static extern ulong Wait();

    [RuntimeExport("redoubt_main")]
    private static void Main()
    {
        bool service = Self.TryFindChannel("service"u8, out ChannelEnd* toService);
        bool guest = Self.TryFindChannel("guest"u8, out ChannelEnd* toGuest);
        if (service && guest)
            Send(toService, toGuest);
        else
            Receive(service ? toService : toGuest);
    }

    private static void Receive(ChannelEnd* end)
    {
        while (true)
            Volatile.Write(ref *(ulong*)end->Address, Wait());
    }

    private static void Send(ChannelEnd* toService, ChannelEnd* toGuest)
    {
        // The receivers come first: they wait already.
        for (int i = 0; i < Samples.Count; i++)
        {
            s_nothing.Add(Nothing());
            s_service.Add(Measure(toService));
            s_guest.Add(Measure(toGuest));
        }

        Print("nothing"u8, in s_nothing);
        Print("notify-service"u8, in s_service);
        Print("notify-guest"u8, in s_guest);
        Report();
    }

    // From the call to the other end's return from its wait
    private static ulong Measure(ChannelEnd* end)
    {
        ulong sent = Notify(end->NotifySlot);
        return Volatile.Read(ref *(ulong*)end->Address) - sent;
    }

    private static void Print(ReadOnlySpan<byte> name, in Samples samples)
    {
        ConsoleWriter console;
        console = default;
        console.Open();
        console.Write("figure "u8);
        console.Write(name);
        console.Write(" "u8);
        console.WriteDecimal(samples.Least);
        console.Write(" "u8);
        console.WriteDecimal(samples.Median);
        console.Write(" "u8);
        console.WriteDecimal(samples.Greatest);
        console.WriteLine(""u8);
    }

    // The console turns the machine off when all that have one have said that they are done.
    private static void Report()
    {
        ConsoleWriter console;
        console = default;
        console.Open();
        console.WriteLine("figures end"u8);
        if (Self.TryFindChannel("console"u8, out ChannelEnd* end))
        {
            RingWriter ring;
            ring = default;
            ring.Open(in *end);
            ring.Report(GuestReport.Off);
            Kernel.Notify(end->NotifySlot);
        }
    }
}
