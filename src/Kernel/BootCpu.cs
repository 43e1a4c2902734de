using System.Runtime;
using System.Runtime.CompilerServices;

namespace Redoubt.Kernel;

/// <summary>Imports of Boot.S.</summary>
internal static class BootCpu
{
    /// <summary>Reads the identification registers of the CPU.</summary>
    [RuntimeImport("*", "boot_read_identification"), MethodImpl(MethodImplOptions.InternalCall)]
    public static extern void ReadIdentification(ref IdentificationRegisters registers);

    [RuntimeImport("*", "boot_clear_fine_traps"), MethodImpl(MethodImplOptions.InternalCall)]
    public static extern void ClearFineTraps();

    [RuntimeImport("*", "boot_clear_extensions"), MethodImpl(MethodImplOptions.InternalCall)]
    public static extern void ClearExtensions();

    /// <summary>ICH_VTR_EL2.</summary>
    [RuntimeImport("*", "boot_virtual_interface"), MethodImpl(MethodImplOptions.InternalCall)]
    public static extern ulong VirtualInterface();

    /// <summary>Address at which firmware starts the other CPUs.</summary>
    [RuntimeImport("*", "boot_secondary_entry"), MethodImpl(MethodImplOptions.InternalCall)]
    public static extern ulong SecondaryEntry();

    /// <summary>A machine that can't be served: this CPU stops.</summary>
    [RuntimeImport("*", "redoubt_panic"), MethodImpl(MethodImplOptions.InternalCall)]
    public static extern void Panic();
}
