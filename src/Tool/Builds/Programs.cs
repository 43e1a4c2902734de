using Redoubt.Tool.Debian;

namespace Redoubt.Tool.Builds;

/// <summary>The freestanding programs of this repository, by name: the kernel, the loader and bare partitions.</summary>
public static class Programs
{
    private static readonly string[] s_places = ["src", "tests/programs"];

    /// <summary>Folders beside the programs' sources that no freestanding program is made of.</summary>
    private static readonly string[] s_hosted = ["Tool", "Image", "Proof", "Spec", "Bank", "Handset"];

    /// <summary>Names of all programs, those of tests too.</summary>
    public static IEnumerable<string> All => s_places.SelectMany(place => Directory.EnumerateDirectories(Path.Combine(Workspace.Root, place)))
        .Where(folder => !s_hosted.Contains(Path.GetFileName(folder)) && Directory.GetFiles(folder, "*.csproj") is [string project] && IsProgram(project))
        .Select(folder => Path.GetFileName(folder)!);

    /// <summary>Builds programs.</summary>
    /// <returns>Path of each one's ELF file, by name.</returns>
    /// <exception cref="UserError">There is no such program, or it doesn't build.</exception>
    public static IReadOnlyDictionary<string, string> Build(IEnumerable<string> names, Action<string> note)
    {
        Dictionary<string, string> projects = names.Distinct(StringComparer.OrdinalIgnoreCase)
            .ToDictionary(name => name, ProjectOf, StringComparer.OrdinalIgnoreCase);
        if (projects.Values.Any(project => File.ReadAllText(project).Contains("BearSsl.props", StringComparison.Ordinal)))
            BearSsl.Provide(note);
        DotnetBuild.Run("programs", projects.Values, Sources(), note);
        return projects.ToDictionary(pair => pair.Key, pair => ElfOf(pair.Value), StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>The project file of a program: its folder is called like it, in whatever case.</summary>
    /// <exception cref="UserError">There is no such program.</exception>
    public static string ProjectOf(string name)
    {
        string wanted = name.Replace("-", "", StringComparison.Ordinal);
        foreach (string folder in s_places.Select(place => Path.Combine(Workspace.Root, place)).Where(Directory.Exists).SelectMany(Directory.EnumerateDirectories))
        {
            if (string.Equals(Path.GetFileName(folder), wanted, StringComparison.OrdinalIgnoreCase)
                && !s_hosted.Contains(Path.GetFileName(folder))
                && Directory.GetFiles(folder, "*.csproj") is [string project])
                return project;
        }

        throw new UserError($"there is no program \"{name}\": programs are folders of {string.Join(" and ", s_places)}");
    }

    /// <summary>Libraries for hosted programs bear the whole name; those for freestanding programs say that they are libraries.</summary>
    private static bool IsProgram(string project) =>
        !Path.GetFileName(project).StartsWith("Redoubt.", StringComparison.Ordinal) && !File.ReadAllText(project).Contains("<FreestandingLibrary>", StringComparison.Ordinal);

    private static string ElfOf(string project)
    {
        string name = Path.GetFileNameWithoutExtension(project);
        string elf = Path.Combine(Workspace.Artifacts, "freestanding", name + ".elf");
        return File.Exists(elf) ? elf : throw new UserError($"{name} is no program: its build makes no {Workspace.Relative(elf)}");
    }

    private static string[] Sources() =>
    [
        .. Directory.EnumerateDirectories(Path.Combine(Workspace.Root, "src")).Where(folder => !s_hosted.Contains(Path.GetFileName(folder))),
        Path.Combine(Workspace.Root, "tests/programs"),
        .. BuildSettings(),
    ];

    /// <summary>What every project depends on.</summary>
    public static IEnumerable<string> BuildSettings()
    {
        return Directory.EnumerateFiles(Workspace.Root, "Directory.*")
            .Append(Path.Combine(Workspace.Root, "global.json"))
            .Append(Path.Combine(Workspace.Root, "build"));
    }
}
