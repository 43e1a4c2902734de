using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Redoubt.Kernel;

/// <summary>What the boot CPU found out about the machine; constant afterwards.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct MachineState
{
    /// <summary>Identification registers as guests see them; index CRm * 8 + op2.</summary>
    public IdentificationRegisters Identification;

    /// <summary>1 if the CPU has registers of FEAT_RAS, of FEAT_SME, that a guest reaches and that are therefore switched.</summary>
    public ulong HasRas;
    public ulong HasSme;

    /// <summary>1 if the CPU has fine-grained traps (FEAT_FGT), HCRX_EL2 (FEAT_HCX).</summary>
    public ulong HasFineTraps;
    public ulong HasExtensions;

    /// <summary>PSTATE.PAN (bit 22) if the CPU has it (FEAT_PAN), else 0.</summary>
    public ulong Pan;

    /// <summary>Counter frequency in Hz.</summary>
    public ulong Frequency;
}

[InlineArray(64)]
public struct IdentificationRegisters
{
    private ulong _first;
}
