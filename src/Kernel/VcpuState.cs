using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Redoubt.Abi;

namespace Redoubt.Kernel;

/// <summary>
/// State of one vCPU. Only the CPU it is pinned to touches it, the two inbox words excepted.
/// Vectors.S and Context.S know the offsets.
/// </summary>
[StructLayout(LayoutKind.Explicit, Size = 0x800)]
public struct VcpuState
{
    /// <summary>x0 to x30.</summary>
    [FieldOffset(0x000)] public GeneralRegisters X;

    /// <summary>ELR_EL2 and SPSR_EL2 of its next ERET.</summary>
    [FieldOffset(0x0f8)] public ulong Pc;
    [FieldOffset(0x100)] public ulong Pstate;

    /// <summary>Syndrome of its last trap, and addresses of its last abort.</summary>
    [FieldOffset(0x108)] public Esr Esr;
    [FieldOffset(0x110)] public ulong Far;
    [FieldOffset(0x118)] public ulong Hpfar;

    /// <summary>One of <see cref="Abi.Lifecycle"/>.</summary>
    [FieldOffset(0x120)] public ulong Lifecycle;

    /// <summary>Events that arrived and were not yet returned by a wait.</summary>
    [FieldOffset(0x128)] public ulong Events;

    /// <summary>Counter value at which a waiting vCPU goes on; ~0 for none.</summary>
    [FieldOffset(0x130)] public ulong Deadline;

    /// <summary>Fault that its monitor has yet to be told of, one of <see cref="FaultKind"/>.</summary>
    [FieldOffset(0x138)] public ulong Fault;

    /// <summary>Virtual interrupts by virtual INTID: enabled, latched, level of the line, backed by a physical interrupt.</summary>
    [FieldOffset(0x140)] public ulong Enabled;
    [FieldOffset(0x148)] public ulong Pending;
    [FieldOffset(0x150)] public ulong Line;
    [FieldOffset(0x158)] public ulong Hardware;

    /// <summary>1 if the physical virtual-timer interrupt was active when the vCPU left the CPU.</summary>
    [FieldOffset(0x160)] public ulong TimerActive;

    /// <summary>Virtual interrupts and events that were left for it: set by atomic OR, taken by the owner.</summary>
    [FieldOffset(0x168)] public ulong InboxVirtual;
    [FieldOffset(0x170)] public ulong InboxEvents;

    /// <summary>1 while it waits in a call, which then returns events and a fault; 0 while it waits in WFI.</summary>
    [FieldOffset(0x178)] public ulong Calling;

    /// <summary>Accounting, by <see cref="AccountItem"/>; time in counter ticks.</summary>
    [FieldOffset(0x180)] public AccountWords Account;

    /// <summary>Of the virtual interrupts that a list register announces: those that were latched, not just held by their line.</summary>
    [FieldOffset(0x1b0)] public ulong Latched;

    /// <summary>System registers by <see cref="Register"/> number less <see cref="Register.System"/>; then VDISR_EL2 and TPIDR2_EL0.</summary>
    [FieldOffset(0x200)] public SystemRegisters System;

    /// <summary>ICH_LR0_EL2 to ICH_LR3_EL2.</summary>
    [FieldOffset(0x300)] public ListRegisters Lists;

    /// <summary>ICH_VMCR_EL2, ICH_AP0R0_EL2, ICH_AP1R0_EL2, ICH_HCR_EL2.</summary>
    [FieldOffset(0x320)] public ulong Vmcr;
    [FieldOffset(0x328)] public ulong ActivePriorities0;
    [FieldOffset(0x330)] public ulong ActivePriorities1;
    [FieldOffset(0x338)] public ulong Hcr;

    /// <summary>FPCR and FPSR.</summary>
    [FieldOffset(0x340)] public ulong Fpcr;
    [FieldOffset(0x348)] public ulong Fpsr;

    /// <summary>What confines it, constant: VTTBR_EL2, HCR_EL2, CPTR_EL2, VMPIDR_EL2.</summary>
    [FieldOffset(0x350)] public ulong WorldVttbr;
    [FieldOffset(0x358)] public ulong WorldHcr;
    [FieldOffset(0x360)] public ulong WorldCptr;
    [FieldOffset(0x368)] public ulong WorldVmpidr;

    /// <summary>For each virtual INTID the list register that announces it, state excepted.</summary>
    [FieldOffset(0x400)] public ListTemplates Templates;

    /// <summary>V0 to V31, two words each.</summary>
    [FieldOffset(0x600)] public VectorRegisters Vectors;
}

[InlineArray(31)]
public struct GeneralRegisters
{
    private ulong _first;
}

[InlineArray((int)AccountItem.State)]
public struct AccountWords
{
    private ulong _first;
}

[InlineArray(32)]
public struct SystemRegisters
{
    private ulong _first;
}

[InlineArray(Limits.ListRegisters)]
public struct ListRegisters
{
    private ListRegister _first;
}

[InlineArray(Limits.VirtualInterrupts)]
public struct ListTemplates
{
    private ListRegister _first;
}

[InlineArray(64)]
public struct VectorRegisters
{
    private ulong _first;
}
