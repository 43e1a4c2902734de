using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace Redoubt.Check.Tests;

/// <summary>A system with screens in which the path from the display to the person is broken somewhere is refused for the right reason.</summary>
public sealed class ScreenMutants
{
    private const ulong Page = 0x1000, Write = 1 << 7;

    private const string Description = """
        board = "BOARD"
        [machine]
        cpus = 1
        memory = 256
        [partition.console]
        program = "Console"
        devices = ["uart"]
        [partition.ui]
        program = "Ui"
        devices = ["gpu", "keyboard", "touch"]
        trusted = true
        memory = 2
        [partition.linux]
        image = "flat"
        memory = 16
        screen = "Phone"
        [partition.pad]
        program = "Hello"
        screen = "Secure entry"
        """;

    private static readonly Lazy<(byte[] Bytes, Board Board)> s_built = new(() => Subject.Build(Description));

    private delegate void Change(ref Manifest manifest);

    private static readonly Dictionary<string, (string Partition, string Message, Change Change)> s_manifests = new()
    {
        ["a screen that is not told of"] = ("ui", "the screen of pad is not told of", (ref manifest) => manifest.ScreenCount--),
        ["a screen too many"] = ("ui", "screen 2 is none of its own", (ref manifest) => manifest.ScreenCount++),
        ["screens beyond the room"] = ("ui", "no room for", (ref manifest) => manifest.ScreenCount = 9),
        ["words of another"] = ("ui", "screen 0 (of linux) has other words in its strip", (ref manifest) => manifest.Screens[0].Title = manifest.Screens[1].Title),
        ["words with one letter changed"] = ("ui", "has other words in its strip", (ref manifest) => manifest.Screens[1].Title[0] ^= 1),
        ["a channel of another"] = ("ui", "screen 1 is none of its own, or told of twice", (ref manifest) => manifest.Screens[1].Channel = manifest.Screens[0].Channel),
        ["a channel that is not there"] = ("ui", "screen 0 is none of its own", (ref manifest) => manifest.Screens[0].Channel = 12),
        ["the surface of another"] = ("ui", "screen 1 (of pad) is not at", (ref manifest) => manifest.Screens[1].Surface = manifest.Screens[0].Surface),
        ["the DMA of another's surface"] = ("ui", "screen 1 (of pad) has not the physical address", (ref manifest) => manifest.Screens[1].Physical = manifest.Screens[0].Physical),
        ["another size"] = ("ui", "screen 0 (of linux) has 720 by 1344 pixels, not 721 by 1344", (ref manifest) => manifest.Screens[0].Width++),
        ["a client that knows physical addresses"] = ("pad", "screen 0 (of pad) has not the physical address", (ref manifest) => manifest.Screens[0].Physical = Page),
        ["a client that is told of the strip"] = ("pad", "has other words in its strip", (ref manifest) => manifest.Screens[0].Title[0] = 'x'),
        ["a monitor that is told of the surface"] = ("linux.monitor", "screen 0 (of linux) is not at", (ref manifest) => manifest.Screens[0].Surface = GuestMap.Screen),
        ["work memory elsewhere"] = ("ui", "its work memory is not at", (ref manifest) => manifest.WorkAddress += Page),
        ["work memory for DMA elsewhere"] = ("ui", "its work memory has not the physical address", (ref manifest) => manifest.WorkPhysical += Page),
        ["more work memory"] = ("ui", "are not the size of its work memory", (ref manifest) => manifest.WorkSize += Page),
        ["work memory of who has none"] = ("pad", "are not the size of its work memory", (ref manifest) => manifest.WorkSize = Page),
    };

    public static TheoryData<string> Manifests => [.. s_manifests.Keys];

    [Fact]
    public void As_it_is_meant_to_be_it_holds() => Assert.True(Damaged(_ => { }).Config().Holds);

    [Theory]
    [MemberData(nameof(Manifests))]
    public void A_changed_word_of_a_manifest_is_refused(string name)
    {
        (string partition, string message, Change change) = s_manifests[name];
        ImageCheck check = Damaged(bytes => change(ref MemoryMarshal.AsRef<Manifest>(At(bytes, Area(partition, "manifest").Address))));
        Refused.Because(check.Config(), "manifest", message);
    }

    [Fact]
    public void Ui_may_not_write_a_surface() => Refused.Because(Mapped("ui", Area("linux", "screen"), entry => entry | Write).Config(), "attributes", "linux's screen with ui");

    [Fact]
    public void A_guest_sees_its_screen_where_its_device_tree_says() =>
        Refused.Because(Mapped("linux", Area("linux", "screen"), _ => 0).Config(), "whole", "bytes of linux's screen");

    [Fact]
    public void No_client_sees_anothers_surface() =>
        Refused.Because(Mapped("pad", Area("pad", "screen"), entry => entry - Area("pad", "screen").Address + Area("linux", "screen").Address).Config(), "owner", "linux's screen with ui");

    [Fact]
    public void No_client_sees_the_memory_of_the_strips() =>
        Refused.Because(Mapped("pad", Area("pad", "screen"), entry => entry - Area("pad", "screen").Address + Area("ui", "work memory").Address).Config(), "owner", "ui's work memory");

    [Theory]
    [InlineData("\"Title\":\"Phone\"", "\"Title\":\"Secure entry\"", "screens", "as another one or not at all")]
    [InlineData("\"Height\":1344", "\"Height\":1343", "screens", "not as large as board")]
    [InlineData("\"Client\":\"linux\"", "\"Client\":\"ui\"", "screens", "has a client that can't have one")]
    [InlineData("\"Client\":\"linux\"", "\"Client\":\"pad\"", "screens", "has no surface, or several")]
    [InlineData("\"Ui\":\"ui\"", "\"Ui\":\"pad\"", "screens", "no service or not by the one that shows the others")]
    public void A_description_that_contradicts_itself_is_refused(string text, string other, string rule, string message) =>
        Refused.Because(Damaged(bytes => Replace(At(bytes, Layout.Description), text, other)).Config(), rule, message);

    private static CheckedImage Image => CheckedImage.Read(s_built.Value.Bytes, "subject");

    private static PlacedArea Area(string owner, string purpose) => Assert.Single(Image.Map.Areas, area => area.Owner == owner && area.Purpose == purpose);

    private static Span<byte> At(Memory<byte> bytes, ulong address) => bytes.Span[(int)(address - Layout.LoadBase)..];

    private static ImageCheck Damaged(Action<Memory<byte>> damage)
    {
        byte[] bytes = (byte[])s_built.Value.Bytes.Clone();
        damage(bytes);
        return new ImageCheck(CheckedImage.Read(bytes, "subject"), s_built.Value.Board, Subject.Kernel);
    }

    /// <summary>Changes the entry, the first in the tables of a partition, that maps an area.</summary>
    private static ImageCheck Mapped(string partition, PlacedArea area, Func<ulong, ulong> change) => Damaged(bytes =>
    {
        const ulong AddressBits = 0x0000_ffff_ffff_f000;
        PlacedArea tables = Area("kernel", $"tables of {partition}");
        Span<ulong> entries = MemoryMarshal.Cast<byte, ulong>(At(bytes, tables.Address)[..(int)tables.Size]);
        foreach (ref ulong entry in entries)
        {
            if ((entry & AddressBits) != area.Address)
                continue;
            entry = change(entry);
            return;
        }

        Assert.Fail($"{partition} does not map {area}");
    });

    /// <summary>Puts another text in place of the first that is so: a magic number and a length, of 8 bytes each, stand before the JSON.</summary>
    private static void Replace(Span<byte> description, string text, string other)
    {
        const int Head = 16;
        Span<byte> length = description[8..Head], json = description[Head..];
        string all = Encoding.UTF8.GetString(json[..(int)BinaryPrimitives.ReadInt64LittleEndian(length)]);
        int at = all.IndexOf(text, StringComparison.Ordinal);
        Assert.True(at >= 0, all);
        BinaryPrimitives.WriteInt64LittleEndian(length, Encoding.UTF8.GetBytes(all[..at] + other + all[(at + text.Length)..], json));
    }
}
