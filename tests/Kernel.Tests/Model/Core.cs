namespace Redoubt.Kernel.Tests.Model;

/// <summary>One CPU: the registers that the kernel and its guests use, and its own interrupts (SGIs and PPIs).</summary>
internal sealed class Core(Hardware hardware, ulong number)
{
    private const uint MaintenanceBit = 1 << 25, AlarmBit = 1 << 26, TimerBit = 1 << 27;
    private const int Control = (int)(Register.CntvCtlEl0 - Register.System), Compare = (int)(Register.CntvCvalEl0 - Register.System);

    public ulong Number { get; } = number;

    /// <summary>System registers of EL1 and EL0 in the order of <see cref="Register"/>, then VDISR_EL2 and TPIDR2_EL0.</summary>
    public readonly ulong[] System = new ulong[32];

    /// <summary>V0 to V31, two words each.</summary>
    public readonly ulong[] Vectors = new ulong[64];

    public ulong Fpcr, Fpsr;

    public readonly VirtualInterface Virtual = new();

    public ulong Vttbr, Hcr, Cptr, Vmpidr;

    /// <summary>FAR_EL2 and HPFAR_EL2: an abort sets them, other exceptions leave them as they were.</summary>
    public ulong Far, Hpfar;

    /// <summary>CNTHP_CVAL_EL2, while the timer is on.</summary>
    public ulong? Alarm;

    /// <summary>Own interrupts, one bit each: enabled, active, latched (SGIs).</summary>
    public uint Enabled, Active, Latched;

    /// <summary>Acknowledged without a priority drop.</summary>
    public ulong? Running;

    /// <summary>The virtual timer's condition is met and not masked.</summary>
    public bool TimerFires => (System[Control] & 3) == 1 && hardware.Counter >= System[Compare];

    /// <summary>Own interrupts that are pending.</summary>
    public uint Pending => (Latched | (TimerFires ? TimerBit : 0) | (hardware.Counter >= Alarm ? AlarmBit : 0)
        | (Virtual.NeedsMaintenance ? MaintenanceBit : 0)) & Enabled & ~Active;

    /// <summary>Sets the guest's virtual timer, as it would itself.</summary>
    public void SetTimer(ulong control, ulong compare)
    {
        System[Control] = control;
        System[Compare] = compare;
    }
}
