namespace Redoubt.Spec;

/// <summary>The state: all of it. What of a vCPU is in registers and what is in memory makes no difference here.</summary>
public static class StateFields
{
    private const ulong Rank = (1 << Limits.VcpusPerCpu) - 1, Index = 0xff, Boolean = 1, Any = ~0UL;

    public static readonly Field
        X = Vcpu("X", "x0 to x30", columns: 31),
        Pc = Vcpu("Pc", "where it goes on (ELR_EL2)"),
        Pstate = Vcpu("Pstate", "its mode, flags and masks (SPSR_EL2)"),
        System = Vcpu("System", "SP_EL0 to CSSELR_EL1 in the order of the register numbers 64 to 86, CNTV_CTL_EL0, CNTV_CVAL_EL0, VDISR_EL2, TPIDR2_EL0", columns: 27),
        Vectors = Vcpu("Vectors", "V0 to V31, two words each", columns: 64),
        Float = Vcpu("Float", "FPCR, FPSR", columns: 2),
        Interface = Vcpu("Interface", "its virtual CPU interface: ICH_VMCR_EL2, ICH_AP0R0_EL2, ICH_AP1R0_EL2", columns: 3),
        Lists = Vcpu("Lists", "list registers: what was announced to it", columns: Limits.ListRegisters),
        Control = Vcpu("Control", "ICH_HCR_EL2: enabled; and a maintenance interrupt when all but one list register are free"),
        Templates = Vcpu("Templates", "for each virtual interrupt the list register that announces it, state excepted: priority, link to a physical interrupt", columns: Limits.VirtualInterrupts),
        Hardware = Vcpu("Hardware", "virtual interrupts that are backed by a physical one"),
        Enabled = Vcpu("Enabled", "virtual interrupts that are enabled"),
        Pending = Vcpu("Pending", "virtual interrupts that are latched and not announced"),
        Line = Vcpu("Line", "virtual interrupts whose line is 1"),
        Latched = Vcpu("Latched", "of the virtual interrupts that are announced: those that were latched, not just held by their line"),
        TimerActive = Vcpu("TimerActive", "1 while the physical interrupt of its virtual timer is active", ones: Boolean),
        Lifecycle = Vcpu("Lifecycle", "0 off, 1 ready, 2 waiting, 3 faulted", ones: 3),
        Calling = Vcpu("Calling", "1 while it waits in a call, which then returns events and a fault", ones: Boolean),
        Deadline = Vcpu("Deadline", "counter value at which its waiting ends; ~0 for never"),
        Events = Vcpu("Events", "events that arrived and were not returned yet"),
        Fault = Vcpu("Fault", "fault that its monitor has yet to be told of: 0 none, 1 data abort, 2 instruction abort, 3 call, 4 other, 5 SError", ones: 7),
        Syndrome = Vcpu("Syndrome", "while it is faulted: ESR_EL2 of the fault"),
        Address = Vcpu("Address", "FAR_EL2 of its last abort"),
        Ipa = Vcpu("Ipa", "until its monitor is told of an abort: the intermediate physical address, if it is known"),
        InboxEvents = Vcpu("InboxEvents", "events from other CPUs that its own has yet to take"),
        InboxVirtual = Vcpu("InboxVirtual", "virtual interrupts from other CPUs that its own has yet to take"),
        Account = Vcpu("Account", "time run in ticks, calls, faults, register accesses served, interrupts, waits for interrupt", columns: (int)AccountItem.State),

        Current = Cpu("Current", "the vCPU that runs, or ran last; 255 before the first", Index),
        Idle = Cpu("Idle", "1 while none runs", Boolean),
        Resident = Cpu("Resident", "the guest vCPU that has the CPU's virtual timer and virtual interrupt interface; 255 for none", Index),
        Since = Cpu("Since", "counter value up to which running time is accounted for", Any),
        Ready = Cpu("Ready", "ranks that are ready, one bit each", Rank),
        Slot = Cpu("Slot", "number of the time slot", Limits.Slots - 1),
        SlotEnd = Cpu("SlotEnd", "counter value at which it ends; ~0 for never", Any),
        Alarm = Cpu("Alarm", "counter value at which the hypervisor's timer fires; ~0 for never", Any),
        Inbox = Cpu("Inbox", "ranks for which something was left", Rank),
        Announced = Cpu("Announced", "1 while the interrupt that says so is pending", Boolean),

        Active = new("Active", Subject.Interrupt, 1, Boolean, "1 from the time that it is taken until it is handled: it does not fire again"),

        Power = new("Power", Subject.Machine, 1, 3, "0 on, 1 to be switched off, 2 to be reset");

    /// <summary>All of them.</summary>
    public static IReadOnlyList<Field> All { get; } = FieldList.Of(typeof(StateFields));

    private static Field Vcpu(string name, string text, int columns = 1, ulong ones = Any) => new(name, Subject.Vcpu, columns, ones, text);

    private static Field Cpu(string name, string text, ulong ones) => new(name, Subject.Cpu, 1, ones, text);
}
