using Redoubt.Tool.Machines;

namespace Redoubt.Tool.Builds;

/// <summary>A system that is ready to boot.</summary>
/// <param name="Description">What it was built from.</param>
/// <param name="Artifacts">What it was built from beside the description.</param>
/// <param name="Image">The image.</param>
/// <param name="Path">The image's file.</param>
/// <param name="Cpus">CPUs of the machine that it is built for.</param>
/// <param name="Memory">MiB of memory that the machine needs.</param>
public sealed record BuiltSystem(SystemDescription Description, Artifacts Artifacts, SystemImage Image, string Path, int Cpus, int Memory)
{
    /// <summary>Programs that belong to every system, and one that belongs to every guest.</summary>
    private const string Kernel = "kernel", Loader = "loader", Monitor = "monitor";

    /// <summary>The board's device that shows its display.</summary>
    private const string DisplayDevice = "gpu";

    private const int MiB = 1 << 20;

    /// <summary>The machine that boots it, without a disk.</summary>
    public QemuMachine Machine => new()
    {
        Kernel = Path,
        Cpus = Cpus,
        Memory = Memory,
        Smmu = Image.Map.Smmu is not null,
        SimulatedFuses = Image.DeviceSecret is { } address ? (SimulatedDevice.Fuses, address) : null,
        Display = Image.Map.Devices.Any(device => device.Name == DisplayDevice) ? Description.Board.Display : null,
    };

    /// <summary>Whether measured boot gives identities; their reference values are then beside the image.</summary>
    public bool HasIdentities => Image.DeviceSecret is not null;

    /// <summary>The disk that the description gives it, as it was before anything wrote to it, or null; obtained if it isn't there yet.</summary>
    /// <exception cref="UserError">It can't be had.</exception>
    public string? PristineDisk() => Description.Partitions.FirstOrDefault(partition => partition.Disk is not null) is { Disk: { } disk } owner
        ? Artifacts.Locate(owner.Name, disk)
        : null;

    /// <summary>The machine that boots it, with its disk if the description gives it one; what is written there goes with the machine.</summary>
    /// <exception cref="UserError">The disk can't be had.</exception>
    public QemuMachine MachineWithDisk() => Machine with { Disk = PristineDisk(), DiskWrites = DiskWrites.Discard };

    /// <summary>Builds a system and all that it is made of.</summary>
    /// <param name="system">A name in <c>systems/</c>, or the path of a description.</param>
    /// <param name="cpus">CPUs of the machine, if other than the description says.</param>
    /// <param name="note">Told what goes on.</param>
    /// <exception cref="UserError">The description is wrong, or something can't be built or obtained.</exception>
    public static BuiltSystem Build(string system, int? cpus, Action<string> note)
    {
        SystemDescription description = SystemDescription.Load(Locate(system), System.IO.Path.Combine(Workspace.Root, "boards"));
        Artifacts artifacts = Artifacts.For(description, [Kernel, Loader, Monitor], note);
        note($"building the image of {description.Name}");
        SystemImage image = Builder.Build(description, new BuildOptions
        {
            Cpus = cpus,
            Artifacts = artifacts,
            KernelElf = artifacts.Program(Kernel),
            LoaderElf = artifacts.Program(Loader),
        });
        int count = cpus ?? (int)description.Cpus.Value;
        string path = System.IO.Path.Combine(Workspace.Artifacts, "systems", $"{description.Name}-{count}.img");
        Files.Write(path, image.Write);
        if (ReferenceValues.Of(image) is { } references)
            Files.Write(path + ReferenceValues.Suffix, temporary => File.WriteAllBytes(temporary, references.ToJson()));
        return new BuiltSystem(description, artifacts, image, path, count, (int)(description.Memory.Value / MiB));
    }

    /// <summary>The description behind a name or a path.</summary>
    /// <exception cref="UserError">There is none.</exception>
    public static string Locate(string system)
    {
        string folder = System.IO.Path.Combine(Workspace.Root, "systems");
        string named = System.IO.Path.Combine(folder, system + ".toml");
        if (File.Exists(named))
            return named;
        if (File.Exists(system))
            return System.IO.Path.GetFullPath(system);
        IEnumerable<string> known = Directory.Exists(folder)
            ? Directory.EnumerateFiles(folder, "*.toml").Select(file => System.IO.Path.GetFileNameWithoutExtension(file)).Order(StringComparer.Ordinal)
            : [];
        throw new UserError($"there is no system \"{system}\": systems/ has {string.Join(", ", known)}, and there is no such file");
    }
}
