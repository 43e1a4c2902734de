namespace Redoubt.Tool.Testing;

/// <summary>One test project: a program that runs its own tests.</summary>
/// <param name="project">The project file.</param>
public sealed class TestProject(string project)
{
    /// <summary>Its name.</summary>
    public string Name => Path.GetFileNameWithoutExtension(project);

    /// <summary>Runs the tests.</summary>
    /// <param name="only">Part of the full name of the tests to run; null for all.</param>
    /// <param name="tell">Told of each test that failed or was skipped, and why.</param>
    /// <param name="running">Told which test runs, and the totals so far.</param>
    public TestTotals Run(string? only, Action<string> tell, Action<string, TestTotals> running)
    {
        string program = Path.Combine(Workspace.Artifacts, "bin", Name, "release", Name + ".dll");
        List<string> arguments = [program, "-noLogo", "-noColor", "-noAutoReporters", "-reporter", "json"];
        if (only is not null)
            arguments.AddRange(["-method", $"*{only}*"]);
        TestReport report = new(Name, tell, running);
        Subprocess.Result result = Subprocess.Run("dotnet", arguments, Workspace.Root, report.Read);
        if (report.Complete)
            return report.Totals;
        tell($"{TestReport.Failed}{Name}: the test program ended with status {result.Status} before its last test\n{result.Error.Trim()}");
        return report.Totals + new TestTotals(0, 1, 0);
    }
}
