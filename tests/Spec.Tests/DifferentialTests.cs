using CsCheck;
using S = Redoubt.Spec.Specification<Redoubt.Spec.Words.Number>;

namespace Redoubt.Spec.Tests;

/// <summary>The kernel does what the specification says: whatever happens to both, they stay in the same state.</summary>
public class DifferentialTests(ITestOutputHelper output)
{
    private const int Sequences = 2000, Longest = 400, MutantSequences = 600, LeastMoves = 100_000, LeastTimes = 10, CheckEach = 16;

    [Fact]
    public void TheKernelDoesWhatTheSpecificationSays()
    {
        Twin.Carried.Clear();
        Move.Any.Array[1, Longest].Sample(moves => Play(moves, S.Manual.Standard), iter: Sequences, threads: 1);
        int steps = Twin.Carried.Values.Sum();
        foreach (((string operation, string? refused), int count) in Twin.Carried.OrderBy(carried => carried.Key.Operation))
            output.WriteLine($"{count,8}  {operation}{(refused is null ? "" : $": {refused}")}");
        output.WriteLine($"{steps,8}  in all");
        Assert.All(S.Manual.Standard.Operations.SelectMany(Outcomes), outcome =>
            Assert.True(Twin.Carried.GetValueOrDefault(outcome) >= LeastTimes, $"hardly met: {outcome}"));
        Assert.True(steps >= LeastMoves, $"only {steps} entries to EL2");
    }

    /// <summary>A specification without one of its checks or effects is not what the kernel does.</summary>
    [Fact]
    public void EveryCheckAndEffectMatters()
    {
        Move[][] sequences = [.. Enumerable.Range(1, MutantSequences).Select(seed => Move.Any.Array[Longest].Generate(new PCG((uint)seed), null, out _))];
        (string Name, S.Manual Manual)[] mutants = [.. Mutants.Of(S.Manual.Standard)];
        string[] survivors = [.. mutants.Where(mutant => !sequences.Any(moves => Differs(moves, mutant.Manual))).Select(mutant => mutant.Name)];
        output.WriteLine($"{mutants.Length} mutants");
        Assert.Equal([], survivors);
    }

    private static bool Differs(Move[] moves, S.Manual manual)
    {
        try
        {
            Play(moves, manual);
            return false;
        }
        catch (Exception e) when (e is Xunit.Sdk.XunitException or ArgumentOutOfRangeException)
        {
            return true;
        }
    }

    private static void Play(Move[] moves, S.Manual manual)
    {
        Twin twin = new(Family.Boot(), manual);
        for (int i = 0; i < moves.Length; i++)
        {
            moves[i].Make(twin);
            if (i % CheckEach == 0)
                twin.CheckInvariants(i / CheckEach);
        }
    }

    private static IEnumerable<(string, string?)> Outcomes(S.Operation operation) =>
        operation.Checks.Select(check => (operation.Name, (string?)check.Text)).Append((operation.Name, null));
}
