namespace Redoubt.Tool;

/// <summary>Where things are: the repository this tool belongs to, what it builds, and the cache of downloads.</summary>
public static class Workspace
{
    /// <summary>The repository's root: the folder above the tool that holds the launcher.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>Everything that is built. May be deleted at any time.</summary>
    public static string Artifacts { get; } = Path.Combine(Root, "artifacts");

    /// <summary>Downloads that outlive a clone: <c>REDOUBT_CACHE</c>, or <c>redoubt</c> in the user's cache folder.</summary>
    public static string Cache { get; } = FindCache();

    /// <summary>A path as a person in the repository would write it.</summary>
    public static string Relative(string path)
    {
        string relative = Path.GetRelativePath(Directory.GetCurrentDirectory(), path);
        return relative.StartsWith("..", StringComparison.Ordinal) ? path : relative;
    }

    private static string FindRoot()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "redoubt")) && Directory.Exists(Path.Combine(folder.FullName, "src")))
                return folder.FullName;
        }

        throw new DirectoryNotFoundException($"no Redoubt repository above {AppContext.BaseDirectory}");
    }

    private static string FindCache()
    {
        if (Variable("REDOUBT_CACHE") is { } own)
            return Path.GetFullPath(own);
        string caches = Variable("XDG_CACHE_HOME")
            ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache");
        return Path.Combine(caches, "redoubt");
    }

    private static string? Variable(string name)
    {
        string? value = Environment.GetEnvironmentVariable(name);
        return string.IsNullOrEmpty(value) ? null : value;
    }
}
