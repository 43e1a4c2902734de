namespace Redoubt.Spec;

/// <summary>The policy: what partitions may learn of and do to each other. Rows are those who may, columns those of whom or to whom.</summary>
public static class PolicyFields
{
    public static readonly Field
        Sees = new("Sees", Subject.Partition, Limits.Partitions, 1, "may learn all state of"),
        Alters = new("Alters", Subject.Partition, Limits.Partitions, 1, "may change the state of"),
        Commands = new("Commands", Subject.Partition, 1, 1, "may switch off or reset the machine");

    /// <summary>All of them.</summary>
    public static IReadOnlyList<Field> All { get; } = FieldList.Of(typeof(PolicyFields));
}
