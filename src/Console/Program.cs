using System.Runtime;
using Redoubt.Abi;
using Redoubt.Partition;

namespace Redoubt.Console;

/// <summary>Joins the UART and the channels named "console" by a <see cref="Multiplexer"/>.</summary>
internal static unsafe class Program
{
    private static Multiplexer s_multiplexer;
    private static Links s_links;
    private static Pl011 s_uart;
    private static bool s_interrupted;
    private static ulong s_frequency, s_inputFullSince;

    [RuntimeExport("redoubt_main")]
    private static void Main()
    {
        if (!Self.TryFindDevice("uart"u8, out DeviceEntry* device))
            return;
        s_uart.Open(device->Address);
        Kernel.Discover(out _, out _, out _, out s_frequency);
        OpenLinks();
        ulong interrupt = device->EventBit < 64 ? 1UL << (int)device->EventBit : 0;
        while (true)
        {
            bool busy = Turn();
            if (s_multiplexer.Finished && Self.Manifest.MachineSlot != ~0UL)
                Stop();
            if (busy)
                continue;
            if (s_interrupted && !s_uart.CanRead)
            {
                s_interrupted = false;
                Kernel.Acknowledge(device->InterruptSlot);
            }

            Kernel.Wait(Deadline(), out Arrival arrival);
            if ((arrival.Events & interrupt) != 0)
                s_interrupted = true;
        }
    }

    private static void OpenLinks()
    {
        Name console = Names.Of("console"u8);
        for (ulong i = 0; i < Self.Manifest.ChannelCount; i++)
        {
            ChannelEnd* end = Self.Channel(i);
            if (!Names.Same(in end->Name, in console))
                continue;
            s_links[s_multiplexer.Count].Open(in *end);
            s_multiplexer.Add(in end->Peer, guest: end->Guest != 0);
        }
    }

    // Everybody once. Returns whether anything happened.
    private static bool Turn()
    {
        bool busy = false;
        ReadKeys(ref busy);
        for (int i = 0; i < s_multiplexer.Count; i++)
        {
            s_links[i].Send(ref s_multiplexer, i, ref busy);
            s_links[i].Show(ref s_multiplexer, i, ref busy);
        }

        s_multiplexer.Settle();
        WriteTerminal(ref busy);
        return busy;
    }

    private static void ReadKeys(ref bool busy)
    {
        if (!s_multiplexer.InputIsFull)
            s_inputFullSince = Kernel.Counter;
        while (s_multiplexer.Count != 0 && s_multiplexer.Ready && s_uart.CanRead)
        {
            // Pasted text waits for a partition that is slow; one that has stopped reading must not lock the escape key out.
            if (s_multiplexer.InputIsFull && Kernel.Counter - s_inputFullSince < s_frequency / 8)
                return;
            s_multiplexer.Type(s_uart.Read());
            busy = true;
        }
    }

    private static void WriteTerminal(ref bool busy)
    {
        while (s_uart.CanWrite && s_multiplexer.Terminal.TryTake(out byte value))
        {
            s_uart.Write(value);
            busy = true;
        }

        s_uart.SetTransmitInterrupt(!s_multiplexer.Terminal.IsEmpty);
    }

    // Soon if there is something to do that no event announces, as a partition that reads its input at last.
    private static ulong Deadline()
    {
        bool pending = s_interrupted || !s_multiplexer.Terminal.IsEmpty;
        for (int i = 0; i < s_multiplexer.Count; i++)
            pending |= s_multiplexer.HasInput(i);
        return pending ? Kernel.Counter + s_frequency / 256 : Kernel.Never;
    }

    private static void Stop()
    {
        Drain();
        s_multiplexer.Flush();
        Drain();
        Kernel.Machine(Self.Manifest.MachineSlot, MachineAction.Off);
    }

    // Lets the UART finish, but does not wait for ever.
    private static void Drain()
    {
        ulong start = Kernel.Counter;
        bool busy = false;
        while ((!s_multiplexer.Terminal.IsEmpty || !s_uart.IsIdle) && Kernel.Counter - start < 4 * s_frequency)
            WriteTerminal(ref busy);
    }
}
