using System.Security;

namespace Redoubt.Tool.Builds;

/// <summary>Builds projects of this repository with the .NET SDK, all in one go and only when a source changed.</summary>
public static class DotnetBuild
{
    private static string Folder => Path.Combine(Workspace.Artifacts, "tool");

    /// <summary>Brings projects up to date.</summary>
    /// <param name="name">What the group is called: names the files kept about it.</param>
    /// <param name="projects">Project files.</param>
    /// <param name="sources">Files and folders that the result depends on; a change in them leads to a build.</param>
    /// <param name="note">Told what goes on.</param>
    /// <param name="settings">Further options of MSBuild.</param>
    /// <exception cref="UserError">The build failed: the compiler's messages in full.</exception>
    public static void Run(string name, IReadOnlyCollection<string> projects, IReadOnlyCollection<string> sources, Action<string> note, params IEnumerable<string> settings)
    {
        // If there is nothing to do nobody is waited for.
        if (Stale(projects, sources).Length == 0)
            return;
        using IDisposable held = Files.Lock(Path.Combine(Folder, "build.lock"), () => note("waiting for another build"));
        string[] stale = Stale(projects, sources);
        if (stale.Length == 0)
            return;
        note($"building {name}: {string.Join(", ", stale.Select(Path.GetFileNameWithoutExtension))}");
        DateTime started = DateTime.UtcNow;
        string solution = Path.Combine(Folder, name + ".slnx");
        File.WriteAllText(solution, Solution(stale));
        // No build server stays behind; "dotnet build" would repeat the errors in a summary.
        Subprocess.Result result = Subprocess.Run("dotnet",
            ["msbuild", solution, "-restore", "-maxCpuCount", "-p:Configuration=Release", "-nologo", "-v:q", "-tl:off", "-nodeReuse:false", "-p:UseSharedCompilation=false", .. settings],
            Workspace.Root);
        if (result.Status != 0)
            throw new UserError($"{result.Text}\nthe build of {name} failed");
        foreach (string project in stale)
        {
            File.WriteAllText(StampOf(project), "");
            File.SetLastWriteTimeUtc(StampOf(project), started);
        }
    }

    private static string[] Stale(IEnumerable<string> projects, IEnumerable<string> sources)
    {
        DateTime newest = Newest(sources);
        return [.. projects.Where(project => StampTime(project) <= newest)];
    }

    private static string Solution(IEnumerable<string> projects)
    {
        IEnumerable<string> lines = projects.Select(project => $"  <Project Path=\"{SecurityElement.Escape(project)}\" />\n");
        return $"<Solution>\n{string.Concat(lines)}</Solution>\n";
    }

    private static DateTime Newest(IEnumerable<string> sources)
    {
        return sources.SelectMany(FilesIn).Select(File.GetLastWriteTimeUtc).DefaultIfEmpty(DateTime.MaxValue).Max();
    }

    /// <summary>Files and also folders: the time of a folder tells of deleted and renamed files.</summary>
    private static IEnumerable<string> FilesIn(string source)
    {
        return Directory.Exists(source)
            ? Directory.EnumerateFileSystemEntries(source, "*", SearchOption.AllDirectories).Append(source)
            : [source];
    }

    private static DateTime StampTime(string project)
    {
        string stamp = StampOf(project);
        return File.Exists(stamp) ? File.GetLastWriteTimeUtc(stamp) : DateTime.MinValue;
    }

    private static string StampOf(string project)
    {
        return Path.Combine(Folder, Path.GetFileNameWithoutExtension(project) + ".built");
    }
}
