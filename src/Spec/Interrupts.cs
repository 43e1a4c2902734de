namespace Redoubt.Spec;

public static partial class Specification<T>
{
    // INTIDs: an SGI and PPIs of the kernel, then those of devices, then those that mean nothing
    private const ulong InboxInterrupt = 0, MaintenanceInterrupt = 25, AlarmInterrupt = 26, FirstShared = 32, FirstSpecial = 1020;

    /// <summary>Physical interrupts; each is one entry to EL2.</summary>
    public static IReadOnlyList<Operation> Interrupts { get; } =
    [
        Interrupt("nothing", "INTID 1020 and up", s => s.Entry.Interrupt >= FirstSpecial, "The interrupt went away before it was acknowledged."),
        Interrupt("virtual timer", "INTID 27", s => s.Entry.Interrupt == Step.TimerInterrupt, "The virtual timer of the guest that has it fired.",
            new Effect("If a guest has the virtual timer, the physical interrupt is active and the virtual interrupt 27 is latched and **announced**.", s =>
            {
                if (s.Cpu.Resident == Limits.NoVcpu)
                    return;
                Vcpu guest = s.State.Vcpu(s.Cpu.Resident);
                guest.TimerActive = 1;
                s.Pend(guest, 1UL << (int)Step.TimerInterrupt);
            })),
        Interrupt("device", "INTID 32 to 1019", s => s.Entry.Interrupt >= FirstShared, "A device's interrupt goes where the configuration says.",
            new Effect("If the configuration sends it to a vCPU of this CPU, it is active until that vCPU has handled it, and the event or virtual interrupt "
                + "is **sent**. Otherwise it is lost.", s =>
            {
                Capability sink = s.Configuration.Sink(s.Entry.Interrupt);
                Truth own = (sink.Kind != Abi.Capability.None) & (s.State.Vcpu(sink.Target).Cpu == s.Cpu.Index);
                s.State.Active[s.Entry.Interrupt] = own.Choose(1, 0);
                if (own)
                    s.Deliver(sink);
            })),
        Interrupt("hypervisor timer", "INTID 26", s => s.Entry.Interrupt == AlarmInterrupt, "A deadline has passed or a time slot is over.",
            new Effect("Each waiting vCPU of the CPU whose deadline has passed **wakes**. If the time slot is over, the next begins: at its end, or now if that slot "
                + "would be over too. The timer is set to the next deadline or the end of the time slot.", s => s.Expire())),
        Interrupt("maintenance", "INTID 25", s => s.Entry.Interrupt == MaintenanceInterrupt, "List registers are free, or a level-sensitive interrupt was ended.",
            new Effect("What can be announced to the guest that has the interface is **announced**.", s =>
            {
                if (s.Cpu.Resident != Limits.NoVcpu)
                    s.Announce(s.State.Vcpu(s.Cpu.Resident));
            })),
        Interrupt("mail", "INTID 0", s => s.Entry.Interrupt == InboxInterrupt, "Something was left for a vCPU of this CPU.",
            new Effect("What was left for the vCPU of lowest rank **arrives**. If there is more, another such interrupt follows.", s => s.TakeMail())),
        Interrupt("any other", "any other INTID", _ => true, "Nothing that the kernel enables."),
    ];

    private static Operation Interrupt(string name, string condition, Func<Step, Truth> applies, string summary, params Effect[] effects) =>
        new(Occasion.Interrupt, name, condition, applies, summary)
        {
            Effects =
            [
                new("The account of interrupts of the vCPU that ran, if one did, grows by one.", s =>
                {
                    if (s.Cpu.Idle == 0)
                        s.Self.Account[AccountItem.Interrupts] += 1;
                }),
                .. effects,
            ],
        };
}
