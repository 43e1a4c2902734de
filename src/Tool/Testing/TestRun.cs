using System.Diagnostics;
using System.Globalization;
using Redoubt.Tool.Builds;

namespace Redoubt.Tool.Testing;

/// <summary>All tests of the repository.</summary>
public static class TestRun
{
    /// <summary>The project that boots systems: it takes longest, and runs last.</summary>
    private const string Systems = "Systems";

    /// <summary>Builds and runs all test projects.</summary>
    /// <param name="only">Part of the full name of the tests to run; null for all.</param>
    /// <exception cref="UserError">They don't build.</exception>
    public static TestTotals RunAll(string? only)
    {
        string tests = Path.Combine(Workspace.Root, "tests");
        string[] projects =
        [
            .. Directory.EnumerateDirectories(tests, "*.Tests").Order(StringComparer.Ordinal).Append(Path.Combine(tests, Systems))
                .Where(Directory.Exists).SelectMany(folder => Directory.GetFiles(folder, "*.csproj")),
        ];
        string[] sources = [tests, Path.Combine(Workspace.Root, "src"), .. Programs.BuildSettings()];
        Progress.Show("building the tests", note =>
        {
            DotnetBuild.Run("tests", projects, sources, note);
            return true;
        });
        TestTotals totals = default;
        foreach (TestProject project in projects.Select(path => new TestProject(path)))
        {
            Stopwatch watch = Stopwatch.StartNew();
            List<string> reports = [];
            TestTotals own = Progress.Show(project.Name, note => project.Run(
                only,
                reports.Add,
                (test, sofar) => note($"{project.Name}: {sofar.Total} done, {sofar.Failed} failed; {test}")));
            reports.ForEach(Console.WriteLine);
            totals += own;
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{project.Name}: {own.Passed} passed, {own.Failed} failed, {own.Skipped} skipped in {watch.Elapsed.TotalSeconds:F1} s"));
        }

        return totals;
    }
}
