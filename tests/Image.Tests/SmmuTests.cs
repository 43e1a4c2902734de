using CsCheck;
using Redoubt.Abi;

namespace Redoubt.Image.Tests;

/// <summary>What a device that reaches memory by itself can reach, and who is told of what it can't.</summary>
public sealed class SmmuTests : IDisposable
{
    private const string Guest = Bench.Head + """
        [partition.a]
        program = "Hello"
        [partition.g]
        image = "kernel"
        memory = 17
        vcpus = 2
        devices = ["rtc", "pcie"]
        [[channel]]
        name = "ping"
        ends = ["a", "g"]
        memory = 4
        """;

    private readonly Bench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void Devices_see_the_memory_of_their_owner_where_it_sees_it() => Gen.Select(Gen.Int[5, 70], Gen.Bool, Gen.Bool).Sample(
        (memory, blocks, net) =>
        {
            string at = blocks ? "at = 0x44000000\n" : "";
            SystemImage image = _bench.Build($"{Bench.Head}[partition.g]\nimage = \"kernel\"\n{at}memory = {memory}\ndevices = [{(net ? "\"net\", " : "")}\"pcie\"]");
            Dictionary<ulong, SeenPage> expected = image.Pages("g").Where(page => !page.Value.Device).ToDictionary(page => page.Key, page => page.Value with { Execute = false });
            Assert.Equal((ulong)memory * 256, (ulong)expected.Count);
            Assert.Equal(expected, HardwareWalk.Stream(image, 0x10));
            Assert.Equal(expected, HardwareWalk.Stream(image, 0x1ff));
            Assert.Equal(net ? expected : null, HardwareWalk.Stream(image, 0x200));
        },
        iter: 20,
        threads: 1);

    [Fact]
    public void Streams_of_nobody_are_refused()
    {
        SystemImage image = _bench.Build(Guest);
        Assert.Equal(9UL, image.BootInfo.Smmu.StreamBits);
        Assert.All(Enumerable.Range(0, 0x400).Where(stream => stream is < 0x10 or >= 0x200), stream => Assert.Null(HardwareWalk.Stream(image, (uint)stream)));
        Assert.Equal(0UL, image.BootInfo.Smmu.Streams % (64 << 9));
    }

    [Fact]
    public void The_owners_monitor_learns_of_what_is_refused()
    {
        SystemImage image = _bench.Build(Guest);
        PlacedArea queue = image.Area("g.monitor", "DMA faults");
        Assert.Equal((Storage.Zero, 32UL << DmaFault.IndexBits, 0UL), (queue.Storage, queue.Size, queue.Address % queue.Size));
        Assert.Equal((queue.Address, (ulong)DmaFault.IndexBits), (image.BootInfo.Smmu.Events, image.BootInfo.Smmu.EventBits));
        Manifest manifest = image.Manifest("g.monitor");
        DeviceEntry device = manifest.Devices[(int)manifest.DeviceCount - 1];
        Assert.Equal(("dma-faults", queue.Size), (device.Name.Text(), device.Size));
        Assert.Equal(new SeenPage(queue.Address + 0x1000, true, false, false, false), image.Pages("g.monitor")[device.Address + 0x1000]);
        Assert.Equal(Capability.Pack(Capability.Event, image.Vcpu("g.monitor"), device.EventBit), image.Config.Interrupts[106]);
        Assert.Equal(Capability.Pack(Capability.Interrupt, image.Vcpu("g.monitor"), 106), image.Capability("g.monitor", device.InterruptSlot));
        Assert.All((string[])["a", "g", "console"], other => Assert.DoesNotContain(image.Pages(other).Values, page => page.Physical - queue.Address < queue.Size));
    }

    [Fact]
    public void The_owner_has_all_of_a_root_complex()
    {
        SystemImage image = _bench.Build(Guest);
        Dictionary<ulong, SeenPage> pages = image.Pages("g");
        foreach (ulong address in (ulong[])[0x40_1000_0000, 0x40_101f_f000, 0x1000_0000, 0x3efe_f000])
            Assert.Equal(new SeenPage(address, true, true, false, true), pages[address]);
        Assert.DoesNotContain(0x3eff_0000UL, pages.Keys);
        Assert.DoesNotContain(0x40_1020_0000UL, pages.Keys);
        for (ulong intid = 35; intid <= 38; intid++)
            Assert.Equal(Capability.Pack(Capability.Virtual, image.Vcpu("g"), intid), image.Config.Interrupts[(int)intid]);
        Assert.Equal(new PlacedSmmu(0x0905_0000, 106, "g", "g.monitor"), image.Map.Smmu);
        Assert.Contains(Inspection.Of(image).Memory.Single(row => row is { Owner: "g", Purpose: "memory" }).Seen, seen => seen == "DMA of g rw-");
    }

    [Fact]
    public void The_owners_monitor_sees_the_configuration_space_and_none_of_the_windows()
    {
        SystemImage image = _bench.Build(Guest);
        Manifest manifest = image.Manifest("g.monitor");
        DeviceEntry device = manifest.Devices[0];
        Assert.Equal(("pci-config", 0x20_0000UL, ulong.MaxValue, ulong.MaxValue), (device.Name.Text(), device.Size, device.EventBit, device.InterruptSlot));
        Dictionary<ulong, SeenPage> pages = image.Pages("g.monitor");
        for (ulong offset = 0; offset < device.Size; offset += 0x1000)
            Assert.Equal(new SeenPage(0x40_1000_0000 + offset, true, true, false, true), pages[device.Address + offset]);
        Assert.Equal((int)(device.Size / 0x1000), pages.Values.Count(page => page.Device));
        Assert.All((string[])["a", "console"], other => Assert.DoesNotContain(image.Pages(other).Values, page => page.Physical >= 0x40_1000_0000));
    }

    [Fact]
    public void Nobody_sees_the_SMMU_or_its_tables()
    {
        SystemImage image = _bench.Build(Guest);
        string[] hidden = ["SMMU", "stream table", "DMA context of g", "DMA tables of g", "SMMU commands"];
        Assert.All(Inspection.Of(image).Memory.Where(row => hidden.Contains(row.Purpose)), row => Assert.Empty(row.Seen));
        Assert.Equal(hidden.Order(), image.Map.Areas.Select(area => area.Purpose).Where(hidden.Contains).Order());
    }

    [Fact]
    public void Without_such_devices_there_is_no_SMMU()
    {
        SystemImage image = _bench.Build(Bench.Head + "[partition.g]\nimage = \"kernel\"\nmemory = 16\ndevices = [\"rtc\"]");
        Assert.Equal(default, image.BootInfo.Smmu);
        Assert.Null(image.Map.Smmu);
        Assert.Equal(0UL, image.Config.Interrupts[106]);
        Assert.DoesNotContain(image.Map.Areas, area => area.Purpose is "SMMU" or "stream table" or "DMA faults");
    }

    [Fact]
    public void A_partition_without_monitor_answers_for_its_devices_itself()
    {
        SystemImage image = _bench.Build(Bench.Head + "[partition.g]\nimage = \"flat\"\nmonitor = false\nmemory = 4\ndevices = [\"net\"]");
        Assert.Equal(("g", "g"), (image.Map.Smmu!.Owner, image.Map.Smmu.Reader));
        Dictionary<ulong, SeenPage> reached = HardwareWalk.Stream(image, 0x201)!;
        Assert.True(reached[GuestMap.Ram].Write);
        Assert.False(reached[Layout.Manifest].Write);
        Assert.All(reached.Values, page => Assert.False(page.Device || page.Execute));
    }

    public static TheoryData<string, string> Refused => new()
    {
        {
            "[partition.a]\nimage = \"kernel\"\nmemory = 16\ndevices = [\"pcie\", \"bridge\"]",
            "system.toml:11: a: device \"bridge\" is a PCI host bridge, and a has one already (line 11)"
        },
        {
            "[partition.a]\nprogram = \"Hello\"\ndevices = [\"pcie\"]",
            "system.toml:10: a: device \"pcie\" has windows, which only a guest with a monitor sees where the board has them"
        },
        {
            "[partition.a]\nimage = \"flat\"\nmonitor = false\nmemory = 4\ndevices = [\"pcie\"]",
            "system.toml:12: a: device \"pcie\" has windows, which only a guest with a monitor sees where the board has them"
        },
        {
            "[partition.a]\nimage = \"kernel\"\nmemory = 16\ndevices = [\"pcie\"]\n[partition.b]\nprogram = \"Hello\"\ndevices = [\"net\"]",
            "system.toml:14: b: device \"net\" is behind the same SMMU as a's device \"pcie\" (line 11): its devices belong to one partition"
        },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public void Says_who_and_where(string description, string message) => Assert.Equal(message, _bench.Refuse(Bench.Head + description));

    public static TheoryData<string, string> BadBoards => new()
    {
        { "[device.x]\naddress = 0\nsize = 4\ndma = true\nstreams = { first = 0, count = 1 }", "6: device \"x\": streams are for a device with dma = true on a board with an [smmu]" },
        { "[smmu]\naddress = 0\ninterrupt = 40\n[device.x]\naddress = 0\nsize = 4\nstreams = { first = 0, count = 1 }", "9: device \"x\": streams are for a device with dma = true on a board with an [smmu]" },
        { "[device.x]\naddress = 0\nsize = 4\nstreams = { first = 0xffff, count = 2 }", "9: streams: they end beyond 65535" },
        { "[device.x]\naddress = 0\nsize = 4\ninterrupts = [33, 34]", "6: device \"x\": a device has one interrupt or none, one with windows has 4" },
        { "[device.x]\naddress = 0\nsize = 4\ninterrupt = 33\nwindows = [{ address = 0, size = 0x1000 }]", "6: device \"x\": a device has one interrupt or none, one with windows has 4" },
        { "[device.x]\naddress = 0\nsize = 4\ninterrupts = [31]", "9: x: interrupt 31 is not from 32 to 1019" },
        { "[device.x]\naddress = 0\nsize = 4\nwindows = [{ address = 0, size = 0x800 }]", "9: windows: a window is made of whole pages" },
    };

    [Theory]
    [MemberData(nameof(BadBoards))]
    public void Boards_are_checked(string text, string message)
    {
        string path = _bench.WriteText("boards/bad/board.toml", "memory = { base = 0x40000000, limit = 4096 }\ncpus = 1\n[gic]\ndistributor = 0x08000000\nredistributors = 0x080a0000\n" + text);
        Assert.EndsWith($"board.toml:{message}", Assert.Throws<UserError>(() => Board.Load(path)).ToString(), StringComparison.Ordinal);
    }
}
