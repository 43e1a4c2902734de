using System.Security.Cryptography;

namespace Redoubt.Tool.Machines;

/// <summary>
/// The device that systems with identities run on, and its maker. On a board the device's secret is in fuses; here it is a file: a simulation of fuses, which
/// protects nothing against who can read it. Made once and kept, so that the device is the same from run to run.
/// </summary>
public static class SimulatedDevice
{
    private const int SecretSize = 32;

    private static string Folder => Path.Combine(Workspace.Artifacts, "simulated-device");

    /// <summary>The maker's root certificate, in DER: whoever is to trust the device trusts this.</summary>
    public static string MakerCertificate => Ready("maker.der");

    /// <summary>What the stage before the loader hands over, as a file: the device's secret and its certificate.</summary>
    public static string Fuses => Ready("simulated-fuses.bin");

    private static string Ready(string name)
    {
        string path = Path.Combine(Folder, name);
        if (File.Exists(path))
            return path;
        Directory.CreateDirectory(Workspace.Artifacts);
        using IDisposable held = Files.Lock(Folder + ".lock", () => { });
        if (!Directory.Exists(Folder))
            Files.WriteFolder(Folder, Make);
        return path;
    }

    private static void Make(string folder)
    {
        using ECDsa root = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        byte[] key = root.ExportParameters(includePrivateParameters: true).D!;
        IdentityMaker maker = new(key);
        WritePrivate(Path.Combine(folder, "simulated-maker.key"), key);
        WritePrivate(Path.Combine(folder, "simulated-fuses.bin"), maker.Make(RandomNumberGenerator.GetBytes(SecretSize)));
        File.WriteAllBytes(Path.Combine(folder, "maker.der"), maker.Certificate);
    }

    private static void WritePrivate(string path, byte[] content)
    {
        FileStreamOptions options = new() { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using FileStream file = new(path, options);
        file.Write(content);
    }
}
