namespace Redoubt.Spec;

/// <summary>What a field is a property of; the first index says of which.</summary>
public enum Subject
{
    /// <summary>A vCPU, by its index: CPU times 16 plus rank.</summary>
    Vcpu,

    /// <summary>A CPU, by its number.</summary>
    Cpu,

    /// <summary>A physical interrupt, by its INTID.</summary>
    Interrupt,

    /// <summary>The machine: the index is 0.</summary>
    Machine,

    /// <summary>A partition, by its index.</summary>
    Partition,
}

/// <summary>A class of cells of the state or of the configuration: for each subject a word, or a row of words.</summary>
/// <param name="Name">The name in the code and in the document.</param>
/// <param name="Subject">What it is a property of.</param>
/// <param name="Columns">Words of a row.</param>
/// <param name="Ones">Bits that may be one.</param>
/// <param name="Text">What it means.</param>
public sealed record Field(string Name, Subject Subject, int Columns, ulong Ones, string Text)
{
    /// <summary>Number of subjects.</summary>
    public int Rows => Subject switch
    {
        Subject.Vcpu => Limits.Vcpus,
        Subject.Cpu => Limits.Cpus,
        Subject.Interrupt => Limits.Interrupts,
        Subject.Partition => Limits.Partitions,
        _ => 1,
    };

    public override string ToString() => Name;
}
