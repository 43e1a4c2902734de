namespace Redoubt.Tool.Debian;

/// <summary>BearSSL, a library for TLS: Debian's build for arm64, which the pinpad is linked with.</summary>
public static class BearSsl
{
    private const string Package = "libbearssl-dev", Library = "libbearssl.a";

    /// <summary>Where the pinpad's project looks for the library.</summary>
    private static string Place => Path.Combine(Workspace.Artifacts, "debian", Library);

    /// <summary>Brings the library to its place, from the cache or from Debian.</summary>
    /// <exception cref="UserError">It can't be had.</exception>
    public static void Provide(Action<string> note)
    {
        if (File.Exists(Place))
            return;
        string sources = AptSources.Read("/etc/apt");
        string entry = Path.Combine(Workspace.Cache, $"bearssl-{CacheName.Of(sources)}");
        using (Files.Lock(Path.Combine(Workspace.Cache, "lock"), () => note("waiting for another run that fills the cache")))
        {
            if (!Directory.Exists(entry))
                Files.WriteFolder(entry, folder => Fill(folder, new Apt(Path.Combine(Workspace.Cache, "apt"), sources), note));
        }

        Files.Write(Place, temporary => File.Copy(Path.Combine(entry, Library), temporary));
    }

    private static void Fill(string folder, Apt apt, Action<string> note)
    {
        note("reading the package lists of Debian for arm64");
        apt.Update();
        note($"downloading {Package} {apt.Version(Package)} (arm64) into the cache");
        string unpacked = Path.Combine(folder, "unpacked");
        Directory.CreateDirectory(unpacked);
        Subprocess.Result result = Subprocess.Run("dpkg-deb", ["-x", apt.Download(Package), unpacked]);
        if (result.Status != 0 || Directory.GetFiles(unpacked, Library, SearchOption.AllDirectories) is not [string library])
            throw new UserError($"cannot unpack {Package}: {result.Text}");
        File.Move(library, Path.Combine(folder, Library));
        Files.DeleteFolder(unpacked);
    }
}
