using System.Text;
using CsCheck;
using Redoubt.Abi;

namespace Redoubt.Image.Tests;

/// <summary>Every page has one owner: checked by walking the tables of random systems as the hardware does.</summary>
public sealed class OwnershipTests : IDisposable
{
    private readonly Bench _bench = new();

    public void Dispose() => _bench.Dispose();

    private static readonly Gen<string> Partition = Gen.Select(Gen.Int[0, 3], Gen.Int[1, 3], Gen.Int[4, 12], Gen.Bool, Kind);

    private static readonly Gen<string> Systems = Gen.Select(Partition.List[1, 5], Gen.Int[1, 4], Gen.Select(Gen.Int[0, 4], Gen.Int[0, 4], Gen.Int[0, 3]).List[0, 6], Describe);

    private static string Kind(int kind, int vcpus, int memory, bool initrd) => kind switch
    {
        0 => "program = \"Hello\"\n",
        1 => $"program = \"Hostile\"\nkind = \"guest\"\nvcpus = {vcpus}\n",
        2 => $"image = \"flat\"\nmonitor = false\nmemory = {memory}\nvcpus = {vcpus}\n",
        _ => $"image = \"kernel\"\nmemory = {memory + 4}\nvcpus = {vcpus}\n{(initrd ? "initrd = \"initrd\"\n" : "")}",
    };

    private static string Describe(List<string> partitions, int cpus, List<(int From, int To, int Pages)> channels)
    {
        StringBuilder text = new(Bench.Head.Replace("cpus = 2", $"cpus = {cpus}", StringComparison.Ordinal));
        for (int i = 0; i < partitions.Count; i++)
            text.Append($"[partition.p{i}]\n{partitions[i]}");
        for (int i = 0; i < channels.Count; i++)
        {
            (int from, int to, int pages) = (channels[i].From % partitions.Count, channels[i].To % partitions.Count, channels[i].Pages);
            if (from != to)
                text.Append($"[[channel]]\nname = \"c{i}\"\nends = [\"p{from}\", \"p{to}\"]\n{(pages > 0 ? $"memory = {4 * pages}\n" : "")}");
        }

        return text.ToString();
    }

    [Fact]
    public void Every_page_has_one_owner() => Systems.Sample(
        toml =>
        {
            if (BuildIfItFits(toml) is not { } image)
                return;
            AreasLieApart(image);
            foreach (PlacedPartition partition in image.Map.Partitions)
                SeesOnlyItsOwn(image, partition);
            KernelSeesOnlyItself(image);
        },
        iter: 50,
        threads: 1);

    /// <summary>Random systems may have too many vCPUs for their CPUs.</summary>
    private SystemImage? BuildIfItFits(string toml)
    {
        try
        {
            return _bench.Build(toml);
        }
        catch (UserError error) when (error.Message.Contains("is one too many for CPU", StringComparison.Ordinal))
        {
            return null;
        }
    }

    private static void AreasLieApart(SystemImage image)
    {
        ulong free = 0;
        foreach (PlacedArea area in image.Map.Areas)
        {
            Assert.True(area.Address >= free, $"{area} overlaps its predecessor");
            Assert.Equal(0UL, area.Address % 0x1000);
            free = area.End;
        }
    }

    private static void SeesOnlyItsOwn(SystemImage image, PlacedPartition partition)
    {
        Dictionary<ulong, SeenPage> pages = image.Pages(partition.Name);
        foreach ((ulong address, SeenPage page) in pages)
        {
            PlacedArea area = AreaOf(image, page.Physical);
            bool guestMemory = partition.Kind == PartitionKind.Monitor && area.Owner == partition.Name[..partition.Name.IndexOf('.')];
            Assert.True(area.Owner == partition.Name || area.Sharer == partition.Name || guestMemory, $"{partition.Name} sees {area} at {address:x}");
            bool ram = area.Purpose is "memory" or "image";
            Assert.Equal(area.Purpose == "code" || (ram && !guestMemory), page.Execute);
            Assert.Equal(area.Purpose is "data" or "zeroed data" || ram || area.Storage == Storage.Device || area.Sharer is not null, page.Write);
            Assert.Equal(area.Storage == Storage.Device, page.Device);
            Assert.True(page.Read);
        }

        // All that a partition owns it sees, each page once.
        ulong owned = image.Map.Areas.Where(area => area.Owner == partition.Name || area.Sharer == partition.Name).Aggregate(0UL, (sum, area) => sum + area.Size);
        ulong guest = partition.Kind == PartitionKind.Monitor ? image.Area(partition.Name[..partition.Name.IndexOf('.')], "memory").Size : 0;
        Assert.Equal(owned + guest, (ulong)pages.Count * 0x1000);
        Assert.Equal(pages.Count, pages.Values.Select(page => page.Physical).Distinct().Count());
    }

    private static void KernelSeesOnlyItself(SystemImage image)
    {
        foreach ((ulong address, SeenPage page) in HardwareWalk.Stage1(image))
        {
            PlacedArea area = AreaOf(image, page.Physical);
            Assert.Equal(address, page.Physical);
            Assert.Equal("kernel", area.Owner);
            Assert.Equal(area.Purpose == "code", page.Execute);
            Assert.Equal(area.Purpose == "data" || area.Storage == Storage.Device, page.Write);
            Assert.Equal(area.Storage == Storage.Device, page.Device);
        }
    }

    private static PlacedArea AreaOf(SystemImage image, ulong address) =>
        Assert.Single(image.Map.Areas, area => area.Address <= address && address < area.End);

    [Fact]
    public void Blocks_map_what_is_large_enough()
    {
        SystemImage image = _bench.Build(Bench.Head + "[partition.a]\nimage = \"kernel\"\nmemory = 64");
        PlacedArea tables = image.Area("kernel", "tables of a");
        Assert.Equal(2 * Units.Page, tables.Size);
        Assert.Equal(0UL, image.Area("a", "memory").Address % Units.Block);
        Assert.Equal(0UL, image.Area("a.monitor", "pristine kernel").Address % Units.Block);
    }

    [Fact]
    public void Both_ends_of_a_channel_see_the_same_page()
    {
        SystemImage image = _bench.Build(Bench.Head + """
            [partition.a]
            program = "Hello"
            [partition.b]
            image = "kernel"
            memory = 16
            [[channel]]
            name = "ping"
            ends = ["a", "b"]
            memory = 8
            """);
        ChannelEnd a = image.Manifest("a").Channels[1], b = image.Manifest("b.monitor").Channels[1];
        Assert.Equal(("ping", "b", 0UL, 0x2000UL), (a.Name.Text(), a.Peer.Text(), a.Side, a.Size));
        Assert.Equal(("ping", "a", 1UL, 0x2000UL), (b.Name.Text(), b.Peer.Text(), b.Side, b.Size));
        PlacedArea memory = image.Area("a", "channel ping");
        Assert.Equal(Storage.Zero, memory.Storage);
        for (ulong offset = 0; offset < memory.Size; offset += 0x1000)
        {
            Assert.Equal(memory.Address + offset, image.Pages("a")[a.Address + offset].Physical);
            Assert.Equal(memory.Address + offset, image.Pages("b.monitor")[b.Address + offset].Physical);
        }

        Assert.DoesNotContain(image.Pages("b").Values, page => page.Physical >= memory.Address && page.Physical < memory.End);
    }
}
