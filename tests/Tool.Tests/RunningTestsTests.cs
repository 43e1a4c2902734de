using Redoubt.Tool.Testing;

namespace Redoubt.Tool.Tests;

public sealed class RunningTestsTests
{
    [Fact]
    public void OneLineTellsOfAllThatRun()
    {
        List<string> lines = [];
        RunningTests running = new();
        running.Note("B", "B.First", default);
        int waited = running.Show(lines.Add, () =>
        {
            running.Note("A", "A.First", new TestTotals(1, 1, 0));
            running.End("B");
            running.End("A");
            return 7;
        });
        running.Note("C", "C.First", default);
        Assert.Equal(7, waited);
        Assert.Equal(["B 0 done, 0 failed; B.First", "A 2 done, 1 failed; B 0 done, 0 failed; A.First", "A 2 done, 1 failed; A.First"], lines);
    }
}
