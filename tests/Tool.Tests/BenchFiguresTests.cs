using Redoubt.Tool.Bench;

namespace Redoubt.Tool.Tests;

public sealed class BenchFiguresTests
{
    [Fact]
    public void FiguresAreReadFromWhateverTheConsolesSay()
    {
        IReadOnlyDictionary<string, double> figures = Counted.Read("""
            linux | figure boot 881080571
            figure null-call 455.9
            [    1.4] noise
            figure sgi-self 530 533 900
            figure
            configure x 1
            """);
        Assert.Equal(new Dictionary<string, double> { ["boot"] = 881_080_571, ["null-call"] = 455.9, ["sgi-self"] = 533 }, figures);
    }

    [Theory]
    [InlineData(150, true, false)]
    [InlineData(151, false, false)]
    [InlineData(100, true, true)]
    public void LimitAndGoalBelongToWhatIsAccepted(double value, bool within, bool reached)
    {
        Figure figure = new("name", "title", value) { Limit = 150, Goal = 100 };
        Assert.Equal(within, figure.IsWithinLimit);
        Assert.Equal(reached, figure.IsAtGoal);
    }

    [Fact]
    public void WithoutLimitEverythingIsAccepted()
    {
        Figure figure = new("name", "title", double.MaxValue);
        Assert.True(figure.IsWithinLimit);
        Assert.True(figure.IsAtGoal);
    }
}
