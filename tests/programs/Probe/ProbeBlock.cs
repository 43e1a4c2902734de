using System.Runtime.InteropServices;

namespace Redoubt.Probing;

/// <summary>What probe.S keeps for each vCPU, at the lower end of its stack.</summary>
[StructLayout(LayoutKind.Explicit, Size = 0x98)]
internal struct ProbeBlock
{
    /// <summary>1 while a probe runs.</summary>
    [FieldOffset(0x70)] public ulong Active;

    /// <summary>ESR_EL1 of the exception that ended the last probe, with bit 63; 0 if none did.</summary>
    [FieldOffset(0x78)] public ulong Syndrome;

    /// <summary>FAR_EL1 at that time, which only some exceptions set.</summary>
    [FieldOffset(0x80)] public ulong Address;

    /// <summary>Number of the vCPU in the partition, for interrupt handlers; the program writes it.</summary>
    [FieldOffset(0x90)] public ulong Vcpu;
}
