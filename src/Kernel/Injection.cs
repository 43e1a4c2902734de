using Redoubt.Abi;

namespace Redoubt.Kernel;

/// <summary>Exceptions that a guest takes to its own EL1 (Arm ARM D1.3.1: vector offsets, D1.3.2: PSTATE on entry).</summary>
internal static class Injection
{
    private const ulong Il = 1 << 25;
    private const ulong InstructionAbortLower = 0x20UL << 26, DataAbortLower = 0x24UL << 26, SameLevel = 1UL << 26;

    // Synchronous external abort, not on a table walk (ISS.DFSC, IFSC)
    private const ulong External = 0x10;

    // SPSR: M[3:0], M[4] for AArch32, and the interrupt masks on entry to EL1h
    private const ulong ModeMask = 0xf, Aarch32 = 0x10, El0 = 0, El1T = 4, EntryPstate = 0x3c5;

    // SCTLR_EL1: PAN stays as it is on entry
    private const ulong Span = 1 << 23;

    /// <summary>An Undefined Instruction exception: ESR_EL1.EC is Unknown. FAR_EL1 stays: FAR_EL2 may still hold another guest's address.</summary>
    public static void Undefined(ref CpuState cpu, ref VcpuState vcpu, ulong index)
    {
        Switch.Publish(ref cpu, ref vcpu, index);
        Take(ref cpu, ref vcpu, index, Il);
    }

    /// <summary>A synchronous external abort for the address that faulted.</summary>
    public static void Abort(ref CpuState cpu, ref VcpuState vcpu, ulong index)
    {
        ulong ec = vcpu.Esr.Ec == ExceptionClass.InstructionAbort ? InstructionAbortLower : DataAbortLower;
        ulong same = (vcpu.Pstate & ModeMask) == El0 ? 0 : SameLevel;
        Switch.Publish(ref cpu, ref vcpu, index);
        vcpu.System[(int)(Register.FarEl1 - Register.System)] = vcpu.Far;
        Take(ref cpu, ref vcpu, index, ec | same | Il | External);
    }

    private static void Take(ref CpuState cpu, ref VcpuState vcpu, ulong index, ulong syndrome)
    {
        ref SystemRegisters registers = ref vcpu.System;
        registers[(int)(Register.ElrEl1 - Register.System)] = vcpu.Pc;
        registers[(int)(Register.SpsrEl1 - Register.System)] = vcpu.Pstate;
        registers[(int)(Register.EsrEl1 - Register.System)] = syndrome;
        vcpu.Pc = registers[(int)(Register.VbarEl1 - Register.System)] + VectorOffset(vcpu.Pstate);
        ulong sctlr = registers[(int)(Register.SctlrEl1 - Register.System)];
        vcpu.Pstate = EntryPstate | ((sctlr & Span) == 0 ? State.Found.Pan : vcpu.Pstate & State.Found.Pan);
        Switch.Reload(ref cpu, ref vcpu, index);
    }

    private static ulong VectorOffset(ulong pstate) =>
        (pstate & Aarch32) != 0 ? 0x600UL
        : (pstate & ModeMask) == El0 ? 0x400UL
        : (pstate & ModeMask) == El1T ? 0x000UL
        : 0x200UL;
}
