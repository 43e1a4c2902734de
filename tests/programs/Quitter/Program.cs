using System;
using System.Runtime;
using System.Runtime.CompilerServices;
using System.Threading;
using Redoubt.Abi;

namespace Redoubt.Quitter;

/// <summary>A guest that ends as it is told to by keys: p, j and l crash it, o turns it off, r resets it; b keeps it busy for ever. It says when it is up, or busy.</summary>
internal static unsafe class Program
{
    // PL011 (DDI 0183): data, flags and their bit for "nothing received", mask and its bits for "received".
    private const ulong Data = GuestMap.Uart, Flags = GuestMap.Uart + 0x18, Mask = GuestMap.Uart + 0x38;
    private const uint ReceiveEmpty = 1 << 4, ReceiveInterrupts = 1 << 4 | 1 << 6;

    // GICD_CTLR with its bit for group 1, GICD_ISENABLER1 (IHI0069, 12.9).
    private const ulong Control = GuestMap.Distributor, Enable = GuestMap.Distributor + 0x104;
    private const uint EnableGroup1 = 1 << 1, UartBit = 1 << (int)(GuestMap.UartInterrupt - 32);

    // GICR_ISENABLER0 and the first GICR_IPRIORITYR of the SGI_base frame (12.11): interrupts of its own.
    private const ulong OwnEnable = GuestMap.Redistributors + 0x1_0100, OwnPriority = GuestMap.Redistributors + 0x1_0400;

    // PSCI (DEN0022).
    private const ulong SystemOff = 0x8400_0008, SystemReset = 0x8400_0009;

    private const ulong Nowhere = 0x1000;

    [RuntimeImport("*", "quit_pair"), MethodImpl(MethodImplOptions.InternalCall)]
    private static extern void Pair(ulong address);

    [RuntimeImport("*", "quit_litter"), MethodImpl(MethodImplOptions.InternalCall)]
    private static extern void LitterAndPair(ulong address);

    [RuntimeImport("*", "quit_jump"), MethodImpl(MethodImplOptions.InternalCall)]
    private static extern void Jump(ulong address);

    [RuntimeImport("*", "quit_call"), MethodImpl(MethodImplOptions.InternalCall)]
    private static extern void Call(ulong function);

    [RuntimeImport("*", "quit_wait"), MethodImpl(MethodImplOptions.InternalCall)]
    private static extern void Wait();

    [RuntimeExport("redoubt_main")]
    private static void Main()
    {
        Set(Mask, ReceiveInterrupts);
        Set(Control, EnableGroup1);
        Set(Enable, UartBit);
        Write("up\r\n"u8);
        while (true)
        {
            while ((Get(Flags) & ReceiveEmpty) != 0)
                Wait();
            Quit(Get(Data));
        }
    }

    private static void Quit(uint key)
    {
        switch (key)
        {
            case 'p': Pair(Data); break;
            case 'j': Jump(Nowhere); break;
            case 'l': Litter(); break;
            case 'o': Call(SystemOff); break;
            case 'r': Call(SystemReset); break;
            case 'b': Spin(); break;
        }
    }

    private static void Litter()
    {
        Set(OwnPriority, 0x4040_4040);
        Set(OwnEnable, uint.MaxValue);
        LitterAndPair(Data);
    }

    private static void Spin()
    {
        Write("busy\r\n"u8);
        while (true)
            ;
    }

    private static void Write(ReadOnlySpan<byte> text)
    {
        for (int i = 0; i < text.Length; i++)
            Set(Data, text[i]);
    }

    private static uint Get(ulong register) => Volatile.Read(ref *(uint*)register);

    private static void Set(ulong register, uint value) => Volatile.Write(ref *(uint*)register, value);
}
