using Redoubt.Proof.Execution;
using Redoubt.Proof.Terms;
using Redoubt.Proof.Theorems;
using Redoubt.Spec;
using S = Redoubt.Spec.Specification<Redoubt.Proof.Terms.Term>;

namespace Redoubt.Proof.Refinement;

/// <summary>The invariants of the specification that the proof assumes at the beginning of each handler, and shows at its end.</summary>
public static class StateInvariant
{
    // What an invariant of each vCPU is about: it is assumed of the vCPUs of which this word occurs.
    private static readonly (string Cell, S.Invariant Invariant)[] OfVcpus =
    [
        ("vcpu.Lifecycle", S.ReadyRanks), ("vcpu.Calling", S.CallersWait), ("vcpu.Calling", S.ToldBeforeWaiting), ("vcpu.Fault", S.FaultsOfFaulted),
    ];

    /// <summary>What is known of a word that a handler found in memory at its start.</summary>
    public static IEnumerable<Term> Of(Term cell) => OfVcpus.Where(pair => pair.Cell == cell.Name).Select(pair =>
        Holds(pair.Invariant, new Abstraction(name => Cells.Initial(KernelLayout.Field(name))), cell.Arguments[0]));

    /// <summary>What is known of the CPU's own words.</summary>
    public static Term OfCpu(Abstraction state, Term cpu) => Holds(S.RunningIsReady, state, cpu);

    /// <summary>They hold of a state.</summary>
    /// <param name="state">Kernel and hardware.</param>
    /// <param name="abstraction">What they stand for.</param>
    public static void Require(SymbolicState state, Abstraction abstraction)
    {
        Term any = Term.Variable("any.Vcpu", Abi.Limits.Vcpus - 1);
        foreach ((_, S.Invariant invariant) in OfVcpus)
        {
            state.Require("invariant", Holds(invariant, abstraction, any), invariant.Text);
        }
    }

    private static Term Holds(S.Invariant invariant, Abstraction state, Term row) =>
        invariant.Holds(new S.State(new TermStore(field => state[field])), new S.Configuration(new TermStore(field => state[field])), new S.Word(row), 0).Value;
}
