using System.Runtime;
using Redoubt.Abi;
using Redoubt.Partition;
using Redoubt.Probing;

namespace Redoubt.Hostile;

/// <summary>Interrupts: floods of them, masked ones, and waiting for one that comes.</summary>
internal static unsafe class Storms
{
    /// <summary>Ticks that a wait of this program lasts at most: 1 ms at 62.5 MHz.</summary>
    public const ulong Longest = 62_500;

    private const ulong TimerOn = 1, TimerOff = 0, Broadcast = 1UL << 40, Everything = ~0UL;
    private const ulong Priority = 0x80, Special = 1020;
    private const int IntidShift = 24;

    /// <summary>The interrupt interface, the virtual interrupts and the timer are as this program needs them, whatever was written to them.</summary>
    public static void Calm(ref Attacker attacker)
    {
        Probe.SetTimerControl(TimerOff);
        Probe.OpenInterrupts();
        ulong slot = Self.Manifest.Guest.VcpuSlot + attacker.Vcpu;
        Kernel.WriteVirtual(slot, VirtualField.Line, Everything, 0);
        Kernel.WriteVirtual(slot, VirtualField.Active, Everything, 0);
        Kernel.WriteVirtual(slot, VirtualField.Enabled, Everything, Everything);
        for (ulong intid = 0; intid < Limits.VirtualInterrupts; intid++)
            Kernel.SetPriority(slot, intid, Priority);
        Probe.Breathe();
    }

    /// <summary>The timer fires again as soon as its interrupt has ended.</summary>
    public static void Timer(ref Attacker attacker, ulong count)
    {
        attacker.Storm = count;
        attacker.Interrupts += count;
        Probe.SetTimer(0);
        Probe.SetTimerControl(TimerOn);
        for (ulong i = 0; i < count && attacker.Storm != 0; i++)
            Probe.Breathe();
        Probe.SetTimerControl(TimerOff);
        attacker.Storm = 0;
    }

    /// <summary>Software-generated interrupts to all vCPUs of the partition and some that don't exist.</summary>
    public static void Interprocessor(ref Attacker attacker, ulong count)
    {
        for (ulong i = 0; i < count; i++)
        {
            ulong random = attacker.Random.Next();
            ulong intid = (random & 15) << IntidShift;
            Probe.Send((random >> 8 & 7) switch
            {
                0 => random,
                1 => intid | 0xffff,
                < 5 => intid | (1UL << (int)(1 - attacker.Vcpu)),
                _ => intid | Broadcast,
            });
            if ((i & 15) == 0)
                Probe.Breathe();
        }

        attacker.Interrupts += count;
        Probe.Breathe();
    }

    /// <summary>Runs with all interrupts masked for longer than a time slot.</summary>
    public static void Mask(ref Attacker attacker, ulong ticks)
    {
        ulong start = Kernel.Counter;
        while (Kernel.Counter - start < ticks)
        {
        }

        attacker.Interrupts++;
    }

    /// <summary>Waits for the timer, with the interrupt masked, and in a call.</summary>
    public static void Rest(ref Attacker attacker)
    {
        Probe.SetTimer(Kernel.Counter + Longest / 2);
        Probe.SetTimerControl(TimerOn);
        attacker.Run((ulong)(delegate*<void>)&Probe.WaitForInterrupt);
        Probe.Breathe();
        Probe.SetTimerControl(TimerOff);
        Kernel.Wait(Kernel.Counter + Longest / 2, out _);
        attacker.Interrupts += 2;
    }

    [RuntimeExport("probe_interrupt")]
    private static void Take()
    {
        ulong intid = Probe.Acknowledge();
        if (intid >= Special)
            return;
        ref Attacker attacker = ref Program.Current();
        attacker.Taken++;
        if (intid != GuestMap.TimerInterrupt)
            Kernel.WriteVirtual(Self.Manifest.Guest.VcpuSlot + attacker.Vcpu, VirtualField.Line, 1UL << (int)(intid & 63), 0);
        else if (attacker.Storm == 0)
            Probe.SetTimerControl(TimerOff);
        else
            attacker.Storm--;
        Probe.End(intid);
    }
}
