namespace Redoubt.Tool.Debian;

/// <summary>
/// apt for arm64 packages with lists, status and archives of its own: the machine's own package database, its architectures and its
/// hooks stay out of it. Sources, keys and the way to the network are those configured on the machine.
/// </summary>
public sealed class Apt
{
    private readonly string _folder;
    private readonly string _settings;

    /// <summary>Prepares <paramref name="folder"/> for the given sources.</summary>
    /// <param name="folder">Where apt keeps its state; reused if it is there.</param>
    /// <param name="sources">Entries in deb822 form.</param>
    public Apt(string folder, string sources)
    {
        _folder = folder;
        _settings = Path.Combine(folder, "apt.conf");
        Directory.CreateDirectory(Path.Combine(folder, "state/lists/partial"));
        Directory.CreateDirectory(Path.Combine(folder, "archives/partial"));
        Directory.CreateDirectory(Path.Combine(folder, "sources"));
        File.WriteAllText(Path.Combine(folder, "sources/debian.sources"), sources);
        File.WriteAllText(Path.Combine(folder, "status"), "");
        // Read by apt after the machine's settings. Without the sandbox user, who may not write here.
        File.WriteAllText(_settings, $$"""
            #clear APT::Architectures;
            #clear APT::Update::Pre-Invoke;
            #clear APT::Update::Post-Invoke;
            #clear APT::Update::Post-Invoke-Success;
            APT::Architecture "arm64";
            APT::Architectures "arm64";
            APT::Sandbox::User "";
            Acquire::Languages "none";
            Acquire::Retries "3";
            Dir::State "{{folder}}/state";
            Dir::State::status "{{folder}}/status";
            Dir::Cache "{{folder}}";
            Dir::Cache::archives "{{folder}}/archives";
            Dir::Etc::sourcelist "/dev/null";
            Dir::Etc::sourceparts "{{folder}}/sources";
            Dir::Etc::preferences "/dev/null";
            Dir::Etc::preferencesparts "/dev/null";

            """);
    }

    /// <summary>Fetches the lists of packages.</summary>
    /// <exception cref="UserError">They can't be had.</exception>
    public void Update()
    {
        // Without this option apt calls a failed download a warning.
        Run("apt-get", "update", "-o", "APT::Update::Error-Mode=any", "-q");
    }

    /// <summary>The packages that the candidate version of <paramref name="package"/> depends on, by name.</summary>
    public IReadOnlyList<string> Dependencies(string package)
    {
        string depends = Field(package, "Depends");
        return [.. depends.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(item => item.Split(' ')[0])];
    }

    /// <summary>Downloads a package.</summary>
    /// <returns>Path of the archive.</returns>
    /// <exception cref="UserError">It can't be had.</exception>
    public string Download(string package)
    {
        string downloads = Path.Combine(_folder, "downloads", package);
        Files.DeleteFolder(downloads);
        Directory.CreateDirectory(downloads);
        RunIn(downloads, "apt-get", "download", "-q", package);
        return Directory.GetFiles(downloads, "*.deb") is [string archive]
            ? archive
            : throw new UserError($"apt-get downloaded no archive of {package}");
    }

    /// <summary>Downloads packages and all that they depend on, recommended ones left out.</summary>
    /// <param name="folder">Where the archives go: an empty folder.</param>
    /// <param name="packages">Names, or patterns of apt (apt-patterns(7)).</param>
    /// <exception cref="UserError">They can't be had.</exception>
    public void DownloadAll(string folder, IEnumerable<string> packages)
    {
        Directory.CreateDirectory(Path.Combine(folder, "partial"));
        Run("apt-get", ["install", "--download-only", "--no-install-recommends", "-y", "-q", "-o", $"Dir::Cache::archives={folder}", .. packages]);
    }

    /// <summary>Version that a download gives.</summary>
    public string Version(string package)
    {
        return Field(package, "Version");
    }

    private string Field(string package, string name)
    {
        string record = Run("apt-cache", "show", "--no-all-versions", package);
        string prefix = name + ": ";
        return record.Split('\n').FirstOrDefault(line => line.StartsWith(prefix, StringComparison.Ordinal))?[prefix.Length..].Trim()
            ?? throw new UserError($"the configured Debian sources have no {name} for the package {package} (arm64)");
    }

    private string Run(string program, params string[] arguments)
    {
        return RunIn(_folder, program, arguments);
    }

    private string RunIn(string folder, string program, params string[] arguments)
    {
        Subprocess.Result result = Subprocess.Run(program, ["-c", _settings, .. arguments], folder);
        if (result.Status == 0)
            return result.Output;
        // The first error is the cause of the others.
        string reason = result.Text.Split('\n').FirstOrDefault(line => line.StartsWith("E: ", StringComparison.Ordinal))?[3..] ?? result.Text;
        throw new UserError($"apt cannot get Debian's arm64 packages, which are needed once, over the network: {reason}");
    }
}
