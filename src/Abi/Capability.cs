namespace Redoubt.Abi;

/// <summary>
/// A capability, or where a physical interrupt goes: one 64-bit word. Bits 7:0 kind, 15:8 vCPU index, 31:16 number
/// (event bit, virtual INTID or physical INTID).
/// </summary>
public static class Capability
{
    /// <summary>Kinds.</summary>
    public const ulong None = 0, Event = 1, Virtual = 2, Vcpu = 3, Interrupt = 4, Machine = 5, Account = 6;

    /// <summary>Packs a capability.</summary>
    public static ulong Pack(ulong kind, ulong vcpu, ulong number) => kind | (vcpu << 8) | (number << 16);

    /// <summary>Kind, bits 7:0.</summary>
    public static ulong Kind(ulong word) => word & 0xff;

    /// <summary>Index of the vCPU, below <see cref="Limits.Vcpus"/> in a well-formed configuration.</summary>
    public static ulong Target(ulong word) => (word >> 8) & (Limits.Vcpus - 1);

    /// <summary>Event bit, virtual or physical INTID.</summary>
    public static ulong Number(ulong word) => (word >> 16) & 0xffff;
}
