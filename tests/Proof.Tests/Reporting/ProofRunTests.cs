using System.Diagnostics;
using Redoubt.Proof.Reporting;
using Redoubt.Proof.Terms;
using Redoubt.Proof.Theorems;

namespace Redoubt.Proof.Tests;

/// <summary>Running the proof: several handlers at once, results that are kept, obligations as files, being stopped.</summary>
public sealed class ProofRunTests : IDisposable
{
    private const string Quick = "svc uid";
    private readonly string _folder = Directory.CreateTempSubdirectory("redoubt-proof").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void TheOrderOfResultsDoesNotDependOnTheOrderOfWork()
    {
        Report alone = new ProofRun(Shipped.Kernel, "cvc5", _folder).Prove("uid", _ => { });
        Report together = new ProofRun(Shipped.Kernel, "cvc5", null) { Jobs = 3 }.Prove("uid", _ => { });
        Assert.Equal(alone.Worst.Select(worst => worst.Handler), together.Worst.Select(worst => worst.Handler));
        Assert.Equal(alone.Obligations.Select(entry => entry with { Milliseconds = 0 }), together.Obligations.Select(entry => entry with { Milliseconds = 0 }));
        Assert.Equal(alone.Reached.Order(), together.Reached.Order());
    }

    [Fact]
    public void AResultIsKeptAsLongAsTheKernelIsTheSame()
    {
        Report first = new ProofRun(Shipped.Kernel, "cvc5", _folder).Prove(Quick, _ => { }), again = new ProofRun(Shipped.Kernel, "cvc5", _folder).Prove(Quick, _ => { });
        Assert.Equal((0, 1), (first.Totals.RememberedHandlers, again.Totals.RememberedHandlers));
        Assert.Equal(first.Obligations, again.Obligations);
        Assert.Empty(Directory.GetFiles(_folder, "*.tmp", SearchOption.AllDirectories));
        ulong last = first.Reached.Max();
        uint word = Shipped.Kernel.InstructionAt(last)!.Value;
        Report other = new ProofRun(Shipped.Kernel.Patched(last + 4, 0xd503_201f), "cvc5", _folder).Prove(Quick, _ => { });
        Assert.NotEqual(0u, word);
        Assert.Equal(0, other.Totals.RememberedHandlers);
    }

    [Fact]
    public void ADamagedResultIsNone()
    {
        new ProofRun(Shipped.Kernel, "cvc5", _folder).Prove(Quick, _ => { });
        foreach (string file in Directory.GetFiles(_folder, "*.json", SearchOption.AllDirectories))
        {
            File.WriteAllText(file, File.ReadAllText(file)[..100]);
        }

        Assert.Equal(0, new ProofRun(Shipped.Kernel, "cvc5", _folder).Prove(Quick, _ => { }).Totals.RememberedHandlers);
    }

    [Fact]
    public void AStoppedRunProvesNothingAndKeepsNothing()
    {
        using CancellationTokenSource stop = new();
        stop.Cancel();
        Assert.ThrowsAny<OperationCanceledException>(() => new ProofRun(Shipped.Kernel, "cvc5", _folder) { Stop = stop.Token }.Prove(Quick, _ => { }));
        Assert.Empty(Directory.GetFileSystemEntries(_folder));
    }

    [Theory]
    [InlineData(Quick)]
    [InlineData("specification revision")]
    public void ExportedObligationsAreAllThereAndHaveTheirAnswers(string handler)
    {
        Report report = new ProofRun(Shipped.Kernel, "cvc5", null).Prove(handler, _ => { }, new Export(_folder));
        string[][] index = [.. File.ReadLines(Path.Combine(_folder, "index.tsv")).Skip(1).Select(line => line.Split('\t'))];
        Assert.Equal(report.Totals.Simplified, index.Where(line => line[6] == "by simplification").Sum(line => int.Parse(line[4])));
        Assert.Equal(report.Totals.Solved, index.Where(line => line[6] != "by simplification").Sum(line => int.Parse(line[4])));
        string[] files = [.. Directory.GetFiles(_folder, "*.smt2", SearchOption.AllDirectories).Order()];
        Assert.Equal(files, index.Where(line => line[5].Length > 0).Select(line => Path.Combine(_folder, line[6])).Distinct().Order());
        Assert.Contains(index, line => line[1] == "vacuity" && line[5] == "sat");
        Assert.Equal(0, Make("SOLVER=cvc5"));
        string one = files.First(file => File.ReadAllText(file).Contains(":status unsat", StringComparison.Ordinal));
        File.WriteAllText(one, File.ReadAllText(one).Replace(":status unsat", ":status sat", StringComparison.Ordinal));
        // Within one tick of the file system's clock it would be as old as its last check.
        File.SetLastWriteTimeUtc(one, DateTime.UtcNow.AddMinutes(1));
        Assert.NotEqual(0, Make("SOLVER=cvc5"));
    }

    [Fact]
    public void EachIsProvedByTheSolverThatIsQuickAtIt()
    {
        Report report = new ProofRun(Shipped.Kernel, null, null).Prove("revision", _ => { });
        Assert.True(report.IsProved);
        Assert.Equal(["cvc5", "z3"], report.Solvers.Select(solver => solver.Name).Order());
        Assert.All(report.Obligations, entry => Assert.Contains(entry.Solver, (string[])["simplification", entry.Handler.StartsWith("specification", StringComparison.Ordinal) ? "z3" : "cvc5"]));
    }

    [Theory]
    [InlineData(Quick, "cvc5", "z3")]
    [InlineData("specification revision", "z3", "cvc5")]
    public void WithBothNoCaseIsLeftOut(string handler, string first, string second)
    {
        List<string> compared = [];
        ProofRun run = new(Shipped.Kernel, ProofRun.Both, _folder) { Compared = compared.Add };
        Report report = run.Prove(handler, _ => { }), again = run.Prove(handler, _ => { }), alone = new ProofRun(Shipped.Kernel, first, _folder).Prove(handler, _ => { });
        Assert.True(report.Totals.Solved > 0);
        Assert.Equal((report.Totals.Solved, 0), (report.Totals.Agreed, report.Totals.Open));
        Assert.All(report.Obligations, entry => Assert.Equal(new SecondResult(second, entry.Solved, 0, 0), entry.Second));
        // The first one is asked what it is asked when it is alone.
        Assert.Equal(alone.Obligations.Select(entry => (entry.Property, entry.Place, entry.Goal, entry.Simplified, entry.Solved)),
            report.Obligations.Select(entry => (entry.Property, entry.Place, entry.Goal, entry.Simplified, entry.Solved)));
        Assert.Equal((1, report.Totals.Agreed), (again.Totals.RememberedHandlers, again.Totals.Agreed));
        Assert.StartsWith($"{handler}: {second} decides {report.Totals.Agreed} cases like {first} ", Assert.Single(compared), StringComparison.Ordinal);
        // Answers that do not say which truths were enough are kept apart from those that do.
        string[] Lines(string kind) => [.. Directory.GetFiles(_folder, $"*.{kind}").SelectMany(File.ReadLines)];
        Assert.DoesNotContain(Lines("answers"), line => line.EndsWith($"{Answer.Unsatisfiable} ()", StringComparison.Ordinal));
        Assert.Contains(Lines("rechecked"), line => line.EndsWith($"{Answer.Unsatisfiable} ()", StringComparison.Ordinal));
    }

    [Fact]
    public void ASolverThatIsMissingIsSaid()
    {
        SolverException refused = Assert.Throws<SolverException>(() => new ProofRun(Shipped.Kernel, "no-such-solver", null).Prove(Quick, _ => { }));
        Assert.Contains("no-such-solver", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AnAnswerThatWasNotWrittenToItsEndIsNone()
    {
        string file = Path.Combine(_folder, "answers"), hash = new('a', 64), other = new('b', 64);
        AnswerCache cache = new(file);
        cache.Add(hash, Answer.Unsatisfiable, [1, 23]);
        cache.Add(other, Answer.Unsatisfiable, [1, 23]);
        File.WriteAllText(file, File.ReadAllText(file).TrimEnd()[..^2]);
        AnswerCache read = new(file);
        Assert.True(read.TryFind(hash, out (Answer Answer, int[] Core) known));
        Assert.Equal([1, 23], known.Core);
        Assert.False(read.TryFind(other, out _));
    }

    private int Make(string argument)
    {
        using Process make = Process.Start(new ProcessStartInfo("make", ["-s", "-C", _folder, argument]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        make.StandardOutput.ReadToEnd();
        make.WaitForExit();
        return make.ExitCode;
    }
}
