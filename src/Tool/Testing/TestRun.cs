using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Redoubt.Tool.Builds;

namespace Redoubt.Tool.Testing;

/// <summary>All tests of the repository.</summary>
public static class TestRun
{
    /// <summary>The project that boots systems: it takes longest, and begins first.</summary>
    private const string Systems = "Systems";

    /// <summary>How a project's tests ended.</summary>
    private sealed record Ended(string Project, TestTotals Totals, IReadOnlyList<string> Reports, TimeSpan Time);

    /// <summary>
    /// Builds all test projects, and runs as many at a time as there are CPUs: systems that boot often wait, and hosted tests fill the gaps. What a project
    /// has to say is printed when it has ended, and once more at the end which tests failed.
    /// </summary>
    /// <param name="only">Part of the full name of the tests to run; null for all.</param>
    /// <exception cref="UserError">They don't build.</exception>
    public static TestTotals RunAll(string? only)
    {
        string tests = Path.Combine(Workspace.Root, "tests");
        string[] projects =
        [
            .. Directory.EnumerateDirectories(tests, "*.Tests").Order(StringComparer.Ordinal).Prepend(Path.Combine(tests, Systems))
                .Where(Directory.Exists).SelectMany(folder => Directory.GetFiles(folder, "*.csproj")),
        ];
        string[] sources = [tests, Path.Combine(Workspace.Root, "src"), .. Programs.BuildSettings()];
        Progress.Show("building the tests", note =>
        {
            DotnetBuild.Run("tests", projects, sources, note);
            // In one go, instead of some whenever a test wants them.
            if (only is null)
                Programs.Build(Programs.All, note);
            return true;
        });

        using BlockingCollection<Ended> ended = [];
        RunningTests running = new();
        Task work = Task.Run(() =>
        {
            try
            {
                ParallelOptions options = new() { MaxDegreeOfParallelism = Environment.ProcessorCount };
                Parallel.ForEach(Partitioner.Create(projects, EnumerablePartitionerOptions.NoBuffering), options, path => ended.Add(Run(new TestProject(path), only, running)));
            }
            finally
            {
                ended.CompleteAdding();
            }
        });
        TestTotals totals = default;
        List<string> failures = [];
        while (Progress.Show("testing", note => running.Show(note, () => ended.TryTake(out Ended? next, Timeout.Infinite) ? next : null)) is { } one)
        {
            totals += one.Totals;
            failures.AddRange(one.Reports.Select(report => report.Split('\n')[0]).Where(line => line.StartsWith(TestReport.Failed, StringComparison.Ordinal)));
            foreach (string report in one.Reports)
                Console.WriteLine(report);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{one.Project}: {one.Totals.Passed} passed, {one.Totals.Failed} failed, {one.Totals.Skipped} skipped in {one.Time.TotalSeconds:F1} s"));
        }

        work.GetAwaiter().GetResult();
        failures.ForEach(Console.WriteLine);
        return totals;
    }

    private static Ended Run(TestProject project, string? only, RunningTests running)
    {
        Stopwatch watch = Stopwatch.StartNew();
        List<string> reports = [];
        TestTotals totals = project.Run(only, reports.Add, (test, sofar) => running.Note(project.Name, test, sofar));
        running.End(project.Name);
        return new Ended(project.Name, totals, reports, watch.Elapsed);
    }
}
