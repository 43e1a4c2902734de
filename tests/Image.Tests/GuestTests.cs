using System.Diagnostics;
using System.IO.Compression;
using CsCheck;
using Redoubt.Abi;

namespace Redoubt.Image.Tests;

/// <summary>What a guest finds in its memory, and what its monitor is told of it.</summary>
public sealed class GuestTests : IDisposable
{
    private readonly Bench _bench = new();

    public void Dispose() => _bench.Dispose();

    private SystemImage Build(string guest) => _bench.Build(Bench.Head + "[partition.g]\n" + guest);

    /// <summary>Guest RAM as the monitor makes it before a start.</summary>
    private static byte[] Start(SystemImage image)
    {
        GuestInfo guest = image.Manifest("g.monitor").Guest;
        Dictionary<ulong, SeenPage> pages = image.Pages("g.monitor");
        byte[] ram = FakeFiles.Fill((int)guest.RamSize, 0xee);
        for (int i = 0; i < (int)guest.LoadCount; i++)
        {
            LoadEntry load = guest.Loads[i];
            int to = (int)(load.Destination - guest.RamBase);
            for (ulong offset = 0; offset < load.Size; offset += 0x1000)
            {
                int size = (int)Math.Min(0x1000, load.Size - offset);
                image.At(pages[load.Source + offset].Physical)[..size].CopyTo(ram.AsSpan(to + (int)offset));
            }

            ram.AsSpan(to + (int)load.Size, (int)load.Zero).Clear();
        }

        return ram;
    }

    [Fact]
    public void Linux_lies_as_its_booting_document_says()
    {
        _bench.Write("kernel", FakeFiles.Linux(0x30_0000, 0x38_0000, 0x8_0000));
        SystemImage image = Build("image = \"kernel\"\ninitrd = \"initrd\"\nmemory = 16\nvcpus = 2");
        GuestInfo guest = image.Manifest("g.monitor").Guest;
        Assert.Equal((1UL, "g", GuestMap.Ram, 16 * Units.MiB, 2UL), (guest.Present, guest.Name.Text(), guest.RamBase, guest.RamSize, guest.VcpuCount));
        Assert.Equal((GuestMap.Ram + 0x8_0000, 3UL), (guest.Entry, guest.LoadCount));
        Assert.Equal(0UL, guest.Context % Units.Block);

        byte[] ram = Start(image);
        Assert.Equal(0x644d_5241u, BitConverter.ToUInt32(ram, 0x8_0000 + 56));
        Assert.Equal((0x4c, 0), (ram[0x8_0000 + 0x2f_ffff], ram[0x8_0000 + 0x37_ffff]));
        Dictionary<string, byte[]> tree = TreeOf(image);
        ulong start = Wide(tree["/chosen/linux,initrd-start"])[0], end = Wide(tree["/chosen/linux,initrd-end"])[0];
        Assert.Equal((0x4040_0000UL, 0x12_3456UL), (start, end - start));
        Assert.Equal((0, 0x1d, 0x1d, 0xee), (ram[0x3f_ffff], ram[0x40_0000], ram[0x40_0000 + 0x12_3455], ram[0x40_0000 + 0x12_3456]));
        Assert.True(end <= guest.Context);
    }

    [Theory]
    [InlineData("", RestartPolicy.Never)]
    [InlineData("restart = \"never\"", RestartPolicy.Never)]
    [InlineData("restart = \"on-crash\"", RestartPolicy.OnCrash)]
    [InlineData("restart = \"always\"", RestartPolicy.Always)]
    public void Monitors_know_when_to_restart(string key, ulong policy) =>
        Assert.Equal(policy, Build($"image = \"flat\"\nmemory = 4\n{key}").Manifest("g.monitor").Guest.Restart);

    [Fact]
    public void Old_Linux_without_a_size_goes_where_it_expects()
    {
        _bench.Write("kernel", FakeFiles.Linux(0x1000, 0, 0));
        Assert.Equal(GuestMap.Ram + 0x8_0000, Build("image = \"kernel\"\nmemory = 16").Manifest("g.monitor").Guest.Entry);
    }

    [Fact]
    public void Compressed_images_are_unpacked()
    {
        using MemoryStream packed = new();
        using (GZipStream stream = new(packed, CompressionLevel.Fastest))
            stream.Write(FakeFiles.Linux(0x1_2345, 0x2_0000, 0));
        _bench.Write("Image.gz", packed.ToArray());
        LoadEntry load = Build("image = \"Image.gz\"\nmemory = 16").Manifest("g.monitor").Guest.Loads[0];
        Assert.Equal((0x1_2345UL, 0x2_0000UL - 0x1_2345UL), (load.Size, load.Zero));

        _bench.Write("Image.gz", [0x1f, 0x8b, 8, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
        Assert.Equal("system.toml:9: g: Image.gz is compressed by gzip, but damaged", _bench.Refuse(Bench.Head + "[partition.g]\nimage = \"Image.gz\"\nmemory = 16"));
    }

    [Fact]
    public void Elf_and_flat_images_are_told_apart_by_content()
    {
        _bench.Write("elf", FakeFiles.Elf(
            GuestMap.Ram + 0x1_0010,
            new FakeSegment(GuestMap.Ram + 0x1_0000, FakeFiles.Fill(0x123, 0xaa), 0x456, 7),
            new FakeSegment(GuestMap.Ram + 0x8_0000, [], 0x1000, 6)));
        SystemImage elf = Build("image = \"elf\"\nmemory = 4");
        Assert.Equal(GuestMap.Ram + 0x1_0010, elf.Manifest("g.monitor").Guest.Entry);
        byte[] ram = Start(elf);
        Assert.Equal((0xee, 0xaa, 0xaa, 0, 0, 0xee), (ram[0xffff], ram[0x1_0000], ram[0x1_0122], ram[0x1_0123], ram[0x1_0455], ram[0x1_0456]));
        Assert.Equal((0, 0xee), (ram[0x8_0fff], ram[0x8_1000]));

        SystemImage flat = Build("image = \"flat\"\nmemory = 4");
        Assert.Equal(GuestMap.Ram, flat.Manifest("g.monitor").Guest.Entry);
        ram = Start(flat);
        Assert.Equal((0xf1, 0xf1, 0xee), (ram[0], ram[0x2344], ram[0x2345]));
    }

    public static TheoryData<string, byte[], string> BadImages => new()
    {
        { "empty", [], "g: image is empty" },
        { "efi", [.. "MZ"u8, .. new byte[100]], "g: image is an EFI program, not a Linux Image" },
        { "short", [.. "\u007fELF"u8, 2], "g: image: not an ELF file" },
        { "x86", Patch(18, 62), "g: image: an ELF file, but not for AArch64" },
        { "headers", Patch(56, 200), "g: image: the ELF file's program headers are cut off" },
        { "segment", Patch(64 + 32, 0xff), "g: image: a segment of the ELF file is cut off" },
        { "none", FakeFiles.Elf(0), "g: image: the ELF file has nothing to load" },
        {
            "elsewhere",
            FakeFiles.Elf(0, new FakeSegment(0x1000, [1], 1, 5)),
            "g: image: the segment at 0x1000 lies outside of the guest's memory, 0x40000000 to 0x41000000"
        },
        {
            "pieces",
            FakeFiles.Elf(0, Enumerable.Range(0, 8).Select(i => new FakeSegment(GuestMap.Ram + (ulong)i * 0x1000, [1], 1, 5)).ToArray()),
            "g: image has 8 segments; with what is added more than 8 pieces"
        },
        { "large", FakeFiles.Elf(0, new FakeSegment(GuestMap.Ram, [1], 0x200_0000, 5)), "g: image is too large: it needs memory = 32, g has 16 (line 10)" },
    };

    private static byte[] Patch(int offset, byte value)
    {
        byte[] elf = FakeFiles.Elf(GuestMap.Ram, new FakeSegment(GuestMap.Ram, [1, 2, 3], 0x1000, 5));
        elf[offset] = value;
        return elf;
    }

    [Theory]
    [MemberData(nameof(BadImages))]
    public void Bad_images_are_refused(string name, byte[] content, string message)
    {
        Assert.NotEmpty(name);
        _bench.Write("image", content);
        Assert.Equal($"system.toml:9: {message}", _bench.Refuse(Bench.Head + "[partition.g]\nimage = \"image\"\nmemory = 16"));
    }

    [Fact]
    public void Bare_image_lies_in_its_memory_from_the_beginning()
    {
        SystemImage image = Build("image = \"flat\"\nmonitor = false\nmemory = 32\nvcpus = 2");
        Dictionary<ulong, SeenPage> pages = image.Pages("g");
        Assert.Equal(0xf1, image.At(pages[GuestMap.Ram + 0x2000].Physical)[0x344]);
        Assert.Equal(0, image.At(pages[GuestMap.Ram + 0x2000].Physical)[0x345]);
        Assert.Equal((2 * Units.MiB, Storage.File), (image.Area("g", "image").Size, image.Area("g", "image").Storage));
        Assert.Equal((30 * Units.MiB, Storage.Zero), (image.Area("g", "memory").Size, image.Area("g", "memory").Storage));
        Assert.Equal(image.Area("g", "memory").Address, pages[GuestMap.Ram + 2 * Units.MiB].Physical);
        CheckBare(image, GuestMap.Ram);

        image = Build("image = \"flat\"\nmonitor = false\nmemory = 1\nvcpus = 2");
        Assert.Equal(Units.MiB, image.Area("g", "image").Size);
        CheckBare(image, GuestMap.Ram);
    }

    [Fact]
    public void Bare_image_can_have_a_certain_place_but_not_be_spread_out()
    {
        SystemImage image = Build("image = \"flat\"\nmonitor = false\nmemory = 32\nat = 0x42000000");
        Assert.Equal((0x4200_0000UL, 0x4220_0000UL), (image.Area("g", "image").Address, image.Area("g", "memory").Address));

        _bench.Write("elf", FakeFiles.Elf(GuestMap.Ram, new FakeSegment(GuestMap.Ram + 0x1800_0000, [1], 1, 5)));
        Assert.Equal(
            "system.toml:9: g: elf spreads over 384 MiB, 256 MiB fit without a monitor",
            _bench.Refuse(Bench.Head + "[partition.g]\nimage = \"elf\"\nmonitor = false\nmemory = 512"));
    }

    [Fact]
    public void Bare_program_controls_its_own_vcpus_only()
    {
        SystemImage image = Build("program = \"Hostile\"\nkind = \"guest\"\nvcpus = 2");
        CheckBare(image, Layout.Program);
    }

    private static void CheckBare(SystemImage image, ulong entry)
    {
        Manifest manifest = image.Manifest("g");
        Assert.Equal((0UL, 2UL), (manifest.Guest.Present, manifest.Guest.VcpuCount));
        Assert.Equal(PartitionFlags.DefaultCacheable, image.Config.Partitions[image.IndexOf("g")].Flags);
        for (int i = 0; i < 2; i++)
        {
            ulong vcpu = image.Vcpu("g", i);
            Assert.Equal(Capability.Pack(Capability.Vcpu, vcpu, 0), image.Capability("g", manifest.Guest.VcpuSlot + (ulong)i));
            VcpuConfig config = image.Config.Vcpus[(int)vcpu];
            Assert.Equal((1UL, entry, Layout.Manifest, Limits.NoVcpu), (config.Autostart, config.Entry, config.Context, config.Monitor));
        }
    }

    private static Dictionary<string, byte[]> TreeOf(SystemImage image) => TreeReader.Properties(TreeBytes(image));

    private static byte[] TreeBytes(SystemImage image)
    {
        GuestInfo guest = image.Manifest("g.monitor").Guest;
        LoadEntry load = guest.Loads[(int)guest.LoadCount - 1];
        Assert.Equal(guest.Context, load.Destination);
        return Start(image).AsSpan((int)(load.Destination - guest.RamBase), (int)load.Size).ToArray();
    }

    private static ulong[] Wide(byte[] property)
    {
        uint[] cells = TreeReader.Cells(property);
        return Enumerable.Range(0, cells.Length / 2).Select(i => (ulong)cells[2 * i] << 32 | cells[2 * i + 1]).ToArray();
    }

    [Fact]
    public void Device_tree_describes_the_machine_that_the_monitor_shows()
    {
        SystemImage image = Build("image = \"kernel\"\ncmdline = \"console=ttyAMA0 x=\\\"y\\\"\"\nmemory = 16\nvcpus = 3\ndevices = [\"rtc\"]");
        Dictionary<string, byte[]> tree = TreeOf(image);
        Assert.Equal("console=ttyAMA0 x=\"y\"", TreeReader.Text(tree["/chosen/bootargs"]));
        Assert.DoesNotContain("/chosen/linux,initrd-start", tree.Keys);
        Assert.Equal("/pl011@9000000", TreeReader.Text(tree["/chosen/stdout-path"]));
        Assert.Equal([GuestMap.Ram, 16 * Units.MiB], Wide(tree["/memory@40000000/reg"]));
        Assert.Equal([0u, 1u, 2u], new[] { 0, 1, 2 }.Select(i => TreeReader.Cells(tree[$"/cpus/cpu@{i}/reg"])[0]));
        Assert.DoesNotContain("/cpus/cpu@3/", tree.Keys);
        Assert.Equal([GuestMap.Distributor, 0x1_0000UL, GuestMap.Redistributors, 3 * 0x2_0000UL], Wide(tree["/intc@8000000/reg"]));
        Assert.Equal([1u, 13u, 4u, 1u, 14u, 4u, 1u, 11u, 4u], TreeReader.Cells(tree["/timer/interrupts"]));
        Assert.Equal([0u, 1u, 4u], TreeReader.Cells(tree["/pl011@9000000/interrupts"]));
        Assert.Equal([0u, 17u, 4u], TreeReader.Cells(tree["/virtio_mmio@a000200/interrupts"]));
        Assert.Equal("hvc", TreeReader.Text(tree["/psci/method"]));
        Assert.Equal([0x0901_0000UL, 0x1000UL], Wide(tree["/rtc@9010000/reg"]));
        Assert.Equal([0u, 2u, 4u], TreeReader.Cells(tree["/rtc@9010000/interrupts"]));

        // The device is the guest's own: its page at the board's address, its interrupt as the board numbers it.
        Assert.Equal(new SeenPage(0x0901_0000, true, true, false, true), image.Pages("g")[0x0901_0000]);
        Assert.DoesNotContain(image.Pages("g.monitor").Values, page => page.Device);
        Assert.Equal(Capability.Pack(Capability.Virtual, image.Vcpu("g"), 34), image.Config.Interrupts[34]);
    }

    [Fact]
    public void A_root_complex_is_described_as_the_bindings_say()
    {
        Dictionary<string, byte[]> tree = TreeOf(Build("image = \"kernel\"\nmemory = 16\ndevices = [\"pcie\"]"));
        uint[] Cells(string property) => TreeReader.Cells(tree[$"/pcie@4010000000/{property}"]);
        Assert.Equal(("pci-host-ecam-generic", "pci"), (TreeReader.Text(tree["/pcie@4010000000/compatible"]), TreeReader.Text(tree["/pcie@4010000000/device_type"])));
        Assert.Equal([0x40_1000_0000UL, 0x20_0000UL], Wide(tree["/pcie@4010000000/reg"]));
        Assert.Equal([0u, 1u], Cells("bus-range"));
        Assert.Equal([0x0200_0000u, 0, 0x1000_0000, 0, 0x1000_0000, 0, 0x2eff_0000], Cells("ranges"));
        Assert.Equal([0x1800u, 0, 0, 7], Cells("interrupt-map-mask"));
        uint controller = TreeReader.Cells(tree["/intc@8000000/phandle"])[0];
        uint[][] map = [.. Cells("interrupt-map").Chunk(8)];
        Assert.Equal(16, map.Length);
        Assert.All(map, entry => Assert.Equal([entry[0] & 0x1800, 0, 0, entry[3], controller, 0, 3 + (entry[0] >> 11) % 4 + entry[3] - 1 - ((entry[0] >> 11) + entry[3] > 4 ? 4u : 0), 4], entry));
        Assert.Equal(16, map.Select(entry => (entry[0], entry[3])).Distinct().Count());
    }

    [Fact]
    public void Device_tree_has_a_device_for_each_network()
    {
        string Description(string network) => $"image = \"flat\"\nmemory = 4\n[partition.h]\nimage = \"flat\"\nmemory = 4\n[[channel]]\nname = \"x\"\nends = [\"h\", \"g\"]\n{network}";
        Assert.DoesNotContain("/virtio_mmio@a000400/", TreeOf(Build(Description("memory = 16"))).Keys);
        Dictionary<string, byte[]> tree = TreeOf(Build(Description("network = true")));
        Assert.Equal([0x0a00_0400UL, 0x200UL], Wide(tree["/virtio_mmio@a000400/reg"]));
        Assert.Equal([0u, 18u, 4u], TreeReader.Cells(tree["/virtio_mmio@a000400/interrupts"]));
        Assert.DoesNotContain("/virtio_mmio@a000600/", tree.Keys);
    }

    [Fact]
    public void Device_tree_compiler_takes_the_tree()
    {
        string path = _bench.Write("tree.dtb", TreeBytes(Build("image = \"kernel\"\ninitrd = \"initrd\"\nmemory = 16\nvcpus = 2\ndevices = [\"rtc\", \"pcie\"]")));
        Process? dtc = null;
        try
        {
            dtc = Process.Start(new ProcessStartInfo("dtc", ["-I", "dtb", "-O", "dtb", "-o", path + ".again", path]) { RedirectStandardError = true });
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Skip("the device tree compiler (dtc) is not installed");
        }

        using (dtc)
        {
            string messages = dtc!.StandardError.ReadToEnd();
            dtc.WaitForExit();
            Assert.Equal(("", 0), (messages, dtc.ExitCode));
            Assert.Equal(TreeReader.Properties(File.ReadAllBytes(path)), TreeReader.Properties(File.ReadAllBytes(path + ".again")));
        }
    }

    [Fact]
    public void Trees_read_back_as_written() => Gen.Select(Gen.String[Gen.Char['a', 'z'], 1, 31], Gen.Byte.Array[0, 40]).List[0, 8].Sample(properties =>
    {
        DeviceTreeNode root = new(""), parent = root;
        Dictionary<string, byte[]> expected = new() { ["/"] = [] };
        string path = "";
        foreach ((string name, byte[] value) in properties)
        {
            DeviceTreeNode child = new DeviceTreeNode(name).Bytes(name, value);
            path += "/" + name;
            expected.Add(path + "/", []);
            expected.Add($"{path}/{name}", value);
            parent.Add(child);
            parent = child;
        }

        Assert.Equal(expected, TreeReader.Properties(FlattenedTree.Encode(root)));
    });
}
