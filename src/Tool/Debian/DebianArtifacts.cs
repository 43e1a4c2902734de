using System.Security.Cryptography;
using System.Text;

namespace Redoubt.Tool.Debian;

/// <summary>
/// Debian's arm64 kernel, the file from the package unchanged, and an initial RAM file system with busybox. They are obtained once,
/// from the sources configured on this machine, and kept in the cache.
/// </summary>
/// <param name="note">Told what goes on, a line at a time, while something is being obtained.</param>
public sealed class DebianArtifacts(Action<string> note)
{
    /// <summary>Depends on exactly one package: the kernel of the configured suite.</summary>
    private const string KernelMetapackage = "linux-image-arm64";
    private const string BusyboxPackage = "busybox-static";

    private static readonly string[] s_modules = ["virtio_mmio", "virtio_console", "virtio-rng", "arm_smccc_trng", "virtio_pci", "virtio_blk", "virtio_net", "virtio_input", "evdev"];

    private readonly Lazy<string> _entry = new(() => Obtain(note));

    /// <summary>Path of the kernel, a Linux Image.</summary>
    public string Kernel => Path.Combine(_entry.Value, "vmlinuz");

    /// <summary>Path of the initial RAM file system.</summary>
    public string Initramfs => Derive(_entry.Value);

    /// <summary>Names and versions of the packages in use, one a line.</summary>
    public string Packages => File.ReadAllText(Path.Combine(_entry.Value, "packages"));

    private static string Obtain(Action<string> note)
    {
        string sources = AptSources.Read("/etc/apt");
        string name = "debian-" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', [sources, .. s_modules]))))[..12];
        string entry = Path.Combine(Workspace.Cache, name);
        if (Directory.Exists(entry))
            return entry;
        if (sources.Length == 0)
            throw new UserError("no source in /etc/apt serves Debian's main section, which has the arm64 kernel and busybox-static");
        using IDisposable held = Files.Lock(Path.Combine(Workspace.Cache, "lock"), () => note("waiting for another run that downloads"));
        if (!Directory.Exists(entry))
            Files.WriteFolder(entry, folder => Fill(folder, new Apt(Path.Combine(Workspace.Cache, "apt"), sources), note));
        return entry;
    }

    private static void Fill(string folder, Apt apt, Action<string> note)
    {
        note("reading the package lists of Debian for arm64");
        apt.Update();
        string kernel = apt.Dependencies(KernelMetapackage).FirstOrDefault(name => name.StartsWith("linux-image-", StringComparison.Ordinal))
            ?? throw new UserError($"the package {KernelMetapackage} names no kernel");
        StringBuilder packages = new();
        foreach (string package in (string[])[kernel, BusyboxPackage])
        {
            string line = $"{package} {apt.Version(package)}";
            note($"downloading {line} (arm64) into the cache");
            packages.Append(line).Append('\n');
            Unpack(apt.Download(package), Path.Combine(folder, "unpacked", package));
        }

        Move(folder, kernel, ["boot"], "vmlinuz-*", "vmlinuz");
        Move(folder, BusyboxPackage, ["bin", "usr/bin"], "busybox", "busybox");
        Directory.CreateDirectory(Path.Combine(folder, "modules"));
        var modules = KernelModules.Collect(Path.Combine(folder, "unpacked", kernel), s_modules);
        foreach ((string name, byte[] content) in modules)
            File.WriteAllBytes(Path.Combine(folder, "modules", name), content);
        File.WriteAllLines(Path.Combine(folder, "modules", "order"), modules.Select(module => module.Name));
        File.WriteAllText(Path.Combine(folder, "packages"), packages.ToString());
        Files.DeleteFolder(Path.Combine(folder, "unpacked"));
        Files.DeleteFolder(Path.Combine(Workspace.Cache, "apt", "downloads"));
    }

    private static void Unpack(string archive, string folder)
    {
        Directory.CreateDirectory(folder);
        Subprocess.Result result = Subprocess.Run("dpkg-deb", ["-x", archive, folder]);
        if (result.Status != 0)
            throw new UserError($"cannot unpack {Path.GetFileName(archive)}: {result.Text}");
    }

    /// <summary>Takes the one file that matches out of an unpacked package.</summary>
    private static void Move(string folder, string package, string[] places, string pattern, string name)
    {
        string[] found =
        [
            .. places.Select(place => Path.Combine(folder, "unpacked", package, place)).Where(Directory.Exists)
                .SelectMany(place => Directory.GetFiles(place, pattern)),
        ];
        if (found is not [string file])
            throw new UserError($"the package {package} has {found.Length} files {pattern}; one is expected");
        File.Move(file, Path.Combine(folder, name));
    }

    /// <summary>The archive is made from what is in the cache and named by how: another version of this tool makes another.</summary>
    private static string Derive(string entry)
    {
        string recipe = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(GuestInitramfs.Recipe)))[..12];
        string path = Path.Combine(entry, $"initramfs-{recipe}.cpio.gz");
        if (File.Exists(path))
            return path;
        string modules = Path.Combine(entry, "modules");
        Files.Write(path, temporary => GuestInitramfs.Write(
            temporary,
            File.ReadAllBytes(Path.Combine(entry, "busybox")),
            [.. File.ReadLines(Path.Combine(modules, "order")).Select(name => (name, File.ReadAllBytes(Path.Combine(modules, name))))]));
        return path;
    }
}
