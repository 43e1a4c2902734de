using System.Text.Json.Serialization;
using Redoubt.Proof.Execution;
using Redoubt.Proof.Reporting;

namespace Redoubt.Proof.Theorems;

/// <summary>What was shown of one handler.</summary>
/// <param name="Handler">Its name.</param>
/// <param name="Obligations">What had to hold.</param>
/// <param name="Findings">What could not be shown.</param>
/// <param name="Reached">Addresses of the instructions that it reaches.</param>
/// <param name="Steps">Instructions that were followed.</param>
/// <param name="Ends">Declared ends that were reached.</param>
/// <param name="Instructions">Most instructions on any path, each exclusive access counted once.</param>
/// <param name="StackBytes">Most bytes of the stack in use.</param>
/// <param name="Questions">Questions put to the solver, and answered from the cache.</param>
/// <param name="Remembered">Of these, answered from the cache.</param>
/// <param name="Milliseconds">How long it took.</param>
public sealed record HandlerResult(string Handler, IReadOnlyList<Obligation> Obligations, IReadOnlyList<Finding> Findings, IReadOnlyList<ulong> Reached,
    int Steps, int Ends, int Instructions, ulong StackBytes, int Questions, int Remembered, long Milliseconds)
{
    /// <summary>What another solver says of it, if one was asked.</summary>
    public IReadOnlyList<Rechecked> Rechecked { get; init; } = [];

    /// <summary>What solvers said that ended over a question, although it was asked once more.</summary>
    [JsonIgnore]
    public IReadOnlyList<string> Complaints { get; init; } = [];

    /// <summary>States from which it does what it must not do.</summary>
    [JsonIgnore]
    public IReadOnlyList<Counterexample> Counterexamples { get; init; } = [];
}
