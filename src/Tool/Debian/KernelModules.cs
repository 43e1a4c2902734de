using System.Text;

namespace Redoubt.Tool.Debian;

/// <summary>Kernel modules of an unpacked kernel package.</summary>
public static class KernelModules
{
    /// <summary>Finds modules and all that they depend on.</summary>
    /// <param name="package">The unpacked package.</param>
    /// <param name="names">Module names; one that the package lacks (because it is built in) is left out.</param>
    /// <returns>File name and content of each, in an order in which they can be loaded.</returns>
    public static IReadOnlyList<(string Name, byte[] Content)> Collect(string package, IEnumerable<string> names)
    {
        Dictionary<string, string> files = [];
        foreach (string file in Directory.EnumerateFiles(package, "*.ko*", SearchOption.AllDirectories))
            files.TryAdd(NameOf(file), file);
        List<(string, byte[])> modules = [];
        HashSet<string> seen = [];
        foreach (string name in names)
            Add(name.Replace('-', '_'));
        return modules;

        void Add(string name)
        {
            if (!seen.Add(name) || !files.TryGetValue(name, out string? file))
                return;
            byte[] content = Read(file);
            foreach (string dependency in Dependencies(content))
                Add(dependency.Replace('-', '_'));
            modules.Add((name + ".ko", content));
        }
    }

    /// <summary>The names in a module's <c>depends=</c> entry (section .modinfo, strings that end with a zero byte).</summary>
    public static IReadOnlyList<string> Dependencies(ReadOnlySpan<byte> module)
    {
        ReadOnlySpan<byte> key = "\0depends="u8;
        int start = module.IndexOf(key);
        if (start < 0)
            return [];
        ReadOnlySpan<byte> value = module[(start + key.Length)..];
        value = value[..value.IndexOf((byte)0)];
        return Encoding.ASCII.GetString(value).Split(',', StringSplitOptions.RemoveEmptyEntries);
    }

    private static string NameOf(string file)
    {
        return Path.GetFileName(file).Split('.')[0].Replace('-', '_');
    }

    /// <summary>The module, unpacked: later Debian releases compress modules with xz.</summary>
    private static byte[] Read(string file)
    {
        if (file.EndsWith(".ko", StringComparison.Ordinal))
            return File.ReadAllBytes(file);
        Subprocess.Result result = Subprocess.Run("xz", ["--decompress", file]);
        return result.Status == 0
            ? File.ReadAllBytes(Path.ChangeExtension(file, null))
            : throw new UserError($"cannot unpack the kernel module {Path.GetFileName(file)}: {result.Text}");
    }
}
