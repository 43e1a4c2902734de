using Redoubt.Abi;
using Redoubt.Proof.Execution;
using Redoubt.Proof.Terms;
using Redoubt.Proof.Theorems;
using Redoubt.Spec;
using S = Redoubt.Spec.Specification<Redoubt.Proof.Terms.Term>;

namespace Redoubt.Proof.Refinement;

/// <summary>The invariants of the specification that the proof assumes at the beginning of each handler, and shows at its end.</summary>
public static class StateInvariant
{
    private const int Milliseconds = 10_000;

    // What an invariant of each vCPU is about: it is assumed of the vCPUs of which this word occurs.
    private static readonly (string Cell, S.Invariant Invariant)[] OfVcpus =
    [
        ("vcpu.Lifecycle", S.ReadyRanks), ("vcpu.Calling", S.CallersWait), ("vcpu.Calling", S.ToldBeforeWaiting), ("vcpu.Fault", S.FaultsOfFaulted),
    ];

    private static Term AnyVcpu => Term.Variable(Distinctions.AnyVcpu, Limits.Vcpus - 1);

    /// <summary>What is known of a word that a handler found in memory at its start.</summary>
    public static IEnumerable<Term> Of(Term cell) => OfVcpus.Where(pair => pair.Cell == cell.Name).Select(pair =>
        Holds(pair.Invariant, new Abstraction(name => Cells.Initial(KernelLayout.Field(name))), cell.Arguments[0]));

    /// <summary>What is known of the CPU's own words.</summary>
    public static Term OfCpu(Abstraction state, Term cpu) => Holds(S.RunningIsReady, state, cpu);

    /// <summary>They hold of a state.</summary>
    /// <param name="state">Kernel and hardware.</param>
    /// <param name="abstraction">What they stand for.</param>
    /// <param name="obligations">Decides.</param>
    /// <param name="cpu">Number of the CPU.</param>
    public static void Require(SymbolicState state, Abstraction abstraction, Obligations obligations, Term cpu)
    {
        foreach ((_, S.Invariant invariant) in OfVcpus)
        {
            Term any = Holds(invariant, abstraction, AnyVcpu);
            Term[] goals = obligations.Shows(any, state.Path, limit: Milliseconds) ? [any] : [.. OneByOne(invariant, abstraction, cpu)];
            foreach (Term goal in goals)
            {
                state.Require("invariant", goal, invariant.Text);
            }
        }
    }

    /// <summary>The same of each vCPU of the CPU, and of any that is of another: for a handler that deals with all of them.</summary>
    private static IEnumerable<Term> OneByOne(S.Invariant invariant, Abstraction abstraction, Term cpu)
    {
        Term[] vcpus = [.. Enumerable.Range(0, Limits.VcpusPerCpu).Select(rank => (cpu * Term.Constant(Limits.VcpusPerCpu)) + Term.Constant((ulong)rank))];
        Term[] isOne = [.. vcpus.Select(vcpu => Term.Equal(AnyVcpu, vcpu))];
        Term isOwn = Term.Equal(Invariant.CpuOf(AnyVcpu), cpu);
        Term ofOthers = new Assumed([Term.Not(isOwn), .. isOne.Select(Term.Not)])[Holds(invariant, abstraction, AnyVcpu)];
        return vcpus.Select(vcpu => Split(Holds(invariant, abstraction, vcpu)))
            .Append(isOne.Aggregate(Term.Not(isOwn), Term.Either))
            .Append(isOne.Aggregate(Term.Either(isOwn, ofOthers), Term.Either));
    }

    private static Term Holds(S.Invariant invariant, Abstraction state, Term row) =>
        invariant.Holds(new S.State(new TermStore(field => state[field])), new S.Configuration(new TermStore(field => state[field])), new S.Word(row), 0).Value;

    /// <summary>
    /// A bit of a choice is a choice between bits: what changes other bits of the word no longer counts. Elsewhere words that are equal are more easily seen to be so
    /// if they stay whole.
    /// </summary>
    private static Term Split(Term truth) => truth switch
    {
        { Kind: Kind.Bit, Arguments: [{ Kind: Kind.Choose, Arguments: [var condition, var yes, var no] }] } =>
            Term.Choose(condition, Split(Term.Bit(yes, (int)truth.Value)), Split(Term.Bit(no, (int)truth.Value))),
        { Kind: Kind.Not or Kind.Both or Kind.Either or Kind.ChooseTruth } => truth.With(Array.ConvertAll(truth.Arguments, Split)),
        _ => truth,
    };
}
