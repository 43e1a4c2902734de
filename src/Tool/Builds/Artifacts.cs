using Redoubt.Tool.Commands;
using Redoubt.Tool.Debian;

namespace Redoubt.Tool.Builds;

/// <summary>The files that system descriptions name: programs that are built, and Debian's kernel, user space and disk.</summary>
public sealed class Artifacts : IArtifacts
{
    /// <summary>A program of this repository as an image: its memory is then all its own, writable and executable.</summary>
    private const string ProgramPrefix = "program:";

    private readonly Dictionary<string, string> _programs;
    private readonly Dictionary<string, Func<string>> _files;
    private readonly Action<string> _note;

    private Artifacts(IReadOnlyDictionary<string, string> programs, Action<string> note)
    {
        DebianArtifacts debian = new(note);
        _note = note;
        _programs = new Dictionary<string, string>(programs, StringComparer.OrdinalIgnoreCase);
        _files = new Dictionary<string, Func<string>>
        {
            ["debian:kernel"] = () => debian.Kernel,
            ["debian:busybox"] = () => debian.Initramfs(GuestInitramfs.Shell),
            ["debian:handset"] = () => HandsetBuild.Initramfs(debian.Initramfs(GuestInitramfs.Shell), note),
            ["debian:initrd"] = () => debian.Initramfs(GuestInitramfs.Disk),
            [PhoneBank.Anchors] = () => BankProcess.MakeAnchors(BankProcess.StandardFolder, note),
            ["debian:disk"] = () => debian.Disk,
        };
    }

    /// <summary>Builds the programs of a system in one go.</summary>
    /// <param name="description">The system.</param>
    /// <param name="also">Programs that its description does not name.</param>
    /// <param name="note">Told what goes on.</param>
    /// <exception cref="UserError">A program does not exist, told with the line that names it, or does not build.</exception>
    public static Artifacts For(SystemDescription description, IEnumerable<string> also, Action<string> note)
    {
        List<string> names = [.. also];
        foreach (Sourced<string> program in description.Partitions.Select(partition => partition.Program).OfType<Sourced<string>>())
        {
            try
            {
                Programs.ProjectOf(program.Value);
                names.Add(program.Value);
            }
            catch (UserError error)
            {
                throw new UserError(program.At, error.Message);
            }
        }

        return new Artifacts(Programs.Build(names, note), note);
    }

    /// <inheritdoc/>
    public string Program(string name)
    {
        if (!_programs.TryGetValue(name, out string? path))
            _programs.Add(name, path = Programs.Build([name], _note)[name]);
        return path;
    }

    /// <summary>Path of a file that a description names, an artifact or a path from the description's folder.</summary>
    /// <param name="owner">The partition that it is for.</param>
    /// <param name="name">The name, and where it is said.</param>
    /// <exception cref="UserError">There is no such file, or it can't be had; told with the line that asks for it.</exception>
    public string Locate(string owner, Sourced<string> name)
    {
        try
        {
            string path = name.Value.Contains(':') ? Artifact(name.Value) : Path.GetFullPath(name.Value, Path.GetDirectoryName(Path.GetFullPath(name.At.File))!);
            return File.Exists(path) ? path : throw new UserError($"{name.Value}: no such file");
        }
        catch (UserError error) when (error.File is null)
        {
            throw new UserError(name.At, $"{owner}: {error.Message}");
        }
    }

    /// <inheritdoc/>
    public string Artifact(string name)
    {
        if (name.StartsWith(ProgramPrefix, StringComparison.Ordinal))
            return Program(name[ProgramPrefix.Length..]);
        return _files.TryGetValue(name, out Func<string>? locate)
            ? locate()
            : throw new UserError($"there is no artifact \"{name}\"; there are {string.Join(" and ", _files.Keys)}");
    }
}
