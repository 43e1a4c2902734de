using F = Redoubt.Spec.PolicyFields;

namespace Redoubt.Spec;

public static partial class Specification<T>
{
    /// <summary>What partitions may learn of and do to each other.</summary>
    public sealed class Policy(IStore store)
    {
        public Truth Sees(Word who, Word whom) => new Row(store, F.Sees, who)[whom] != 0;

        public Truth Alters(Word who, Word whom) => new Row(store, F.Alters, who)[whom] != 0;

        public Truth Commands(Word who) => new Row(store, F.Commands, who)[0] != 0;
    }

    /// <summary>A condition on a configuration, for it to comply with a policy.</summary>
    /// <param name="Field">It is about each word of this field of the configuration.</param>
    /// <param name="Text">What it says.</param>
    /// <param name="Holds">Whether it holds of the word at a row and column.</param>
    public sealed record Rule(Field Field, string Text, Func<Configuration, Policy, Word, Word, Truth> Holds);

    /// <summary>When a configuration complies with a policy.</summary>
    public static IReadOnlyList<Rule> Rules { get; } =
    [
        new(ConfigurationFields.Partition, "A partition sees and alters itself.", (c, p, vcpu, _) =>
            p.Sees(c.Vcpu(vcpu).Partition, c.Vcpu(vcpu).Partition) & p.Alters(c.Vcpu(vcpu).Partition, c.Vcpu(vcpu).Partition)),
        OfCapability("Who holds an event or virtual interrupt alters the partition it arrives at.",
            [Abi.Capability.Event, Abi.Capability.Virtual], (c, p, who, held) => p.Alters(who, c.Vcpu(held.Target).Partition)),
        OfCapability("Who holds a vCPU sees and alters its partition.",
            [Abi.Capability.Vcpu], (c, p, who, held) => p.Sees(who, c.Vcpu(held.Target).Partition) & p.Alters(who, c.Vcpu(held.Target).Partition)),
        OfCapability("A vCPU that is held is a guest's.",
            [Abi.Capability.Vcpu], (c, _, _, held) => !c.PartitionOf(held.Target).IsService),
        OfCapability("Who holds a vCPU that has a monitor is that monitor.",
            [Abi.Capability.Vcpu], (c, _, who, held) => c.Vcpu(held.Target).HasMonitor.Implies(c.Vcpu(c.Vcpu(held.Target).Monitor & (Limits.Vcpus - 1)).Partition == who)),
        OfCapability("Who holds an account sees its partition.",
            [Abi.Capability.Account], (c, p, who, held) => p.Sees(who, c.Vcpu(held.Target).Partition)),
        OfCapability("Who holds a physical interrupt alters the partition that gets it.",
            [Abi.Capability.Interrupt], (c, p, who, held) => p.Alters(who, c.Owner(held.Number & (Limits.Interrupts - 1))) & (held.Number < Limits.Interrupts)),
        OfCapability("A physical interrupt that is held arrives as an event.",
            [Abi.Capability.Interrupt], (c, _, _, held) => c.Sink(held.Number & (Limits.Interrupts - 1)).Kind == Abi.Capability.Event),
        OfCapability("Who holds the machine commands it.", [Abi.Capability.Machine], (_, p, who, _) => p.Commands(who)),
        new(ConfigurationFields.Monitor, "A faulting vCPU's partition alters that of its monitor, which sees and alters it; both vCPUs belong to one CPU and name each other.",
            (c, p, vcpu, _) => c.Vcpu(vcpu).HasMonitor.Implies(Serves(c, p, c.Vcpu(vcpu).Monitor, vcpu))),
        new(ConfigurationFields.Guest, "The same, seen from the monitor.",
            (c, p, vcpu, _) => c.Vcpu(vcpu).HasGuest.Implies(Serves(c, p, vcpu, c.Vcpu(vcpu).Guest))),
        new(ConfigurationFields.Vcpus, "A partition's vCPUs belong to it.", (c, _, who, number) =>
            (c.Partition(who).Vcpus[number] != Limits.NoVcpu).Implies(
                (c.Partition(who).Vcpus[number] < Limits.Vcpus) & (c.Vcpu(c.Partition(who).Vcpus[number] & (Limits.Vcpus - 1)).Partition == who))),
        OfCapability("A virtual interrupt that may be sent is a guest's, and no physical one stands behind it.", [Abi.Capability.Virtual], (c, _, _, held) =>
            !c.PartitionOf(held.Target).IsService & (held.Number < Limits.VirtualInterrupts) & !IsBacked(c, held.Target, held.Number & (Limits.VirtualInterrupts - 1))),
        new(ConfigurationFields.Sink, "Only a device's interrupt goes anywhere. One that arrives as a virtual interrupt keeps its number, and is a guest's.", (c, _, intid, _) =>
            (c.Sink(intid).Kind <= Abi.Capability.Virtual) & ((c.Sink(intid).Kind == Abi.Capability.None) | (intid >= FirstShared))
            & ((c.Sink(intid).Kind != Abi.Capability.Virtual) | ((intid < Limits.VirtualInterrupts) & (c.Sink(intid).Number == intid) & !c.PartitionOf(c.Sink(intid).Target).IsService))),
        new(ConfigurationFields.SlotCount, "A CPU has at most 16 time slots.", (c, _, cpu, _) => c.Cpu(cpu).SlotCount <= Limits.Slots),
    ];

    private static Truth IsBacked(Configuration c, Word vcpu, Word number) =>
        (number == Step.TimerInterrupt) | ((c.Sink(number).Kind == Abi.Capability.Virtual) & (c.Sink(number).Target == vcpu));

    private static Rule OfCapability(string text, ulong[] kinds, Func<Configuration, Policy, Word, Capability, Truth> holds) =>
        new(ConfigurationFields.Capabilities, text, (c, p, who, slot) =>
        {
            Capability held = c.Partition(who).Capability(slot);
            Truth isOne = false;
            foreach (ulong kind in kinds)
                isOne |= held.Kind == kind;
            return isOne.Implies(holds(c, p, who, held));
        });

    private static Truth Serves(Configuration c, Policy p, Word monitor, Word guest)
    {
        Word m = monitor & (Limits.Vcpus - 1), g = guest & (Limits.Vcpus - 1);
        Word of = c.Vcpu(g).Partition, by = c.Vcpu(m).Partition;
        return (monitor < Limits.Vcpus) & (guest < Limits.Vcpus) & (monitor >> 4 == guest >> 4)
            & (c.Vcpu(g).Monitor == monitor) & (c.Vcpu(m).Guest == guest)
            & p.Alters(of, by) & p.Sees(by, of) & p.Alters(by, of);
    }
}
