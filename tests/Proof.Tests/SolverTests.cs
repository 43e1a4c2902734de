using Redoubt.Proof.Terms;

namespace Redoubt.Proof.Tests;

/// <summary>A solver's process may end at any time.</summary>
public sealed class SolverTests
{
    private const string Question = "(assert (! false :named a0))\n";

    [Fact]
    public void AProcessThatEndsIsStartedAgainAndAskedOnceMore()
    {
        using Scripted scripted = new("if [ ! -e \"$0.ended\" ]; then touch \"$0.ended\"; echo 'cadical: fatal error' >&2; exit 134; fi", "unsat");
        using Solver solver = new(scripted.Name);
        Reply reply = solver.Ask(Question, Solver.Milliseconds);
        Assert.Equal((Answer.Unsatisfiable, 1), (reply.Answer, solver.Asked));
        Assert.Equal([0], reply.Core);
        Assert.Empty(solver.Complaints);
    }

    [Fact]
    public void AProcessThatEndsTwiceHasNoAnswerAndSaysWhy()
    {
        using Scripted scripted = new("echo started >> \"$0.starts\"; echo 'cadical: fatal error' >&2; exit 134", "unsat");
        using Solver solver = new(scripted.Name);
        Assert.Equal(Answer.Unknown, solver.Ask(Question, Solver.Milliseconds).Answer);
        Assert.Equal("cadical: fatal error", Assert.Single(solver.Complaints));
        Assert.Equal(2, File.ReadAllLines(scripted.Name + ".starts").Length);
    }

    [Fact]
    public void AnAnswerThatIsNoneIsRefused()
    {
        using Scripted scripted = new("", "perhaps");
        using Solver solver = new(scripted.Name);
        Assert.Contains("perhaps", Assert.Throws<SolverException>(() => solver.Ask(Question, Solver.Milliseconds)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("z3", false)]
    [InlineData("z3", true)]
    [InlineData("cvc5", false)]
    [InlineData("cvc5", true)]
    public void WithoutCoresAnswersAreTheSame(string name, bool isThorough)
    {
        using Solver solver = new(name) { TellsCores = false, IsThorough = isThorough, Longest = 2 * Solver.Milliseconds };
        Reply reply = solver.Ask(Question, Solver.Milliseconds);
        Assert.Equal(Answer.Unsatisfiable, reply.Answer);
        Assert.Empty(reply.Core);
        Assert.Equal(Answer.Satisfiable, solver.Ask("(assert (! true :named a0))\n", Solver.Milliseconds).Answer);
    }
}
