namespace Redoubt.Kernel;

/// <summary>View of ICH_LR&lt;n&gt;_EL2 (GIC architecture, IHI0069, 12.4.9).</summary>
public readonly struct ListRegister
{
    private const ulong PendingBit = 1UL << 62;
    private const ulong ActiveBit = 1UL << 63;
    private const ulong HardwareBit = 1UL << 61;
    private const ulong Group1 = 1UL << 60;
    private const ulong EndBit = 1UL << 41;
    private const int PriorityShift = 48;
    private const int PhysicalShift = 32;

    /// <summary>Priority of an interrupt until another is set.</summary>
    public const ulong LowestPriority = 0xf8;

    private readonly ulong _value;

    /// <summary>Wraps the register's value.</summary>
    public ListRegister(ulong value) => _value = value;

    /// <summary>The register.</summary>
    public ulong Value => _value;

    /// <summary>Neither pending nor active: the register is free.</summary>
    public bool IsFree => _value >> 62 == 0;

    /// <summary>The state is pending, or pending and active.</summary>
    public bool IsPending => (_value & PendingBit) != 0;

    /// <summary>The state is active, or pending and active.</summary>
    public bool IsActive => (_value & ActiveBit) != 0;

    /// <summary>Linked to a physical interrupt.</summary>
    public bool IsHardware => (_value & HardwareBit) != 0;

    /// <summary>Virtual INTID, as a bit of a 64-bit word.</summary>
    public ulong Bit => 1UL << (int)(_value & 63);

    /// <summary>Physical INTID, of a register that is linked.</summary>
    public ulong Physical => (_value >> PhysicalShift) & 0x3ff;

    /// <summary>A software interrupt of group 1 and lowest priority.</summary>
    public static ListRegister Software(ulong intid) => new(Group1 | intid | (LowestPriority << PriorityShift));

    /// <summary>The same, linked to a physical interrupt.</summary>
    public ListRegister LinkedTo(ulong physical) => new(_value | HardwareBit | (physical << PhysicalShift));

    /// <summary>The same with another priority, 0 to 255.</summary>
    public ListRegister WithPriority(ulong priority) => new((_value & ~(0xffUL << PriorityShift)) | (priority << PriorityShift));

    /// <summary>The same, pending.</summary>
    public ListRegister Pended() => new(_value | PendingBit);

    /// <summary>The same; its end is announced by a maintenance interrupt. Not for one that is linked: there the bit belongs to the physical INTID.</summary>
    public ListRegister WithEnd() => new(_value | EndBit);

    /// <summary>The same, no longer pending.</summary>
    public ListRegister Retracted() => new(_value & ~PendingBit);

    /// <summary>The same, no longer active.</summary>
    public ListRegister Deactivated() => new(_value & ~ActiveBit);
}
