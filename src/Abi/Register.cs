namespace Redoubt.Abi;

/// <summary>Registers of a vCPU by number, for <see cref="Call.ReadRegister"/> and <see cref="Call.WriteRegister"/>. 0 to 30 are x0 to x30.</summary>
public static class Register
{
    /// <summary>Program counter and PSTATE (as SPSR_EL2).</summary>
    public const ulong Pc = 31, Pstate = 32;

    /// <summary>First number of the EL1 and EL0 system registers.</summary>
    public const ulong System = 64;

    /// <summary>Registers that EL0 sees or that act at EL0.</summary>
    public const ulong SpEl0 = 64, TpidrEl0 = 65, TpidrroEl0 = 66, SctlrEl1 = 67, CntkctlEl1 = 68;

    /// <summary>Registers of EL1, named as in the Arm manual.</summary>
    public const ulong SpEl1 = 69, ElrEl1 = 70, SpsrEl1 = 71, VbarEl1 = 72, EsrEl1 = 73, FarEl1 = 74, Ttbr0El1 = 75,
        Ttbr1El1 = 76, TcrEl1 = 77, MairEl1 = 78, AmairEl1 = 79, ContextidrEl1 = 80, CpacrEl1 = 81, TpidrEl1 = 82,
        ParEl1 = 83, Afsr0El1 = 84, Afsr1El1 = 85, CsselrEl1 = 86;

    /// <summary>One past the last number that a call takes.</summary>
    public const ulong End = 87;

    /// <summary>The virtual timer: saved beside the others, but not for a monitor to see.</summary>
    public const ulong CntvCtlEl0 = 87, CntvCvalEl0 = 88;
}
