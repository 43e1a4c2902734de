using System.Diagnostics;
using Redoubt.Proof.Terms;
using S = Redoubt.Spec.Specification<Redoubt.Spec.Tests.Symbolic.Unknown>;

namespace Redoubt.Spec.Tests.Symbolic;

/// <summary>The unwinding conditions hold of every step, over all states, configurations and policies.</summary>
public class SecurityTests(ITestOutputHelper output)
{
    [Fact]
    public void StepsRespectThePolicy() => Assert.Equal([], Failures(S.LocalRespect, S.Manual.Standard));

    [Fact]
    public void StepsDependOnWhatIsObserved() => Assert.Equal([], Failures(S.WeakStepConsistency, S.Manual.Standard));

    private string[] Failures(S.Condition condition, S.Manual manual)
    {
        using Solver solver = new("z3", null);
        List<string> failures = [];
        foreach (Piece piece in Piece.Of(manual).Where(piece => piece.About is not null || condition != S.LocalRespect))
        {
            long start = Stopwatch.GetTimestamp();
            int asked = solver.Asked;
            string[] failed = Dependence.Failures(solver, piece, condition);
            failures.AddRange(failed);
            output.WriteLine($"{piece.Name}: {solver.Asked - asked} questions, {Stopwatch.GetElapsedTime(start).TotalSeconds:f1} s{(failed.Length > 0 ? ", FAILS" : "")}");
        }
        return [.. failures];
    }
}
