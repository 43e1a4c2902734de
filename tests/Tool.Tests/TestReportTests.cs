using Redoubt.Tool.Testing;

namespace Redoubt.Tool.Tests;

public sealed class TestReportTests
{
    [Fact]
    public void CountsWhatEnds()
    {
        List<string> reports = [];
        TestReport report = new("Some", reports.Add, (_, _) => { });
        foreach (string line in (string[])
            [
                "\e[0m{\"$type\":\"test-starting\",\"TestUniqueID\":\"1\",\"TestDisplayName\":\"A.One\"}",
                "{\"$type\":\"test-passed\",\"TestUniqueID\":\"1\"}",
                "something a test printed {",
                "{\"$type\":\"test-starting\",\"TestUniqueID\":\"2\",\"TestDisplayName\":\"A.Two\"}",
                "{\"$type\":\"test-failed\",\"TestUniqueID\":\"2\",\"Messages\":[\"why\"],\"StackTraces\":[\"where\"],\"Output\":\"\"}",
                "{\"$type\":\"test-starting\",\"TestUniqueID\":\"3\",\"TestDisplayName\":\"A.Three\"}",
                "{\"$type\":\"test-skipped\",\"TestUniqueID\":\"3\",\"Reason\":\"not here\"}",
                "{\"$type\":\"test-assembly-finished\"}",
            ])
            report.Read(line);
        Assert.True(report.Complete);
        Assert.Equal(new TestTotals(1, 1, 1), report.Totals);
        Assert.Equal(["FAILED A.Two\n    why\n    where", "SKIPPED A.Three: not here"], reports);
    }

    [Fact]
    public void AProgramThatStopsEarlyIsNotComplete()
    {
        TestReport report = new("Some", _ => { }, (_, _) => { });
        report.Read("{\"$type\":\"test-passed\",\"TestUniqueID\":\"1\"}");
        report.Read("[]");
        report.Read("");
        Assert.False(report.Complete);
    }
}
