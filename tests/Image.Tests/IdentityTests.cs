using System.Security.Cryptography;
using System.Text.Json;
using Redoubt.Abi;

namespace Redoubt.Image.Tests;

/// <summary>Who gets an identity, what is measured for it, and what the reference values say.</summary>
public sealed class IdentityTests : IDisposable
{
    private const string Identity = """
        [identity]
        version = 7
        date = "2026-11-01"

        """;

    private const string System = Bench.Head + Identity + """
        [partition.pinpad]
        program = "Hostile"
        kind = "guest"
        identity = true
        anchors = "anchors"
        [partition.linux]
        image = "kernel"
        memory = 16
        devices = ["pcie"]
        """;

    private readonly Bench _bench = new();

    public IdentityTests() => _bench.Write("anchors", [0x81, 0xa0]);

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void The_boot_table_says_who_gets_an_identity_and_where()
    {
        SystemImage image = _bench.Build(System);
        IdentitySetup setup = image.BootInfo.Identity;
        Assert.Equal("261101000000Z", setup.BuildDate.Text());
        Assert.Equal(7UL, setup.SecurityVersion);
        Assert.Equal(1UL, setup.Count);
        Assert.Equal("pinpad", setup.Entries[0].Name.Text());
        Assert.Equal(image.Area("pinpad", "identity").Address, setup.Entries[0].Address);
        Assert.Equal(image.Area("loader", "device secret").Address, setup.DeviceSecret);
        Assert.Equal(setup.DeviceSecret, image.DeviceSecret);

        Dictionary<ulong, SeenPage> pages = image.Pages("pinpad");
        Assert.Equal((image.Area("pinpad", "identity").Address, true, true, false), Seen(pages[Layout.Identity]));
        Assert.Equal((image.Area("pinpad", "bank anchors").Address, true, false, false), Seen(pages[Layout.Anchors]));
        Assert.Equal([0x81, 0xa0, 0], image.At(image.Area("pinpad", "bank anchors").Address)[..3].ToArray());
        Assert.DoesNotContain(image.Pages("linux.monitor").Values, page => page.Physical == setup.Entries[0].Address || page.Physical == setup.DeviceSecret);
    }

    [Fact]
    public void A_system_without_identities_has_nothing_of_it()
    {
        SystemImage image = _bench.Build(Bench.Head);
        Assert.Null(image.DeviceSecret);
        Assert.Null(ReferenceValues.Of(image));
        Assert.All(((ReadOnlySpan<MemoryRange>)image.BootInfo.Identity.Ranges).ToArray(), range => Assert.Equal(0UL, range.Size));
    }

    [Theory]
    [InlineData("loader", "program", "microvisor.code")]
    [InlineData("kernel", "code", "microvisor.code")]
    [InlineData("kernel", "constants", "microvisor.code")]
    [InlineData("kernel", "own tables", "microvisor.memoryMap")]
    [InlineData("kernel", "tables of console", "microvisor.memoryMap")]
    [InlineData("kernel", "tables of pinpad", "microvisor.memoryMap", "pinpad.memoryMap")]
    [InlineData("kernel", "configuration", "microvisor.devices")]
    [InlineData("kernel", "stream table", "microvisor.devices")]
    [InlineData("kernel", "DMA context of linux", "microvisor.devices")]
    [InlineData("kernel", "DMA tables of linux", "microvisor.devices")]
    [InlineData("kernel", "SMMU commands", "microvisor.devices")]
    [InlineData("console", "manifest", "microvisor.devices")]
    [InlineData("pinpad", "manifest", "microvisor.devices", "pinpad.devices")]
    [InlineData("console", "code", "microvisor.services")]
    [InlineData("linux.monitor", "code", "microvisor.services")]
    [InlineData("pinpad", "code", "pinpad.code")]
    [InlineData("pinpad", "bank anchors", "pinpad.anchors")]
    [InlineData("linux.monitor", "pristine kernel")]
    [InlineData("loader", "description")]
    public void One_bit_changes_what_it_belongs_to(string owner, string purpose, params string[] changed)
    {
        SystemImage image = _bench.Build(System);
        PlacedArea area = image.Map.Areas.First(area => area.Owner == owner && area.Purpose.StartsWith(purpose, StringComparison.Ordinal));
        foreach (ulong offset in (ulong[])[0, area.Size / 2, area.Size - 1])
        {
            // Of the loader's megabyte, what it writes to and what is nobody's is not measured.
            if (purpose == "program" && offset > 0)
                continue;
            byte[] bytes = image.Bytes.ToArray();
            bytes[area.Address + offset - Layout.LoadBase] ^= 0x10;
            Assert.Equal(changed, Differences(ReferenceValues.Of(image)!, ReferenceValues.Of(new SystemImage(bytes, image.Map))!));
        }
    }

    [Fact]
    public void The_boot_table_is_measured()
    {
        ReferenceValues first = ReferenceValues.Of(_bench.Build(System))!;
        ReferenceValues second = ReferenceValues.Of(_bench.Build(System.Replace("2026-11-01", "2026-11-02", StringComparison.Ordinal)))!;
        Assert.Equal(["microvisor.devices"], Differences(first, second));
    }

    [Fact]
    public void Measurements_are_of_address_size_and_bytes()
    {
        SystemImage image = _bench.Build(System);
        PlacedArea area = image.Area("pinpad", "bank anchors");
        byte[] expected = SHA256.HashData([.. BitConverter.GetBytes(area.Address), .. BitConverter.GetBytes(area.Size), .. image.At(area.Address)[..(int)area.Size]]);
        Assert.Equal(Convert.ToHexStringLower(expected), ReferenceValues.Of(image)!.Partitions["pinpad"].Anchors);
    }

    [Fact]
    public void The_file_is_as_the_page_has_it()
    {
        ReferenceValues values = ReferenceValues.Of(_bench.Build(System))!;
        using JsonDocument json = JsonDocument.Parse(values.ToJson());
        Assert.Equal(["profile", "system", "image", "securityVersion", "microvisor", "partitions"], json.RootElement.EnumerateObject().Select(member => member.Name));
        Assert.Equal(["code", "memoryMap", "devices", "services"], json.RootElement.GetProperty("microvisor").EnumerateObject().Select(member => member.Name));
        JsonElement pinpad = json.RootElement.GetProperty("partitions").GetProperty("pinpad");
        Assert.Equal(["code", "memoryMap", "devices", "anchors"], pinpad.EnumerateObject().Select(member => member.Name));
        Assert.Matches("^[0-9a-f]{64}$", pinpad.GetProperty("code").GetString());
        Assert.Equal("redoubt-reference-values-1", json.RootElement.GetProperty("profile").GetString());
    }

    [Theory]
    [InlineData("[identity]\nversion = 7\ndate = \"2026-11-01\"\n", "", "pinpad has an identity, which needs a table [identity] with version and date")]
    [InlineData("version = 7", "version = 65536", "identity: version = 65536 is not from 0 to 65535")]
    [InlineData("version = 7\n", "", "identity: version is missing")]
    [InlineData("2026-11-01", "2026-11-31", "identity: date = \"2026-11-31\" is no day of the years 2000 to 2049")]
    [InlineData("2026-11-01", "2050-01-01", "identity: date = \"2050-01-01\" is no day of the years 2000 to 2049")]
    [InlineData("memory = 16", "memory = 16\nidentity = true", "linux: unknown key \"identity\"")]
    [InlineData("\"anchors\"", "\"nothing\"", "pinpad: nothing: no such file")]
    [InlineData("\"anchors\"", "\"kernel\"", "pinpad: anchors kernel have 3145728 bytes, 1 to 4096 fit")]
    public void What_is_wrong_is_refused(string before, string after, string message) => Assert.Contains(message, _bench.Refuse(System.Replace(before, after, StringComparison.Ordinal)));

    [Fact]
    public void Only_so_many_fit()
    {
        string many = string.Concat(Enumerable.Range(0, Limits.Identities + 1).Select(i => $"[partition.p{i}]\nprogram = \"Hello\"\nidentity = true\n"));
        Assert.Contains("p4 is one too many with an identity: 4 fit", _bench.Refuse(Bench.Head + Identity + many));
    }

    private static (ulong, bool, bool, bool) Seen(SeenPage page) => (page.Physical, page.Read, page.Write, page.Execute);

    private static string[] Differences(ReferenceValues first, ReferenceValues second)
    {
        (string Name, string First, string Second)[] hashes =
        [
            ("microvisor.code", first.Microvisor.Code, second.Microvisor.Code),
            ("microvisor.memoryMap", first.Microvisor.MemoryMap, second.Microvisor.MemoryMap),
            ("microvisor.devices", first.Microvisor.Devices, second.Microvisor.Devices),
            ("microvisor.services", first.Microvisor.Services, second.Microvisor.Services),
            ("pinpad.code", first.Partitions["pinpad"].Code, second.Partitions["pinpad"].Code),
            ("pinpad.memoryMap", first.Partitions["pinpad"].MemoryMap, second.Partitions["pinpad"].MemoryMap),
            ("pinpad.devices", first.Partitions["pinpad"].Devices, second.Partitions["pinpad"].Devices),
            ("pinpad.anchors", first.Partitions["pinpad"].Anchors, second.Partitions["pinpad"].Anchors),
        ];
        Assert.NotEqual(first.Image, second.Image);
        return [.. hashes.Where(hash => hash.First != hash.Second).Select(hash => hash.Name)];
    }
}
