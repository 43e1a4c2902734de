using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Redoubt.Abi;

namespace Redoubt.Image.Tests;

/// <summary>What the boot loader, the loader and the kernel read.</summary>
public sealed class BootTests : IDisposable
{
    private const string Linux = Bench.Head + """
        [partition.linux]
        image = "kernel"
        initrd = "initrd"
        cmdline = "console=ttyAMA0"
        memory = 32
        vcpus = 2
        """;

    private readonly Bench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void Header_is_that_of_a_Linux_Image()
    {
        SystemImage image = _bench.Build(Linux);
        ReadOnlySpan<byte> header = image.Bytes.Span;
        Assert.Equal(0x1400_0000u | ((Layout.Loader + 0x40 - Layout.LoadBase) / 4), BinaryPrimitives.ReadUInt32LittleEndian(header));
        Assert.Equal(0x20_0000UL, BinaryPrimitives.ReadUInt64LittleEndian(header[8..]));
        Assert.Equal(2UL, BinaryPrimitives.ReadUInt64LittleEndian(header[24..]));
        Assert.Equal(0x644d_5241u, BinaryPrimitives.ReadUInt32LittleEndian(header[56..]));

        // Other memory than image_size says is the boot loader's to use.
        ulong end = image.Map.Areas.Where(area => area.Storage != Storage.Device).Max(area => area.End);
        Assert.Equal(end, Layout.LoadBase + BinaryPrimitives.ReadUInt64LittleEndian(header[16..]));
        Assert.True(end + Units.Block <= image.Map.MemoryBase + image.Map.MemorySize);
    }

    [Fact]
    public void Offsets_of_the_configuration_are_those_the_kernel_uses()
    {
        Assert.Equal((nint)Config.CpusOffset, Marshal.OffsetOf<Config>(nameof(Config.Cpus)));
        Assert.Equal((nint)Config.PartitionsOffset, Marshal.OffsetOf<Config>(nameof(Config.Partitions)));
        Assert.Equal((nint)Config.VcpusOffset, Marshal.OffsetOf<Config>(nameof(Config.Vcpus)));
    }

    [Fact]
    public void Everything_stored_lies_at_its_place()
    {
        SystemImage image = _bench.Build(Linux);
        Assert.Equal(0x11, image.At(Layout.Kernel)[0]);
        Assert.Equal(0x12, image.At(Layout.Kernel + 0x5000)[0]);
        Assert.Equal(0x21, image.At(Layout.Loader)[0]);
        Assert.Equal(0x22, image.At(Layout.Loader + 0x2000)[0]);
        Dictionary<ulong, SeenPage> console = image.Pages("console");
        Assert.Equal(FakeFiles.Fill(0x1000, 0x34), image.At(console[Layout.Program].Physical)[..0x1000].ToArray());
        Assert.Equal(0x35, image.At(console[Layout.Program + 0x2000].Physical)[0]);
        Assert.Equal(0x36, image.At(console[Layout.Program + 0x3000].Physical)[0x30f]);
        Assert.Equal(0, image.At(console[Layout.Program + 0x3000].Physical)[0x310]);
    }

    [Fact]
    public void Loader_zeroes_what_must_be_zero_and_nothing_else()
    {
        SystemImage image = _bench.Build(Linux);
        ulong zeroed = 0;
        for (int i = 0; i < (int)image.BootInfo.ZeroCount; i++)
        {
            MemoryRange range = image.BootInfo.Zero[i];
            Assert.All(
                image.Map.Areas.Where(area => area.Address < range.Address + range.Size && range.Address < area.End),
                area => Assert.Equal(Storage.Zero, area.Storage));
            zeroed += range.Size;
        }

        Assert.Equal(image.Map.Areas.Where(area => area.Storage == Storage.Zero).Sum(area => (long)area.Size), (long)zeroed);
        Assert.Equal(BootInfo.MagicValue, image.BootInfo.Magic);
        Assert.Equal(Layout.Kernel, image.BootInfo.KernelEntry);
        Assert.Equal(2UL, image.BootInfo.SeedCount);
        Assert.Equal(image.Area("console", "manifest").Address, image.BootInfo.Seeds[0]);
        Assert.Equal(image.Area("linux.monitor", "manifest").Address, image.BootInfo.Seeds[1]);
    }

    [Fact]
    public void Configuration_has_the_machine()
    {
        SystemImage image = _bench.Build(Linux);
        ref readonly Config config = ref image.Config;
        Assert.Equal((Config.MagicValue, 2UL, 0x0800_0000UL), (config.Magic, config.CpuCount, config.Distributor));
        Assert.Equal((1UL, 0x080c_0000UL), (config.Cpus[1].Mpidr, config.Cpus[1].Redistributor));
        Assert.Equal(Capability.Pack(Capability.Event, image.Vcpu("console"), image.Manifest("console").Devices[0].EventBit), config.Interrupts[33]);
        Assert.Equal(0UL, config.Interrupts[34]);
    }

    [Fact]
    public void Vcpus_stand_in_the_tables_by_CPU_and_rank()
    {
        SystemImage image = _bench.Build(Linux);
        ref readonly Config config = ref image.Config;
        Assert.Equal((0UL, 1UL, 2UL), (image.Vcpu("console"), image.Vcpu("linux.monitor"), image.Vcpu("linux")));
        Assert.Equal((16UL, 17UL), (image.Vcpu("linux.monitor", 1), image.Vcpu("linux", 1)));
        Assert.Equal(Limits.NoVcpu, image.Vcpu("linux", 2));
        VcpuConfig guest = config.Vcpus[17], monitor = config.Vcpus[16], console = config.Vcpus[0];
        Assert.Equal((1UL, 1UL, 1UL, 16UL, Limits.NoVcpu, 0UL), (guest.Used, guest.Partition, guest.Number, guest.Monitor, guest.Guest, guest.Autostart));
        Assert.Equal((1UL, 2UL, 1UL, Limits.NoVcpu, 17UL, 1UL), (monitor.Used, monitor.Partition, monitor.Number, monitor.Monitor, monitor.Guest, monitor.Autostart));
        Assert.Equal((Layout.Program, Layout.Manifest, 1UL), (console.Entry, console.Context, console.Autostart));
        Assert.Equal(0UL, config.Vcpus[3].Used);
        Assert.Equal(
            (PartitionFlags.Service, 0UL, PartitionFlags.Service),
            (config.Partitions[0].Flags, config.Partitions[1].Flags, config.Partitions[2].Flags));
        Assert.Equal([1UL, 2UL, 3UL], new[] { 0, 1, 2 }.Select(i => image.Config.Partitions[i].Vttbr >> 48));
    }

    [Fact]
    public void Same_input_gives_the_same_bytes_wherever_it_lies()
    {
        using Bench other = new();
        Assert.True(_bench.Build(Linux).Bytes.Span.SequenceEqual(other.Build(Linux).Bytes.Span));
    }

    [Fact]
    public void File_describes_itself()
    {
        SystemImage image = _bench.Build(Linux);
        string path = _bench.PathOf("out.img");
        image.Write(path);
        SystemImage back = SystemImage.Read(path);
        Assert.True(back.Bytes.Span.SequenceEqual(image.Bytes.Span));
        Assert.Equal(image.Map.Areas, back.Map.Areas);
        Assert.Equal(image.Map.Partitions, back.Map.Partitions);
        Assert.Equivalent(image.Map.Devices, back.Map.Devices, strict: true);
        Assert.Equal(image.Map.Smmu, back.Map.Smmu);
        Assert.Equal(image.Map.Channels, back.Map.Channels);
    }

    [Fact]
    public void Other_files_are_no_images()
    {
        SystemImage image = _bench.Build(Bench.Head);
        byte[] damaged = image.Bytes.ToArray();
        damaged[(int)(Layout.Description - Layout.LoadBase) + 20] = (byte)'#';
        byte[] noConfig = image.Bytes.ToArray();
        noConfig[(int)(Layout.Config - Layout.LoadBase)]++;
        byte[] cut = image.Bytes.ToArray()[..(int)(Layout.Description - Layout.LoadBase + 100)];
        byte[] long_ = image.Bytes.ToArray();
        long_[(int)(Layout.Description - Layout.LoadBase) + 15] = 0x7f;
        byte[] noTables = image.Bytes.ToArray()[..(int)(Layout.Free - Layout.LoadBase)];
        foreach (byte[] content in new[] { [], FakeFiles.Fill(100, 1), damaged, noConfig, cut, long_, noTables })
        {
            string path = _bench.Write("bad.img", content);
            Assert.Equal($"{path}: not an image of Redoubt", Assert.Throws<UserError>(() => Inspection.Of(SystemImage.Read(path))).ToString());
        }

        string missing = _bench.PathOf("missing.img");
        Assert.Equal($"{missing}: no such file", Assert.Throws<UserError>(() => SystemImage.Read(missing)).ToString());
    }
}
