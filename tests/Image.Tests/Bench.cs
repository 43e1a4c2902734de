using Redoubt.Abi;

namespace Redoubt.Image.Tests;

/// <summary>A folder with descriptions, a board and the files that they name; gone when it is disposed.</summary>
internal sealed class Bench : IArtifacts, IDisposable
{
    /// <summary>The beginning of most descriptions, eight lines.</summary>
    public const string Head = """
        board = "test"
        [machine]
        cpus = 2
        memory = 256
        [partition.console]
        program = "Console"
        devices = ["uart"]

        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("redoubt-image-").FullName;

    public Bench()
    {
        WriteText("boards/test/board.toml", """
            cpus = 4
            [memory]
            base = 0x40000000
            limit = 4096
            [gic]
            distributor = 0x08000000
            redistributors = 0x080a0000
            [device.uart]
            address = 0x09000000
            size = 0x1000
            interrupt = 33
            [device.rtc]
            address = 0x09010000
            size = 0x1000
            interrupt = 34
            compatible = ["arm,pl031", "arm,primecell"]
            [device.disk]
            address = 0x0a100000
            size = 0x200
            interrupt = 48
            dma = true
            [device.pcie]
            address = 0x4010000000
            size = 0x200000
            windows = [{ address = 0x10000000, size = 0x2eff0000 }]
            interrupts = [35, 36, 37, 38]
            streams = { first = 0x10, count = 0x1f0 }
            dma = true
            compatible = ["pci-host-ecam-generic"]
            [device.bridge]
            address = 0x4020000000
            size = 0x100000
            windows = [{ address = 0x3f000000, size = 0x10000 }]
            interrupts = [40, 41, 42, 43]
            streams = { first = 0x202, count = 0x10 }
            dma = true
            compatible = ["pci-host-ecam-generic"]
            [device.net]
            address = 0x0c000000
            size = 0x1000
            interrupt = 60
            streams = { first = 0x200, count = 2 }
            dma = true
            compatible = ["test,net"]
            [device.left]
            address = 0x0b000000
            size = 0x200
            interrupt = 90
            compatible = ["test,left"]
            [device.right]
            address = 0x0b000200
            size = 0x200
            interrupt = 91
            [device.silent]
            address = 0x0b001000
            size = 0x3000
            [smmu]
            address = 0x09050000
            interrupt = 106
            """);
        Write("Kernel.elf", FakeFiles.Elf(
            Layout.Kernel,
            new FakeSegment(Layout.Kernel, FakeFiles.Fill(0x4800, 0x11), 0x4800, FakeFiles.Code),
            new FakeSegment(Layout.Kernel + 0x5000, FakeFiles.Fill(0x300, 0x12), 0x300, FakeFiles.Constants),
            new FakeSegment(Layout.Kernel + 0x2_0000, [], 0x4_a000, FakeFiles.Data)));
        Write("Loader.elf", FakeFiles.Elf(
            Layout.Loader + 0x40,
            new FakeSegment(Layout.Loader, FakeFiles.Fill(0x1900, 0x21), 0x1900, FakeFiles.Code),
            new FakeSegment(Layout.Loader + 0x2000, FakeFiles.Fill(0x300, 0x22), 0x4000, FakeFiles.Data)));
        byte mark = 0x30;
        foreach (string program in new[] { "Console", "Monitor", "Hello", "Hostile" })
            Write(program + ".elf", FakeFiles.Program(Layout.Program, mark += 4));
        Write("kernel", FakeFiles.Linux(0x30_0000, 0x38_0000, 0));
        Write("initrd", FakeFiles.Fill(0x12_3456, 0x1d));
        Write("flat", FakeFiles.Fill(0x2345, 0xf1));
    }

    public string PathOf(string name) => Path.Combine(_folder, name);

    public string Write(string name, byte[] content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(PathOf(name))!);
        File.WriteAllBytes(PathOf(name), content);
        return PathOf(name);
    }

    public string WriteText(string name, string text) => Write(name, System.Text.Encoding.UTF8.GetBytes(text));

    public SystemDescription Load(string toml) => SystemDescription.Load(WriteText("system.toml", toml));

    public SystemImage Build(string toml, int? cpus = null) => Build(Load(toml), cpus);

    public SystemImage Build(SystemDescription description, int? cpus = null) => Builder.Build(description, Options with { Cpus = cpus });

    public BuildOptions Options => new() { Artifacts = this, KernelElf = PathOf("Kernel.elf"), LoaderElf = PathOf("Loader.elf") };

    /// <summary>The refusal of a system, without the folder: <c>system.toml:LINE: MESSAGE</c>.</summary>
    public string Refuse(string toml, int? cpus = null)
    {
        UserError error = Assert.Throws<UserError>(() => Build(toml, cpus));
        Assert.DoesNotContain('\n', error.Message);
        return error.ToString().Replace(_folder + Path.DirectorySeparatorChar, "", StringComparison.Ordinal);
    }

    string IArtifacts.Program(string name) => Existing(name + ".elf", $"there is no program \"{name}\"");

    string IArtifacts.Artifact(string name) => Existing(name[(name.IndexOf(':') + 1)..], $"there is no artifact \"{name}\"");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string Existing(string name, string otherwise) =>
        File.Exists(PathOf(name)) ? PathOf(name) : throw new UserError(otherwise);
}
