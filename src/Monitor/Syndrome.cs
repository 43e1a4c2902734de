namespace Redoubt.Monitor;

/// <summary>ESR_EL2 of a fault (Arm ARM, D19.2.37).</summary>
public readonly struct Syndrome(ulong value)
{
    /// <summary>Exception classes (field EC).</summary>
    public const ulong Hvc = 0x16, Smc = 0x17, SystemRegister = 0x18, InstructionAbort = 0x20, DataAbort = 0x24;

    /// <summary>The register as it was.</summary>
    public ulong Value => value;

    /// <summary>EC.</summary>
    public ulong Class => (value >> 26) & 0x3f;

    /// <summary>ISS of HVC and SMC: the immediate.</summary>
    public ulong Immediate => value & 0xffff;

    /// <summary>ISV: the fields below describe the instruction.</summary>
    public bool IsDescribed => (value & (1 << 24)) != 0;

    /// <summary>SAS: bytes accessed, 1 to 8.</summary>
    public int Size => 1 << (int)((value >> 22) & 3);

    /// <summary>SSE: a load extends the sign.</summary>
    public bool IsSigned => (value & (1 << 21)) != 0;

    /// <summary>SF: the register is 64 bits wide.</summary>
    public bool IsWide => (value & (1 << 15)) != 0;

    /// <summary>CM: a cache maintenance instruction.</summary>
    public bool IsCacheMaintenance => (value & (1 << 8)) != 0;

    /// <summary>S1PTW: a walk of the guest's own translation tables.</summary>
    public bool IsTableWalk => (value & (1 << 7)) != 0;

    /// <summary>WnR.</summary>
    public bool IsWrite => (value & (1 << 6)) != 0;

    /// <summary>The low bytes of a store's register that are written.</summary>
    public ulong Truncate(ulong register) => register & (~0UL >> (64 - 8 * Size));

    /// <summary>What a load makes of the bytes read.</summary>
    public ulong Extend(ulong bytes)
    {
        ulong read = Truncate(bytes);
        if (!IsSigned)
            return read;
        int unused = 64 - 8 * Size;
        ulong extended = (ulong)((long)(read << unused) >> unused);
        return IsWide ? extended : (uint)extended;
    }
}
