using Redoubt.Proof.Execution;

namespace Redoubt.Proof.Reporting;

/// <summary>A state and inputs with which an act of the specification does what it must not do, for people.</summary>
/// <param name="Act">The act.</param>
/// <param name="Property">The property that does not hold.</param>
/// <param name="Goal">What should hold.</param>
/// <param name="Unknowns">What the solver chose, hexadecimal: inputs by name, words of the state before the act and of the configuration by field and index.</param>
public sealed record Instance(string Act, string Property, string Goal, IReadOnlyDictionary<string, string> Unknowns)
{
    /// <summary>Those that a solver found.</summary>
    public static IEnumerable<Instance> Of(string act, IEnumerable<Finding> findings) =>
        from finding in findings
        let model = finding.Model
        where model is not null
        select new Instance(act, finding.Property, finding.Message, model.Values.ToDictionary(pair => pair.Key, pair => $"0x{pair.Value:x}"));
}
