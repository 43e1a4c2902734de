namespace Redoubt.Spec;

public static partial class Specification<T>
{
    /// <summary>A state beside what does not change.</summary>
    public sealed record Situation(State State, Configuration Configuration, Policy Policy);

    /// <summary>A word of the state, of any field: the row and column say which.</summary>
    public readonly record struct Place(Field Field, Word Row, Word Column);

    /// <summary>An unwinding condition.</summary>
    /// <param name="Name">Its name in the literature.</param>
    /// <param name="Text">What it says.</param>
    public sealed record Condition(string Name, string Text);

    /// <summary>Whatever a partition can do depends on what it observes.</summary>
    public static Condition OutputConsistency { get; } =
        new("output consistency", "what the processor is given when a vCPU runs is part of what its partition observes.");

    /// <summary>What a partition observes after a step is determined by what it and the step's own partition observed before.</summary>
    public static Condition WeakStepConsistency { get; } =
        new("weak step consistency", "if two states look the same to a partition and to the partition that a step belongs to, they look the same to it after the step.");

    /// <summary>A step leaves alone what its partition may not alter.</summary>
    public static Condition LocalRespect { get; } =
        new("local respect", "a step changes state of those partitions only that its own may alter, and switches off the machine only if its own commands it.");

    /// <summary>What a step can change at all, by what the configuration gives to whom it is about: a policy may allow more.</summary>
    public static Condition Confinement { get; } = new("confinement", "a step changes words of its own CPU, of the vCPU that it belongs to, and of those of the same CPU that this one serves, "
        + "is served by, or names by a capability in a call; of other CPUs inboxes alone, those of vCPUs of its partition or of one named by a capability; of physical interrupts the one that is "
        + "taken, one named by a capability, and those of such a vCPU; whether the machine is on only if a capability names the machine. The choice of a vCPU changes words of its own CPU and of "
        + "that CPU's vCPUs.");

    /// <summary>The conditions that together give noninterference.</summary>
    public static IReadOnlyList<Condition> Conditions { get; } = [OutputConsistency, WeakStepConsistency, LocalRespect];

    /// <summary>Fields that are the schedule: which vCPU runs when. They are public.</summary>
    public static IReadOnlyList<Field> PublicFields { get; } = [StateFields.Current, StateFields.Idle, StateFields.Resident, StateFields.Since];

    /// <summary>Fields of a CPU that nobody observes: what is waited for, and what is on its way.</summary>
    public static IReadOnlyList<Field> PrivateFields { get; } =
        [StateFields.Ready, StateFields.Slot, StateFields.SlotEnd, StateFields.Alarm, StateFields.Inbox, StateFields.Announced, StateFields.Power];

    /// <summary>Fields that the processor is given when a vCPU runs.</summary>
    public static IReadOnlyList<Field> OutputFields { get; } =
    [
        StateFields.X, StateFields.Pc, StateFields.Pstate, StateFields.System, StateFields.Vectors, StateFields.Float, StateFields.Interface, StateFields.Lists,
        StateFields.Control, StateFields.TimerActive,
    ];

    /// <summary>Whether a partition observes a word.</summary>
    public static Truth Observes(Situation at, Word who, Place place)
    {
        if (PublicFields.Contains(place.Field))
            return true;
        if (PrivateFields.Contains(place.Field))
            return false;
        return at.Policy.Sees(who, Owner(at.Configuration, place));
    }

    /// <summary>Whether a partition may change a word.</summary>
    public static Truth MayChange(Situation at, Word who, Place place)
    {
        if (place.Field == StateFields.Power)
            return at.Policy.Commands(who);
        if (place.Field.Subject == Subject.Cpu)
            return true;
        return at.Policy.Alters(who, Owner(at.Configuration, place));
    }

    /// <summary>Whether a step can change a word.</summary>
    /// <param name="step">The step, not carried out.</param>
    /// <param name="occasion">What it begins with; null for the choice of a vCPU and for what a guest does without EL2.</param>
    /// <param name="about">The vCPU that it belongs to; null for the choice of a vCPU.</param>
    /// <param name="place">The word.</param>
    public static Truth MayReach(Step step, Occasion? occasion, Word? about, Place place)
    {
        bool isInbox = place.Field == StateFields.InboxEvents || place.Field == StateFields.InboxVirtual || place.Field == StateFields.Inbox || place.Field == StateFields.Announced;
        return place.Field.Subject switch
        {
            Subject.Cpu => isInbox | (place.Row == step.Cpu.Index),
            Subject.Vcpu => ReachesVcpu(step, occasion, about, place.Row) | (isInbox & ReachesInbox(step, occasion, about, place.Row)),
            Subject.Interrupt => (occasion == Occasion.Interrupt & (place.Row == step.Entry.Interrupt)) | (Uses(step, occasion, Abi.Capability.Interrupt) & (step.Named.Number == place.Row))
                | ((step.Configuration.Sink(place.Row).Kind == Abi.Capability.Virtual) & ReachesVcpu(step, occasion, about, step.Configuration.Sink(place.Row).Target)),
            _ => Uses(step, occasion, Abi.Capability.Machine),
        };
    }

    private static Truth ReachesVcpu(Step step, Occasion? occasion, Word? about, Word vcpu)
    {
        Truth isNear = vcpu >> 4 == step.Cpu.Index;
        if (about is not { } who)
            return isNear;
        VcpuConfiguration configuration = step.Configuration.Vcpu(who);
        return isNear & ((vcpu == who) | (vcpu == configuration.Monitor) | (vcpu == configuration.Guest) | NamesVcpu(step, occasion, vcpu));
    }

    private static Truth ReachesInbox(Step step, Occasion? occasion, Word? about, Word vcpu) =>
        about is { } who ? (step.Configuration.Vcpu(vcpu).Partition == step.Configuration.Vcpu(who).Partition) | NamesVcpu(step, occasion, vcpu) : false;

    private static Truth NamesVcpu(Step step, Occasion? occasion, Word vcpu) => (step.Named.Target == vcpu)
        & (Uses(step, occasion, Abi.Capability.Event) | Uses(step, occasion, Abi.Capability.Virtual) | Uses(step, occasion, Abi.Capability.Vcpu));

    private static Truth Uses(Step step, Occasion? occasion, ulong capability) => occasion == Occasion.Call & step.Names(capability);

    /// <summary>The partition that a word of a vCPU or of a physical interrupt belongs to; what a monitor has yet to be told belongs to the monitor.</summary>
    public static Word Owner(Configuration configuration, Place place)
    {
        if (place.Field.Subject == Subject.Interrupt)
            return configuration.Owner(place.Row);
        VcpuConfiguration vcpu = configuration.Vcpu(place.Row);
        bool untold = place.Field == StateFields.Fault || place.Field == StateFields.Ipa;
        return ((Truth)untold & vcpu.HasMonitor).Choose(configuration.Vcpu(vcpu.Monitor).Partition, vcpu.Partition);
    }
}
