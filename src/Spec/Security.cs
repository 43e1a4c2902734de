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
