using Redoubt.Abi;

namespace Redoubt.Image.Tests;

/// <summary>Channels, devices, capabilities and schedules as kernel and partitions find them.</summary>
public sealed class WiringTests : IDisposable
{
    private const string Duo = Bench.Head + """
        [partition.linux]
        image = "kernel"
        memory = 16
        vcpus = 2
        [partition.work]
        image = "kernel"
        memory = 16
        vcpus = 2

        """;

    private readonly Bench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void Notifying_reaches_the_event_that_the_other_end_is_told()
    {
        SystemImage image = _bench.Build(Duo + "[[channel]]\nname = \"x\"\nends = [\"work\", \"linux\"]");
        foreach (PlacedChannel channel in image.Map.Channels)
        {
            ChannelEnd first = EndOf(image, channel, channel.First, 0), second = EndOf(image, channel, channel.Second, 1);
            Assert.Equal(Capability.Pack(Capability.Event, image.Vcpu(channel.Second), second.EventBit), image.Capability(channel.First, first.NotifySlot));
            Assert.Equal(Capability.Pack(Capability.Event, image.Vcpu(channel.First), first.EventBit), image.Capability(channel.Second, second.NotifySlot));
            Assert.Equal((first.EventBit, second.EventBit), ((ulong)channel.FirstEvent, (ulong)channel.SecondEvent));
        }

        Assert.Equal(["console", "console", "x"], image.Map.Channels.Select(channel => channel.Name));
        Assert.Equal(0UL, image.Manifest("work.monitor").Channels[1].Size);
    }

    [Fact]
    public void Networks_are_channels_that_both_monitors_show_their_guests()
    {
        SystemImage image = _bench.Build(Duo + "[[channel]]\nname = \"x\"\nends = [\"work\", \"linux\"]\nnetwork = true");
        foreach (string guest in (string[])["linux", "work"])
        {
            ChannelEnd console = image.Manifest(guest + ".monitor").Channels[0], network = image.Manifest(guest + ".monitor").Channels[1];
            Assert.Equal((ChannelKind.Plain, ChannelKind.Network, 256 * Units.KiB, 1UL), (console.Kind, network.Kind, network.Size, network.Guest));
            // Neither guest reaches what joins their monitors.
            ulong memory = image.Map.Channels[^1].Address;
            Assert.DoesNotContain(image.Pages(guest).Values, page => page.Physical >= memory && page.Physical < memory + network.Size);
        }
    }

    private static ChannelEnd EndOf(SystemImage image, PlacedChannel channel, string partition, ulong side)
    {
        Manifest manifest = image.Manifest(partition);
        string peer = (side == 0 ? channel.Second : channel.First).Replace(".monitor", "", StringComparison.Ordinal);
        for (int i = 0; i < (int)manifest.ChannelCount; i++)
        {
            ChannelEnd end = manifest.Channels[i];
            if (end.Name.Text() == channel.Name && end.Peer.Text() == peer && end.Side == side)
                return end;
        }

        Assert.Fail($"{partition} is not told of {channel}");
        return default;
    }

    [Fact]
    public void Monitors_control_their_own_guest_and_wake_each_other()
    {
        SystemImage image = _bench.Build(Duo);
        foreach (string guest in new[] { "linux", "work" })
        {
            Manifest manifest = image.Manifest($"{guest}.monitor");
            Assert.Equal(guest, manifest.Guest.Name.Text());
            for (ulong n = 0; n < 2; n++)
            {
                Assert.Equal(Capability.Pack(Capability.Vcpu, image.Vcpu(guest, (int)n), 0), image.Capability($"{guest}.monitor", manifest.Guest.VcpuSlot + n));
                Assert.Equal(
                    Capability.Pack(Capability.Event, image.Vcpu($"{guest}.monitor", (int)n), Manifest.PeerEvent),
                    image.Capability($"{guest}.monitor", manifest.PeerSlot + n));
            }

            Assert.Equal(ulong.MaxValue, manifest.MachineSlot);
            for (ulong slot = 0; slot < Limits.Capabilities; slot++)
                Assert.Equal(0UL, image.Capability(guest, slot));
        }
    }

    [Fact]
    public void Machine_is_the_consoles_unless_said_otherwise()
    {
        SystemImage image = _bench.Build(Bench.Head + "machine = false\n[partition.a]\nprogram = \"Hello\"\nmachine = true");
        Assert.Equal(ulong.MaxValue, image.Manifest("console").MachineSlot);
        Assert.Equal(Capability.Machine, Capability.Kind(image.Capability("a", image.Manifest("a").MachineSlot)));
        image = _bench.Build(Bench.Head);
        Assert.Equal(Capability.Machine, Capability.Kind(image.Capability("console", image.Manifest("console").MachineSlot)));
    }

    [Fact]
    public void Devices_are_where_the_manifest_says()
    {
        SystemImage image = _bench.Build(Bench.Head + "[partition.a]\nprogram = \"Hello\"\ntrusted = true\ndevices = [\"left\", \"silent\", \"right\", \"disk\"]");
        Manifest manifest = image.Manifest("a");
        Assert.Equal(4UL, manifest.DeviceCount);
        ulong[] addresses = [0x0b00_0000, 0x0b00_1000, 0x0b00_0200, 0x0a10_0000];
        Dictionary<ulong, SeenPage> pages = image.Pages("a");
        for (int i = 0; i < 4; i++)
        {
            DeviceEntry device = manifest.Devices[i];
            SeenPage page = pages[device.Address & ~0xfffUL];
            Assert.Equal(addresses[i], page.Physical + (device.Address & 0xfff));
            Assert.Equal((true, true, false), (page.Device, page.Write, page.Execute));
        }

        Assert.Equal((ulong.MaxValue, ulong.MaxValue), (manifest.Devices[1].EventBit, manifest.Devices[1].InterruptSlot));
        Assert.Equal(Capability.Pack(Capability.Event, image.Vcpu("a"), manifest.Devices[2].EventBit), image.Config.Interrupts[91]);
        Assert.Equal(Capability.Pack(Capability.Interrupt, image.Vcpu("a"), 91), image.Capability("a", manifest.Devices[2].InterruptSlot));
        Assert.Equal(0x3000UL, manifest.Devices[1].Size);
    }

    [Fact]
    public void Console_channels_can_be_left_out()
    {
        SystemImage image = _bench.Build(Bench.Head + "[partition.a]\nprogram = \"Hello\"\nconsole = false\n[partition.b]\nprogram = \"Hello\"");
        Assert.Equal(["b"], image.Map.Channels.Select(channel => channel.First));
        Assert.Equal(0UL, image.Manifest("a").ChannelCount);

        string alone = Bench.Head.Replace("partition.console", "partition.a", StringComparison.Ordinal);
        Assert.Empty(_bench.Build(alone).Map.Channels);
        Assert.Equal("system.toml:8: a wants a console, but there is no partition \"console\"", _bench.Refuse(alone + "console = true"));
    }

    [Fact]
    public void One_guest_on_a_CPU_needs_one_endless_slot()
    {
        SystemImage image = _bench.Build(Bench.Head + "[partition.linux]\nimage = \"kernel\"\nmemory = 16\nvcpus = 2");
        Assert.Equal([(0UL, 0b111UL, 0b111UL)], Slots(image, 0));
        Assert.Equal([(0UL, 0b11UL, 0b11UL)], Slots(image, 1));
    }

    [Fact]
    public void Guests_share_a_CPU_by_turns()
    {
        const ulong fiveMs = 5243, oneMs = 1049;
        SystemImage image = _bench.Build(Duo);
        Assert.Equal([(fiveMs, 0b01010UL, 0b11111UL), (fiveMs, 0b10100UL, 0b11111UL), (oneMs, 0b00001UL, 0b11111UL)], Slots(image, 0));
        Assert.Equal([(fiveMs, 0b0101UL, 0b1111UL), (fiveMs, 0b1010UL, 0b1111UL)], Slots(image, 1));

        // vCPUs of one guest on one CPU take turns too. Ranks: console, linux.monitor 0 and 1, work.monitor 0 and 1, linux, work.
        const ulong half = 2621;
        SystemImage single = _bench.Build(Duo, cpus: 1);
        Assert.Equal(1UL, single.Config.CpuCount);
        Assert.Equal(
            [(half, 0b00010_0110UL, 0x1ffUL), (half, 0b00100_0110UL, 0x1ffUL), (half, 0b01001_1000UL, 0x1ffUL), (half, 0b10001_1000UL, 0x1ffUL), (oneMs, 1UL, 0x1ffUL)],
            Slots(single, 0));
    }

    [Theory]
    [InlineData("us = 1", 1UL)]
    [InlineData("us = 3000", 1573UL)]
    [InlineData("strict = false", 2621UL)]
    public void Given_slots_are_shared_out_among_the_vcpus_of_a_guest(string length, ulong each)
    {
        SystemImage image = _bench.Build(Bench.Head + $$"""
            [partition.linux]
            image = "kernel"
            memory = 16
            cpus = [0, 0]
            [[schedule]]
            cpu = 0
            slots = [{ for = ["linux", "console"], {{length}} }]
            """);
        Assert.Equal([(each, 0b01111UL, 0b11111UL), (each, 0b10111UL, 0b11111UL)], Slots(image, 0));
    }

    [Fact]
    public void One_guest_with_two_vcpus_on_a_CPU_takes_turns_with_itself()
    {
        SystemImage image = _bench.Build(Bench.Head + "[partition.linux]\nimage = \"kernel\"\nmemory = 16\nvcpus = 2", cpus: 1);
        Assert.Equal([(2621UL, 0b01111UL, 0b11111UL), (2621UL, 0b10111UL, 0b11111UL)], Slots(image, 0));
    }

    [Fact]
    public void Schedules_end_at_the_kernels_number_of_slots()
    {
        string slots = string.Join(", ", Enumerable.Repeat("{ for = [\"linux\"], us = 100 }", 9));
        Assert.Equal(
            "system.toml:12: schedule of CPU 0: its slots are 18, one for each vCPU of a guest; 16 fit",
            _bench.Refuse(Bench.Head + $"[partition.linux]\nimage = \"kernel\"\nmemory = 16\ncpus = [0, 0]\n[[schedule]]\ncpu = 0\nslots = [{slots}]"));
    }

    [Fact]
    public void Given_schedule_replaces_the_default_of_its_CPU()
    {
        SystemImage image = _bench.Build(Duo + """
            [[schedule]]
            cpu = 1
            slots = [
              { for = ["linux"], us = 2000, strict = true },
              { for = [], us = 500, strict = true },
              { for = ["work", "linux"], us = 1000000 },
            ]
            """);
        Assert.Equal([(2097UL, 0b0101UL, 0UL), (524UL, 0UL, 0UL), (1UL << 20, 0b1111UL, 0b1111UL)], Slots(image, 1));
        Assert.Equal(3, Slots(image, 0).Count);
    }

    private static List<(ulong Length, ulong Mask, ulong Fallback)> Slots(SystemImage image, int cpu)
    {
        CpuConfig config = image.Config.Cpus[cpu];
        List<(ulong, ulong, ulong)> slots = [];
        for (int i = 0; i < (int)config.SlotCount; i++)
            slots.Add((config.Slots[i].Length, config.Slots[i].Mask, config.Slots[i].Fallback));
        return slots;
    }
}
