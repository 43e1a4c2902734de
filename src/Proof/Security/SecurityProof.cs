using System.Diagnostics;
using Redoubt.Proof.Execution;
using Redoubt.Proof.Terms;
using Redoubt.Proof.Theorems;
using S = Redoubt.Spec.Specification<Redoubt.Proof.Terms.Term>;

namespace Redoubt.Proof.Security;

/// <summary>The theorems about the specification: its invariant is kept, nothing is lost, and partitions are kept apart. Refinement carries them over to the machine code.</summary>
/// <param name="solver">Decides.</param>
/// <param name="manual">The specification.</param>
/// <param name="asked">Told of each case of an obligation, for those who export them.</param>
public sealed class SecurityProof(Solver solver, S.Manual manual, Action<Case>? asked = null)
{
    /// <summary>Properties.</summary>
    public const string Invariant = "invariant", Interrupts = "interrupts", Isolation = "isolation", Integrity = "integrity", Confidentiality = "confidentiality";

    private const string Prefix = "specification ";

    /// <summary>Names of what is proved one by one: the operations, the choice that ends every entry to EL2, and what the processor does without EL2.</summary>
    public static IEnumerable<string> Names(S.Manual manual) => Act.Of(manual).Select(NameOf);

    /// <summary>Proves all properties of one of these.</summary>
    public HandlerResult Prove(string name)
    {
        long start = Stopwatch.GetTimestamp();
        (int questions, int remembered) = (solver.Asked, solver.Remembered);
        Obligations obligations = new(solver, _ => []) { Asked = asked };
        Act act = Act.Of(manual).Single(act => NameOf(act) == name);
        Preservation.Require(act, obligations);
        Dependence.Require(act, obligations);
        if (act.IsSchedule)
        {
            Dependence.RequireOutputs(obligations);
            obligations.Require(Invariant, 0, Knowledge.LowestIsOne(Term.Variable("any")), PathCondition.Empty, "the lowest one of a word is a one");
        }

        RequirePossible(act, obligations);
        return new HandlerResult(name, [.. obligations.All], obligations.Findings, [], 0, 1, 0, 0, solver.Asked - questions + solver.Remembered - remembered,
            solver.Remembered - remembered, (long)Stopwatch.GetElapsedTime(start).TotalMilliseconds);
    }

    /// <summary>A name that is a file's, too.</summary>
    private static string NameOf(Act act) => Prefix + act.Name.Replace("`", "", StringComparison.Ordinal);

    /// <summary>What is assumed can be: what is shown is not shown of nothing.</summary>
    private static void RequirePossible(Act act, Obligations obligations)
    {
        List<(ulong, PathCondition)> paths = [];
        Transition.Each(act, transition => paths.Add((0, transition.Assumed())));
        obligations.RequirePossible(paths, "what is assumed before it can be true");
        foreach ((string piece, IReadOnlyList<PathCondition> cases) in Dependence.Assumed(act))
            obligations.RequirePossible([.. cases.Select(path => (0UL, path))], $"what is assumed of who sees and alters what can be true ({piece})");
    }
}
