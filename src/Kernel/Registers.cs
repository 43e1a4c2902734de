using Redoubt.Abi;

namespace Redoubt.Kernel;

/// <summary>Registers of a vCPU by number, see <see cref="Register"/>.</summary>
internal static class Registers
{
    // SPSR: flags, DIT, UAO, PAN, SSBS, BTYPE, masks; the AArch64 modes of EL1 and EL0
    private const ulong PstateBits = 0xf1c0_1fc0;
    private const ulong El0T = 0, El1T = 4, El1H = 5;

    /// <summary>Whether there is a register of that number.</summary>
    public static bool IsKnown(ulong number) => number <= Register.Pstate || (number >= Register.System && number < Register.End);

    /// <summary>Whether a PSTATE may be given to a vCPU: no other mode than EL1 and EL0 in AArch64, EL0 alone for a service.</summary>
    public static bool IsAllowedPstate(ulong index, ulong value)
    {
        ulong mode = value & ~PstateBits;
        bool service = (State.PartitionOf(index).Flags & PartitionFlags.Service) != 0;
        return mode == El0T || (!service && (mode == El1T || mode == El1H));
    }

    /// <summary>Reads a known register from memory.</summary>
    public static ulong Read(ref VcpuState vcpu, ulong number) =>
        number == Register.Pc ? vcpu.Pc
        : number == Register.Pstate ? vcpu.Pstate
        : number < Register.Pc ? vcpu.X[(int)number]
        : vcpu.System[(int)((number - Register.System) & 31)];

    /// <summary>Writes a known register to memory.</summary>
    public static void Write(ref VcpuState vcpu, ulong number, ulong value)
    {
        if (number == Register.Pc)
        {
            vcpu.Pc = value;
        }
        else if (number == Register.Pstate)
        {
            vcpu.Pstate = value;
        }
        else if (number < Register.Pc)
        {
            vcpu.X[(int)number] = value;
        }
        else
        {
            vcpu.System[(int)((number - Register.System) & 31)] = value;
        }
    }
}
