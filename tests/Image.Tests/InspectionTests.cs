using System.Xml.Linq;

namespace Redoubt.Image.Tests;

/// <summary>What people are told of an image.</summary>
public sealed class InspectionTests : IDisposable
{
    private const string Duo = Bench.Head + """
        [partition.linux]
        image = "kernel"
        memory = 16
        vcpus = 2
        devices = ["rtc"]
        [partition.test]
        program = "Hostile"
        kind = "guest"
        [[channel]]
        name = "ping"
        ends = ["linux", "test"]
        memory = 4
        [[schedule]]
        cpu = 1
        slots = [{ for = [], us = 1000, strict = true }, { for = ["linux"], us = 3000, strict = true }]
        """;

    private readonly Bench _bench = new();

    public void Dispose() => _bench.Dispose();

    private Inspection Inspect()
    {
        string path = _bench.PathOf("out.img");
        _bench.Build(Duo).Write(path);
        return Inspection.Of(SystemImage.Read(path));
    }

    [Fact]
    public void Memory_says_who_sees_it_and_how()
    {
        IReadOnlyList<MemoryRow> memory = Inspect().Memory;
        Assert.Equal(["linux rwx", "linux.monitor rw-"], Row("linux", "memory").Seen);
        Assert.Equal(["linux.monitor r--"], Row("linux.monitor", "pristine kernel").Seen);
        Assert.Equal(["linux.monitor rw-", "test rw-"], Row("linux.monitor", "channel ping").Seen.Order());
        Assert.Equal(["kernel r-x"], Row("kernel", "code").Seen);
        Assert.Equal(["kernel rw-"], Row("kernel", "GIC distributor").Seen);
        Assert.Equal(["linux rw-"], Row("linux", "device rtc").Seen);
        Assert.Empty(Row("kernel", "tables of linux").Seen);

        MemoryRow Row(string owner, string purpose) => Assert.Single(memory, row => row.Owner == owner && row.Purpose == purpose);
    }

    [Fact]
    public void Rows_name_what_the_kernel_reads_as_numbers()
    {
        Inspection inspection = Inspect();
        Assert.Equal(["console", "linux", "linux.monitor", "test"], inspection.Partitions.Select(row => row.Name));
        Assert.Equal(["CPU 0", "CPU 1"], inspection.Partitions[2].Vcpus);
        Assert.Equal((PartitionKind.Bare, "Hostile", 4), (inspection.Partitions[3].Kind, inspection.Partitions[3].Runs, inspection.Partitions[3].Vmid));
        Assert.Equal(
            [new InterruptRow(33, "uart", "console", 0, 0, "event 2"), new InterruptRow(34, "rtc", "linux", 0, 0, "interrupt 34")],
            inspection.Interrupts);
        Assert.Contains(new CapabilityRow("linux.monitor", 4, "control", "linux vCPU 0"), inspection.Capabilities);
        Assert.Contains(new CapabilityRow("console", 2, "acknowledge", "interrupt 33"), inspection.Capabilities);
        Assert.Contains(new CapabilityRow("console", 4, "machine", "power"), inspection.Capabilities);
        Assert.Contains(new CapabilityRow("test", 1, "notify", "linux.monitor vCPU 0, event 1"), inspection.Capabilities);
        Assert.Equal(["rtc", "uart"], inspection.Devices.Select(device => device.Name).Order());
        Assert.Equal(["console", "console", "ping"], inspection.Channels.Select(channel => channel.Name));
        ScheduleRow[] rows = [.. inspection.Schedule.Where(row => row.Cpu == 1)];
        Assert.Equal([1000.4, 3000.3], rows.Select(row => row.Microseconds!.Value));
        Assert.Empty(rows[0].Runs);
        Assert.Equal(["linux.monitor.1", "linux.1"], rows[1].Runs);
        Assert.Empty(rows[1].Otherwise);
    }

    [Fact]
    public void Picture_is_well_formed_and_names_everything()
    {
        XDocument picture = XDocument.Parse(Picture.Draw(Inspect()));
        Assert.Equal("svg", picture.Root!.Name.LocalName);
        string[] texts = [.. picture.Descendants().Where(element => element.Name.LocalName == "text").Select(element => element.Value)];
        foreach (string name in new[] { "system", "console", "linux", "linux.monitor", "test", "ping, 4 KiB", "kernel, EL2", "CPU 0", "CPU 1", "0x40000000" })
            Assert.Contains(name, texts);
        Assert.Contains("linux.monitor.1, linux.1: 3 ms, strict", texts);
    }
}
