using System.Text;

namespace Redoubt.Tool.Debian;

/// <summary>
/// Debian for arm64: its kernel, the file from the package unchanged, initial RAM file systems with busybox, and a disk with a whole
/// system. They are obtained once, from the sources configured on this machine, and kept in the cache.
/// </summary>
/// <param name="note">Told what goes on, a line at a time, while something is being obtained.</param>
public sealed class DebianArtifacts(Action<string> note)
{
    /// <summary>Depends on exactly one package: the kernel of the configured suite.</summary>
    private const string KernelMetapackage = "linux-image-arm64";
    private const string BusyboxPackage = "busybox-static";

    private readonly Lazy<string> _entry = new(() => Obtain(note));

    /// <summary>Path of the kernel, a Linux Image.</summary>
    public string Kernel => Path.Combine(_entry.Value, "vmlinuz");

    /// <summary>Path of a disk that holds the root file system of a Debian: ext4, without partitions.</summary>
    public string Disk => ObtainDisk();

    /// <summary>Names and versions of the packages of kernel and busybox, one a line.</summary>
    public string Packages => File.ReadAllText(Path.Combine(_entry.Value, "packages"));

    /// <summary>Path of an initial RAM file system.</summary>
    public string Initramfs(GuestInitramfs kind)
    {
        string path = Path.Combine(_entry.Value, $"{kind.Name}-{kind.Recipe}.cpio.gz");
        if (!File.Exists(path))
            Files.Write(path, temporary => kind.Write(temporary, File.ReadAllBytes(Path.Combine(_entry.Value, "busybox")), Path.Combine(_entry.Value, "modules")));
        return path;
    }

    private static string Obtain(Action<string> note)
    {
        string sources = AptSources.Read("/etc/apt");
        string entry = Path.Combine(Workspace.Cache, $"debian-{CacheName.Of([sources, .. GuestInitramfs.AllModules])}");
        if (Directory.Exists(entry))
            return entry;
        if (sources.Length == 0)
            throw new UserError("no source in /etc/apt serves Debian's main section, which has the arm64 kernel and busybox-static");
        using IDisposable held = Lock(note);
        if (!Directory.Exists(entry))
            Files.WriteFolder(entry, folder => Fill(folder, NewApt(sources), note));
        return entry;
    }

    private static IDisposable Lock(Action<string> note) =>
        Files.Lock(Path.Combine(Workspace.Cache, "lock"), () => note("waiting for another run that fills the cache"));

    private static Apt NewApt(string sources) => new(Path.Combine(Workspace.Cache, "apt"), sources);

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
            string archive = apt.Download(package);
            Unpack(archive, Path.Combine(folder, "unpacked", package));
            if (package == kernel)
                File.Move(archive, KernelArchive(folder));
        }

        Move(folder, kernel, ["boot"], "vmlinuz-*", "vmlinuz");
        Move(folder, BusyboxPackage, ["bin", "usr/bin"], "busybox", "busybox");
        Directory.CreateDirectory(Path.Combine(folder, "modules"));
        foreach ((string name, byte[] content) in KernelModules.Collect(Path.Combine(folder, "unpacked", kernel), GuestInitramfs.AllModules))
            File.WriteAllBytes(Path.Combine(folder, "modules", name), content);
        File.WriteAllText(Path.Combine(folder, "packages"), packages.ToString());
        Files.DeleteFolder(Path.Combine(folder, "unpacked"));
        Files.DeleteFolder(Path.Combine(Workspace.Cache, "apt", "downloads"));
    }

    /// <summary>The kernel's package, for those of its modules that the disk has.</summary>
    private static string KernelArchive(string entry) => Path.Combine(entry, "kernel.deb");

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

    private string ObtainDisk()
    {
        string path = Path.Combine(_entry.Value, $"disk-{DebianDisk.Recipe}.img");
        if (File.Exists(path))
            return path;
        string initramfs = Initramfs(GuestInitramfs.Disk);
        using IDisposable held = Lock(note);
        if (!File.Exists(path))
        {
            string sources = AptSources.Read("/etc/apt");
            Files.WithFolder(path + ".work", folder =>
                File.Move(new DebianDisk(folder, note).Make(NewApt(sources), sources, KernelArchive(_entry.Value), Kernel, initramfs), path));
        }

        return path;
    }
}
