using System.Runtime;
using System.Runtime.CompilerServices;

namespace Redoubt.Kernel;

/// <summary>Imports of Cpu.S: single instructions.</summary>
internal static class Cpu
{
    /// <summary>Acknowledges the highest pending physical interrupt and returns its INTID (ICC_IAR1_EL1).</summary>
    [RuntimeImport("*", "cpu_acknowledge"), MethodImpl(MethodImplOptions.InternalCall)]
    public static extern ulong Acknowledge();

    /// <summary>Priority drop (ICC_EOIR1_EL1).</summary>
    [RuntimeImport("*", "cpu_end"), MethodImpl(MethodImplOptions.InternalCall)]
    public static extern void End(ulong intid);

    /// <summary>Deactivation (ICC_DIR_EL1).</summary>
    [RuntimeImport("*", "cpu_deactivate"), MethodImpl(MethodImplOptions.InternalCall)]
    public static extern void Deactivate(ulong intid);

    /// <summary>Sends a software-generated interrupt; takes a value of ICC_SGI1R_EL1.</summary>
    [RuntimeImport("*", "cpu_send_interrupt"), MethodImpl(MethodImplOptions.InternalCall)]
    public static extern void SendInterrupt(ulong value);

    /// <summary>CNTFRQ_EL0, in Hz.</summary>
    [RuntimeImport("*", "cpu_frequency"), MethodImpl(MethodImplOptions.InternalCall)]
    public static extern ulong Frequency();

    /// <summary>CNTPCT_EL0, in ticks.</summary>
    [RuntimeImport("*", "cpu_time"), MethodImpl(MethodImplOptions.InternalCall)]
    public static extern ulong Time();

    /// <summary>Sets and enables the hypervisor timer.</summary>
    [RuntimeImport("*", "cpu_set_alarm"), MethodImpl(MethodImplOptions.InternalCall)]
    public static extern void SetAlarm(ulong time);

    /// <summary>Disables the hypervisor timer.</summary>
    [RuntimeImport("*", "cpu_clear_alarm"), MethodImpl(MethodImplOptions.InternalCall)]
    public static extern void ClearAlarm();

    [RuntimeImport("*", "cpu_read32"), MethodImpl(MethodImplOptions.InternalCall)]
    public static extern uint Read32(ulong address);

    [RuntimeImport("*", "cpu_write32"), MethodImpl(MethodImplOptions.InternalCall)]
    public static extern void Write32(ulong address, uint value);

    [RuntimeImport("*", "cpu_write64"), MethodImpl(MethodImplOptions.InternalCall)]
    public static extern void Write64(ulong address, ulong value);

    /// <summary>Sets bits of an inbox word, with release; returns what it held.</summary>
    [RuntimeImport("*", "atomic_or"), MethodImpl(MethodImplOptions.InternalCall)]
    public static extern ulong AtomicOr(ref ulong word, ulong bits);

    /// <summary>Clears bits of an inbox word, with acquire; returns what it held.</summary>
    [RuntimeImport("*", "atomic_clear"), MethodImpl(MethodImplOptions.InternalCall)]
    public static extern ulong AtomicClear(ref ulong word, ulong bits);

    /// <summary>Clears the lowest bit that is set of an inbox word, if one is, with acquire; returns what it held.</summary>
    [RuntimeImport("*", "atomic_clear_lowest"), MethodImpl(MethodImplOptions.InternalCall)]
    public static extern ulong AtomicClearLowest(ref ulong word);

    /// <summary>Invalidates all stage 1 and 2 translations and the instruction caches.</summary>
    [RuntimeImport("*", "cpu_forget_translations"), MethodImpl(MethodImplOptions.InternalCall)]
    public static extern void ForgetTranslations();

    /// <summary>Invalidates the stage 1 translations of the partition that is loaded, on this CPU.</summary>
    [RuntimeImport("*", "cpu_forget_partition"), MethodImpl(MethodImplOptions.InternalCall)]
    public static extern void ForgetPartition();

    /// <summary>Calls the firmware below (SMC); returns its x0.</summary>
    [RuntimeImport("*", "cpu_firmware"), MethodImpl(MethodImplOptions.InternalCall)]
    public static extern ulong Firmware(ulong function, ulong a1, ulong a2, ulong a3);
}
