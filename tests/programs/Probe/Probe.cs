using System.Runtime;
using System.Runtime.CompilerServices;

namespace Redoubt.Probing;

/// <summary>Imports of probe.S.</summary>
internal static unsafe class Probe
{
    /// <summary>
    /// Runs code with x0 to x9 from these ten words, and back. Returns 0, or the syndrome of the exception that ended it, with bit 63. Wild
    /// code may change what the program itself needs: SCTLR_EL1, VBAR_EL1, CPACR_EL1, SPSel, DAIF.
    /// </summary>
    [RuntimeImport("*", "probe_run"), MethodImpl(MethodImplOptions.InternalCall)]
    public static extern ulong Run(ulong code, ulong* registers, bool wild);

    /// <summary>The block of this vCPU.</summary>
    [RuntimeImport("*", "probe_block"), MethodImpl(MethodImplOptions.InternalCall)]
    public static extern ProbeBlock* Block();

    /// <summary>Where a vCPU of this program starts.</summary>
    [RuntimeImport("*", "probe_entry"), MethodImpl(MethodImplOptions.InternalCall)]
    public static extern ulong Entry();

    /// <summary>Takes the interrupts that are pending.</summary>
    [RuntimeImport("*", "probe_breathe"), MethodImpl(MethodImplOptions.InternalCall)]
    public static extern void Breathe();

    /// <summary>Memory for the code of <see cref="Sweep"/>.</summary>
    [RuntimeImport("*", "probe_sweep_code"), MethodImpl(MethodImplOptions.InternalCall)]
    public static extern ulong SweepCode();

    /// <summary>Memory for 16 instructions for each of two vCPUs.</summary>
    [RuntimeImport("*", "probe_user_code"), MethodImpl(MethodImplOptions.InternalCall)]
    public static extern ulong UserCode();

    [RuntimeImport("*", "probe_enter_user"), MethodImpl(MethodImplOptions.InternalCall)]
    private static extern void EnterUserCode();

    [RuntimeImport("*", "probe_wait"), MethodImpl(MethodImplOptions.InternalCall)]
    public static extern void WaitForInterrupt();

    [RuntimeImport("*", "probe_acknowledge"), MethodImpl(MethodImplOptions.InternalCall)]
    public static extern ulong Acknowledge();

    [RuntimeImport("*", "probe_end"), MethodImpl(MethodImplOptions.InternalCall)]
    public static extern void End(ulong intid);

    /// <summary>ICC_SGI1R_EL1.</summary>
    [RuntimeImport("*", "probe_send"), MethodImpl(MethodImplOptions.InternalCall)]
    public static extern void Send(ulong value);

    /// <summary>CNTV_CTL_EL0.</summary>
    [RuntimeImport("*", "probe_set_timer_control"), MethodImpl(MethodImplOptions.InternalCall)]
    public static extern void SetTimerControl(ulong value);

    /// <summary>CNTV_CVAL_EL0.</summary>
    [RuntimeImport("*", "probe_set_timer"), MethodImpl(MethodImplOptions.InternalCall)]
    public static extern void SetTimer(ulong value);

    /// <summary>CNTV_CVAL_EL0.</summary>
    [RuntimeImport("*", "probe_timer"), MethodImpl(MethodImplOptions.InternalCall)]
    public static extern ulong Timer();

    [RuntimeImport("*", "probe_open_interrupts"), MethodImpl(MethodImplOptions.InternalCall)]
    public static extern void OpenInterrupts();

    /// <summary>Both halves of each V register n become first + n * step.</summary>
    [RuntimeImport("*", "probe_fill_vectors"), MethodImpl(MethodImplOptions.InternalCall)]
    public static extern void FillVectors(ulong first, ulong step);

    [RuntimeImport("*", "probe_store_vectors"), MethodImpl(MethodImplOptions.InternalCall)]
    public static extern void StoreVectors(ulong* values);

    /// <summary>Code to run: x0 SPSR, x1 PC, x2 the value of all registers, at EL0.</summary>
    public static ulong EnterUser => (ulong)(delegate*<void>)&EnterUserCode;
}
