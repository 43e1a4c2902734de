using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using Redoubt.Abi;

namespace Redoubt.Image.Tests;

/// <summary>Screens: who paints a surface, who sees it, and what both are told.</summary>
public sealed class ScreenTests : IDisposable
{
    private const string Ui = Bench.Head + "[partition.ui]\nprogram = \"Hello\"\ntrusted = true\ndevices = [\"disk\"]\nmemory = 2\n";
    private const string Guest = "[partition.g]\nimage = \"kernel\"\nmemory = 16\nscreen = \"Phone\"\n", Pad = "[partition.pad]\nprogram = \"Hello\"\nscreen = \"Bank – Ä\"\n";
    private const ulong Width = 400, SurfaceHeight = 704, Size = Width * SurfaceHeight * 4;

    private readonly Bench _bench = new();

    public ScreenTests()
    {
        string board = _bench.PathOf("boards/test/board.toml");
        _bench.WriteText("boards/test/board.toml", File.ReadAllText(board) + "\n[display]\nwidth = 400\nheight = 800\ndevices = []\n");
    }

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void Clients_write_their_surface_and_ui_reads_it()
    {
        SystemImage image = _bench.Build(Ui + Guest + Pad);
        Manifest ui = image.Manifest("ui"), pad = image.Manifest("pad"), monitor = image.Manifest("g.monitor");
        Assert.Equal((2UL, 1UL, 1UL, 0UL), (ui.ScreenCount, pad.ScreenCount, monitor.ScreenCount, image.Manifest("console").ScreenCount));
        (string Client, ulong Address)[] clients = [("g", GuestMap.Screen), ("pad", pad.Screens[0].Surface)];
        for (int i = 0; i < clients.Length; i++)
        {
            PlacedArea surface = image.Area(clients[i].Client, "screen");
            ScreenEnd shown = ui.Screens[i];
            Assert.Equal((Width, SurfaceHeight, surface.Address), (shown.Width, shown.Height, shown.Physical));
            Dictionary<ulong, SeenPage> written = image.Pages(clients[i].Client), read = image.Pages("ui");
            for (ulong offset = 0; offset < Size; offset += Units.Page)
            {
                Assert.Equal((surface.Address + offset, true, false), Seen(written[clients[i].Address + offset]));
                Assert.Equal((surface.Address + offset, false, false), Seen(read[shown.Surface + offset]));
            }
        }

        Assert.DoesNotContain(image.Pages("g.monitor").Values, page => page.Physical == image.Area("g", "screen").Address);
    }

    [Fact]
    public void The_words_of_the_strip_are_for_ui_alone()
    {
        SystemImage image = _bench.Build(Ui + Guest + Pad);
        Manifest ui = image.Manifest("ui");
        Assert.Equal(["Phone", "Bank – Ä"], Enumerable.Range(0, 2).Select(i => Text(ui.Screens[i].Title)));
        Assert.Equal("", Text(image.Manifest("pad").Screens[0].Title));
        Assert.Equal(["g", "pad"], Enumerable.Range(0, 2).Select(i => ui.Channels[(int)ui.Screens[i].Channel].Peer.Text()));
        Assert.Equal((1UL, 0UL), (ui.Channels[(int)ui.Screens[0].Channel].Guest, ui.Channels[(int)ui.Screens[1].Channel].Guest));
    }

    [Fact]
    public void Only_who_holds_a_device_with_DMA_knows_physical_addresses()
    {
        SystemImage image = _bench.Build(Ui + Guest + Pad + "memory = 1");
        Manifest ui = image.Manifest("ui"), pad = image.Manifest("pad");
        Assert.Equal((2 * Units.MiB, image.Area("ui", "work memory").Address), (ui.WorkSize, ui.WorkPhysical));
        Assert.Equal((image.Area("ui", "work memory").Address, true, false), Seen(image.Pages("ui")[ui.WorkAddress]));
        Assert.Equal((Units.MiB, 0UL, 0UL), (pad.WorkSize, pad.WorkPhysical, pad.Screens[0].Physical));
        Assert.Equal(0UL, image.Manifest("g.monitor").Screens[0].Physical);
    }

    [Fact]
    public void A_guests_device_tree_has_its_screen_keys_and_touch()
    {
        Dictionary<string, byte[]> tree = TreeOf(_bench.Build(Ui + Guest), "g");
        string screen = $"/chosen/framebuffer@{GuestMap.Screen:x}";
        Assert.Equal("simple-framebuffer", TreeReader.Text(tree[screen + "/compatible"]));
        Assert.Equal("x8r8g8b8", TreeReader.Text(tree[screen + "/format"]));
        Assert.Equal([0, (uint)GuestMap.Screen, 0, (uint)Size], TreeReader.Cells(tree[screen + "/reg"]));
        Assert.Equal([(uint)Width], TreeReader.Cells(tree[screen + "/width"]));
        Assert.Equal([(uint)SurfaceHeight], TreeReader.Cells(tree[screen + "/height"]));
        Assert.Equal([(uint)Width * 4], TreeReader.Cells(tree[screen + "/stride"]));
        Assert.Empty(tree["/chosen/ranges"]);
        foreach (int device in new[] { GuestMap.Keys, GuestMap.Touch })
        {
            ulong address = GuestMap.Virtio + (ulong)device * GuestMap.VirtioStride;
            Assert.Equal([0, (uint)GuestMap.VirtioInterrupt + (uint)device - 32, 4], TreeReader.Cells(tree[$"/virtio_mmio@{address:x}/interrupts"]));
        }

        Assert.DoesNotContain(TreeOf(_bench.Build(Ui + Guest.Replace("screen = \"Phone\"\n", "", StringComparison.Ordinal) + Pad), "g").Keys, key => key.Contains("framebuffer", StringComparison.Ordinal));
    }

    public static TheoryData<string, string> Refused => new()
    {
        { Bench.Head + Guest, "system.toml:11: g wants a screen, but there is no service \"ui\"" },
        { Bench.Head + Guest + "[partition.ui]\nprogram = \"Hello\"\nkind = \"guest\"", "system.toml:11: g wants a screen, but there is no service \"ui\"" },
        { Ui + "screen = \"me\"", "system.toml:13: ui wants a screen, but it is the one that shows them" },
        { Ui + Guest + "[partition.h]\nprogram = \"Hello\"\nscreen = \"Phone\"", "system.toml:19: h wants a screen called \"Phone\", as g's is (line 16)" },
        { Ui + "[partition.h]\nprogram = \"Hello\"\nscreen = \"\"", "system.toml:15: h: screen has the words of the strip, 1 to 32 bytes" },
        { Ui + "[partition.h]\nprogram = \"Hello\"\nscreen = \"a text that is longer than thirty-two\"", "system.toml:15: h: screen has the words of the strip, 1 to 32 bytes" },
        { Ui + "[partition.h]\nprogram = \"Hello\"\nscreen = \"a\\u202eb\"", "system.toml:15: h: screen has the character U+202E, which the strip can't show" },
        { Ui + "[partition.h]\nprogram = \"Hello\"\nscreen = \"WWWWWWWWWWWWW\"", "system.toml:15: h: \"WWWWWWWWWWWWW\" is too wide for the strip, which has 400 pixels" },
        { Ui + "[partition.h]\nimage = \"flat\"\nmemory = 4\nmonitor = false\nscreen = \"a\"", "system.toml:17: h: unknown key \"screen\"" },
        {
            Ui + string.Concat(Enumerable.Range(1, 5).Select(i => $"[partition.h{i}]\nprogram = \"Hello\"\nscreen = \"{i}\"\n")),
            "system.toml:27: h5 wants a screen, which is one too many: 4 fit"
        },
        { Ui + Guest + "devices = [\"net\"]", "system.toml:17: g: device \"net\" lies where the guest has its screen" },
        { Ui + Guest + "[[channel]]\nname = \"screen\"\nends = [\"g\", \"console\"]", "system.toml:17: g.monitor has a channel \"screen\" already (line 16)" },
        { Ui.Replace("memory = 2\n", "memory = 2000\n", StringComparison.Ordinal) + Guest, "system.toml:12: ui: memory = 2000 is not from 1 to 256" },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public void Says_who_and_where(string description, string message) => Assert.Equal(message, _bench.Refuse(description));

    [Fact]
    public void Words_may_reach_the_end_of_the_strip_and_not_pass_it()
    {
        string Described(int letters) => Ui + $"[partition.h]\nprogram = \"Hello\"\nscreen = \"{new string('W', letters)}\"";
        int most = Enumerable.Range(1, Title.Longest).TakeWhile(letters => TrialStrip.Fits(new string('W', letters), (uint)Width)).Last();
        Assert.Equal(most, _bench.Build(Described(most)).Map.Screens[0].Title.Length);
        Assert.Contains("too wide", _bench.Refuse(Described(most + 1)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_board_without_a_display_shows_no_screens()
    {
        string path = _bench.PathOf("boards/test/board.toml"), board = File.ReadAllText(path);
        _bench.WriteText("boards/test/board.toml", board.Replace("devices = []", "devices = [\"eye\"]", StringComparison.Ordinal));
        Assert.EndsWith("display: there is no device \"eye\"", _bench.Refuse(Ui + Guest), StringComparison.Ordinal);
        _bench.WriteText("boards/test/board.toml", board[..board.IndexOf("[display]", StringComparison.Ordinal)]);
        Assert.Equal("system.toml:16: g wants a screen, but board test has no [display]", _bench.Refuse(Ui + Guest));
        _bench.WriteText("boards/test/board.toml", board.Replace("height = 800", "height = 100", StringComparison.Ordinal));
        Assert.EndsWith("display: height = 100 is not from 192 to 2048", _bench.Refuse(Ui + Guest), StringComparison.Ordinal);
    }

    private static (ulong, bool, bool) Seen(SeenPage page) => (page.Physical, page.Write, page.Execute);

    private static string Text(Title title) => Encoding.UTF8.GetString(MemoryMarshal.AsBytes((ReadOnlySpan<ulong>)title)).TrimEnd('\0');

    private static Dictionary<string, byte[]> TreeOf(SystemImage image, string guest)
    {
        ReadOnlySpan<byte> tree = image.At(image.Area($"{guest}.monitor", "pristine device tree").Address);
        return TreeReader.Properties(tree[..(int)BinaryPrimitives.ReadUInt32BigEndian(tree[4..])]);
    }
}
