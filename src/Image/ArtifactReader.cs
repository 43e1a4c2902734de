namespace Redoubt.Image;

/// <summary>Reads the files that a description in a folder names; what goes wrong is told with the line that asked.</summary>
internal sealed class ArtifactReader(IArtifacts artifacts, string folder)
{
    private readonly Dictionary<string, byte[]> _files = [];

    /// <summary>An image: an artifact's name has a colon, all else is a path from the description's folder.</summary>
    public byte[] Image(string owner, Sourced<string> name) =>
        Read(owner, name, name.Value.Contains(':') ? artifacts.Artifact : path => Path.GetFullPath(path, folder));

    /// <summary>One of Redoubt's programs.</summary>
    public ElfFile Program(string owner, Sourced<string> name) =>
        ElfFile.Parse(Read(owner, name, artifacts.Program), $"{owner}: program {name.Value}", name.At);

    /// <summary>A file of the builder's caller: kernel or loader.</summary>
    public ElfFile Elf(string what, string path, Position at) =>
        ElfFile.Parse(Read(what, new Sourced<string>(path, at), file => file), what, at);

    private byte[] Read(string owner, Sourced<string> name, Func<string, string> locate)
    {
        try
        {
            string path = locate(name.Value);
            if (!_files.TryGetValue(path, out byte[]? content))
                _files.Add(path, content = File.ReadAllBytes(path));
            return content;
        }
        catch (UserError e) when (e.File is null)
        {
            throw new UserError(name.At, $"{owner}: {e.Message}");
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new UserError(name.At, $"{owner}: {name.Value}: no such file");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserError(name.At, $"{owner}: {name.Value} can't be read: {e.Message}");
        }
    }
}
