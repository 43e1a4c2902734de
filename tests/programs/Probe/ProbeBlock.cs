using System.Runtime.InteropServices;

namespace Redoubt.Probe;

/// <summary>What probe.S keeps for each vCPU, at the lower end of its stack.</summary>
[StructLayout(LayoutKind.Explicit, Size = 0x98)]
internal struct ProbeBlock
{
    /// <summary>ESR_EL1 of the exception that ended the last probe, with bit 63; 0 if none did.</summary>
    [FieldOffset(0x78)] public ulong Syndrome;

    /// <summary>FAR_EL1 at that time, which only some exceptions set.</summary>
    [FieldOffset(0x80)] public ulong Address;
}
