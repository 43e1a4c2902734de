namespace Redoubt.Kernel;

/// <summary>View of ESR_EL2 (Arm ARM D19.2.40).</summary>
public readonly struct Esr
{
    private readonly ulong _value;

    /// <summary>Wraps the register's value.</summary>
    public Esr(ulong value) => _value = value;

    /// <summary>The register.</summary>
    public ulong Value => _value;

    /// <summary>Exception class, bits 31:26.</summary>
    public ulong Ec => (_value >> 26) & 0x3f;

    /// <summary>Bytes of the instruction that trapped: IL, bit 25.</summary>
    public ulong Length => 2 + ((_value >> 24) & 2);

    /// <summary>Data abort: the register loaded or stored, bits 20:16.</summary>
    public ulong Srt => (_value >> 16) & 0x1f;

    /// <summary>Abort: HPFAR_EL2 holds its address, which a permission fault (DFSC 0b0011xx) leaves unknown unless it is on a table walk (S1PTW).</summary>
    public bool HasIpa => (_value & 0x3c) != 0xc || (_value & (1 << 7)) != 0;

    /// <summary>System register trap: the general register, bits 9:5.</summary>
    public ulong Rt => (_value >> 5) & 0x1f;

    /// <summary>System register trap: a read, bit 0.</summary>
    public bool IsRead => (_value & 1) != 0;

    /// <summary>System register trap: op0, op2, op1, CRn, CRm in their places, without Rt and direction.</summary>
    public ulong Register => _value & 0x3f_fc1e;
}

/// <summary>Exception classes, ESR_EL2.EC.</summary>
public static class ExceptionClass
{
    /// <summary>Names as in the Arm manual.</summary>
    public const ulong Unknown = 0x00, WaitFor = 0x01, Svc64 = 0x15, Hvc64 = 0x16, Smc64 = 0x17, SystemRegister = 0x18,
        InstructionAbort = 0x20, DataAbort = 0x24;
}
