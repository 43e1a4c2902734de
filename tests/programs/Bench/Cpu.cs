using System.Runtime;
using System.Runtime.CompilerServices;

namespace Redoubt.Bench;

/// <summary>Imports of measure.S and start.S. Measurements are in ticks, gross.</summary>
internal static class Cpu
{
    /// <summary>An instruction that does nothing.</summary>
    [RuntimeImport("*", "bench_nothing"), MethodImpl(MethodImplOptions.InternalCall)]
    public static extern ulong Nothing();

    /// <summary>A call by HVC with a function identifier and no arguments.</summary>
    [RuntimeImport("*", "bench_call"), MethodImpl(MethodImplOptions.InternalCall)]
    public static extern ulong Call(ulong function);

    /// <summary>A load of a device's 32-bit register.</summary>
    [RuntimeImport("*", "bench_load"), MethodImpl(MethodImplOptions.InternalCall)]
    public static extern ulong Load(ulong address);

    /// <summary>From the write of ICC_SGI1R_EL1 to the first instruction of the handler.</summary>
    [RuntimeImport("*", "bench_send"), MethodImpl(MethodImplOptions.InternalCall)]
    public static extern ulong Send(ulong value);

    /// <summary>From the moment when the virtual timer fires to the first instruction of the handler, while the CPU spins.</summary>
    [RuntimeImport("*", "bench_timer_spinning"), MethodImpl(MethodImplOptions.InternalCall)]
    public static extern ulong TimerSpinning(ulong ticks);

    /// <summary>The same while the CPU sleeps in WFI.</summary>
    [RuntimeImport("*", "bench_timer_waiting"), MethodImpl(MethodImplOptions.InternalCall)]
    public static extern ulong TimerWaiting(ulong ticks);

    [RuntimeImport("*", "bench_enable_interrupts"), MethodImpl(MethodImplOptions.InternalCall)]
    public static extern void EnableInterrupts();

    [RuntimeImport("*", "bench_read32"), MethodImpl(MethodImplOptions.InternalCall)]
    public static extern uint Read32(ulong address);

    [RuntimeImport("*", "bench_write32"), MethodImpl(MethodImplOptions.InternalCall)]
    public static extern void Write32(ulong address, uint value);

    /// <summary>Turns the machine off.</summary>
    [RuntimeImport("*", "bench_off"), MethodImpl(MethodImplOptions.InternalCall)]
    public static extern void Off();
}
