using System.Runtime;
using System.Runtime.CompilerServices;

namespace Redoubt.Kernel;

/// <summary>Imports of Context.S: parts of a vCPU's context between registers and memory.</summary>
internal static class Context
{
    [RuntimeImport("*", "context_save_user"), MethodImpl(MethodImplOptions.InternalCall)]
    public static extern void SaveUser(ref VcpuState vcpu);

    [RuntimeImport("*", "context_load_user"), MethodImpl(MethodImplOptions.InternalCall)]
    public static extern void LoadUser(ref VcpuState vcpu);

    /// <summary>Saves FAR_EL2 and HPFAR_EL2, which only aborts set.</summary>
    [RuntimeImport("*", "context_save_fault"), MethodImpl(MethodImplOptions.InternalCall)]
    public static extern void SaveFault(ref VcpuState vcpu);

    [RuntimeImport("*", "context_save_el1"), MethodImpl(MethodImplOptions.InternalCall)]
    public static extern void SaveEl1(ref VcpuState vcpu);

    [RuntimeImport("*", "context_load_el1"), MethodImpl(MethodImplOptions.InternalCall)]
    public static extern void LoadEl1(ref VcpuState vcpu);

    [RuntimeImport("*", "context_save_ras"), MethodImpl(MethodImplOptions.InternalCall)]
    public static extern void SaveRas(ref VcpuState vcpu);

    [RuntimeImport("*", "context_load_ras"), MethodImpl(MethodImplOptions.InternalCall)]
    public static extern void LoadRas(ref VcpuState vcpu);

    [RuntimeImport("*", "context_save_sme"), MethodImpl(MethodImplOptions.InternalCall)]
    public static extern void SaveSme(ref VcpuState vcpu);

    [RuntimeImport("*", "context_load_sme"), MethodImpl(MethodImplOptions.InternalCall)]
    public static extern void LoadSme(ref VcpuState vcpu);

    /// <summary>Saves and stops the virtual timer.</summary>
    [RuntimeImport("*", "context_save_timer"), MethodImpl(MethodImplOptions.InternalCall)]
    public static extern void SaveTimer(ref VcpuState vcpu);

    [RuntimeImport("*", "context_load_timer"), MethodImpl(MethodImplOptions.InternalCall)]
    public static extern void LoadTimer(ref VcpuState vcpu);

    [RuntimeImport("*", "context_save_lists"), MethodImpl(MethodImplOptions.InternalCall)]
    public static extern void SaveLists(ref VcpuState vcpu);

    /// <summary>Loads the list registers and ICH_HCR_EL2.</summary>
    [RuntimeImport("*", "context_load_lists"), MethodImpl(MethodImplOptions.InternalCall)]
    public static extern void LoadLists(ref VcpuState vcpu);

    [RuntimeImport("*", "context_save_interface"), MethodImpl(MethodImplOptions.InternalCall)]
    public static extern void SaveInterface(ref VcpuState vcpu);

    [RuntimeImport("*", "context_load_interface"), MethodImpl(MethodImplOptions.InternalCall)]
    public static extern void LoadInterface(ref VcpuState vcpu);

    [RuntimeImport("*", "context_save_simd"), MethodImpl(MethodImplOptions.InternalCall)]
    public static extern void SaveSimd(ref VcpuState vcpu);

    [RuntimeImport("*", "context_load_simd"), MethodImpl(MethodImplOptions.InternalCall)]
    public static extern void LoadSimd(ref VcpuState vcpu);

    [RuntimeImport("*", "context_load_world"), MethodImpl(MethodImplOptions.InternalCall)]
    public static extern void LoadWorld(ref VcpuState vcpu);

    [RuntimeImport("*", "context_set_cptr"), MethodImpl(MethodImplOptions.InternalCall)]
    public static extern void SetCptr(ulong cptr);
}
