using System.Buffers.Binary;
using Redoubt.Proof.Programs;
using Redoubt.Tool;
using Redoubt.Tool.Builds;

namespace Redoubt.Check.Tests;

/// <summary>An image to damage: services, a bare guest, a guest with two vCPUs and its monitor on two CPUs, channels, devices, one behind the SMMU. Built once.</summary>
internal static class Subject
{
    private const string Description = """
        board = "BOARD"
        [machine]
        cpus = 2
        memory = 256
        [partition.console]
        program = "Console"
        devices = ["uart"]
        [partition.a]
        program = "Hello"
        [partition.bare]
        program = "Hello"
        kind = "guest"
        machine = true
        [partition.linux]
        image = "flat"
        memory = 16
        vcpus = 2
        devices = ["rtc", "pcie"]
        [[channel]]
        name = "ping"
        ends = ["a", "linux"]
        memory = 8
        """;

    private static readonly Lazy<(byte[] Bytes, Board Board)> Built = new(() => Build(Description));
    private static readonly Lazy<ElfProgram> Elf = new(() => ElfProgram.Read(Programs.Build(["kernel"], _ => { })["kernel"]));
    private static readonly Lazy<ElfProgram> LoaderElf = new(() => ElfProgram.Read(Programs.Build(["loader"], _ => { })["loader"]));

    public static ElfProgram Kernel => Elf.Value;

    public static ElfProgram Loader => LoaderElf.Value;

    /// <summary>The image as it is meant to be.</summary>
    public static CheckedImage Image => CheckedImage.Read(Built.Value.Bytes, "subject");

    /// <summary>The checks of an image that is damaged somewhere.</summary>
    public static ImageCheck Damaged(Action<Memory<byte>> damage)
    {
        byte[] bytes = (byte[])Built.Value.Bytes.Clone();
        damage(bytes);
        return new ImageCheck(CheckedImage.Read(bytes, "subject"), Built.Value.Board, Kernel) { UntilRefused = true };
    }

    /// <summary>The checks of an image with one word changed.</summary>
    public static ImageCheck Damaged(ulong address, Func<ulong, ulong> change) => Damaged(bytes =>
    {
        Span<byte> word = bytes.Span[(int)(address - Layout.LoadBase)..];
        BinaryPrimitives.WriteUInt64LittleEndian(word, change(BinaryPrimitives.ReadUInt64LittleEndian(word)));
    });

    /// <summary>The checks of an image with one instruction changed.</summary>
    public static ImageCheck Patched(ulong address, uint instruction) => Damaged(bytes =>
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.Span[(int)(address - Layout.LoadBase)..], instruction));

    /// <summary>Index of a partition.</summary>
    public static ulong Partition(string name) => (ulong)Image.IndexOf(name);

    /// <summary>Index of a partition's vCPU.</summary>
    public static ulong Vcpu(string partition, ulong number = 0) => Image.Words["config.partition.Vcpus", Partition(partition), number];

    /// <summary>An area by its owner and purpose.</summary>
    public static PlacedArea Area(string owner, string purpose) => Assert.Single(Image.Map.Areas, area => area.Owner == owner && area.Purpose == purpose);

    /// <summary>Builds a description whose board is "BOARD" and whose images are "flat", and whose anchors "anchors".</summary>
    public static (byte[] Bytes, Board Board) Build(string description)
    {
        string folder = Directory.CreateTempSubdirectory("redoubt-check-").FullName;
        try
        {
            string board = Path.Combine(Workspace.Root, "boards", "qemu-virt", "board.toml");
            File.WriteAllText(Path.Combine(folder, "subject.toml"), description.Replace("BOARD", board, StringComparison.Ordinal));
            File.WriteAllBytes(Path.Combine(folder, "flat"), new byte[0x2345]);
            File.WriteAllBytes(Path.Combine(folder, "anchors"), new byte[10]);
            BuiltSystem built = BuiltSystem.Build(Path.Combine(folder, "subject.toml"), null, _ => { });
            File.Delete(built.Path);
            return (built.Image.Bytes.ToArray(), built.Description.Board);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
