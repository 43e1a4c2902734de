namespace Redoubt.Check.Tests;

/// <summary>Systems that keep person and secret together, and ones that do not: all of them are well-formed.</summary>
public sealed class TrustedPathTests
{
    private const string Head = """
        board = "BOARD"
        [machine]
        cpus = 1
        memory = 256
        [identity]
        version = 1
        date = "2026-11-01"
        [partition.console]
        program = "Console"
        devices = ["uart"]
        """;

    private const string Ui = """
        [partition.ui]
        program = "Ui"
        devices = ["gpu", "keyboard", "touch"]
        trusted = true
        console = false
        memory = 2
        """;

    private const string Linux = """
        [partition.linux]
        image = "flat"
        memory = 16
        screen = "Phone"
        """;

    private const string PinPad = """
        [partition.pinpad]
        program = "Hello"
        console = false
        identity = true
        anchors = "anchors"
        screen = "Secure entry"
        """;

    private const string Relay = """
        [[channel]]
        name = "pinpad"
        ends = ["linux", "pinpad"]
        serial = true
        """;

    private static string Sound => string.Join('\n', Head, Ui, Linux, PinPad, Relay);

    private static readonly Dictionary<string, (string Message, Func<string, string> Change)> s_variants = new()
    {
        ["keys that nobody has"] = ("keyboard is nobody's, not ui's", text => text.Replace("\"keyboard\", ", "", StringComparison.Ordinal)),
        ["a device too many in ui"] = ("ui has rtc, which nobody sees or touches", text => text.Replace("\"gpu\", ", "\"gpu\", \"rtc\", ", StringComparison.Ordinal)),
        ["a device in the entry"] = ("pinpad, which takes secrets, has rtc", text => text.Replace("identity = true", "identity = true\ndevices = [\"rtc\"]", StringComparison.Ordinal)),
        ["DMA that nothing confines"] = ("helper has fw-cfg, whose DMA nothing confines", text => text + "\n[partition.helper]\nprogram = \"Hello\"\ntrusted = true\ndevices = [\"fw-cfg\"]"),
        ["a console of ui"] = ("the channel \"console\" leads from ui to console", text => text.Replace("trusted = true\nconsole = false", "trusted = true", StringComparison.Ordinal)),
        ["a console of the entry"] = ("the channel \"console\" leads from pinpad to console", text => text.Replace("\nconsole = false\nidentity", "\nidentity", StringComparison.Ordinal)),
        ["a channel from ui to a guest"] = ("the channel \"x\" leads from ui to linux.monitor", text => text + "\n[[channel]]\nname = \"x\"\nends = [\"ui\", \"linux\"]\nmemory = 4"),
        ["a serial line from ui to a guest"] = ("the channel \"x\" leads from ui to linux.monitor", text => text.Replace(Relay, "", StringComparison.Ordinal) + "\n[[channel]]\nname = \"x\"\nends = [\"ui\", \"linux\"]\nserial = true"),
        ["a bell between the entry and a guest"] = ("the channel \"x\" leads from pinpad to linux.monitor", text => text + "\n[[channel]]\nname = \"x\"\nends = [\"pinpad\", \"linux\"]"),
        ["memory shared by the entry and a guest"] = ("the channel \"pinpad\" leads from pinpad to linux.monitor", text => text.Replace("serial = true", "memory = 4", StringComparison.Ordinal)),
        ["a channel from the entry to another service"] = ("the channel \"x\" leads from pinpad to helper", text => text + "\n[partition.helper]\nprogram = \"Hello\"\n[[channel]]\nname = \"x\"\nends = [\"helper\", \"pinpad\"]\nmemory = 4"),
        ["two ways to the bank"] = ("pinpad has 2 lines to others", text => text + "\n[partition.work]\nimage = \"flat\"\nmemory = 16\n[[channel]]\nname = \"x\"\nends = [\"work\", \"pinpad\"]\nserial = true"),
        ["an entry without identity"] = ("pinpad has no identity", text => text.Replace("identity = true\nanchors = \"anchors\"\n", "", StringComparison.Ordinal)),
        ["an entry without anchors"] = ("pinpad has no bank anchors", text => text.Replace("anchors = \"anchors\"\n", "", StringComparison.Ordinal)),
        ["a guest that looks like the entry"] = ("the strip says \"Secure entry\" of pinpad and \"SECURE-ENTRY\" of linux", text => text.Replace("\"Phone\"", "\"SECURE-ENTRY\"", StringComparison.Ordinal)),
    };

    public static TheoryData<string> Variants => [.. s_variants.Keys];

    [Fact]
    public void A_sound_system_holds()
    {
        TheoremResult result = Check(Sound).TrustedPath();
        Assert.Empty(result.Refusals);
        Assert.Contains("gpu, keyboard, touch - ui - pinpad; ways out: screens of ui; bytes between linux.monitor and pinpad by \"pinpad\"", result.Summary, StringComparison.Ordinal);
    }

    [Fact]
    public void A_system_without_an_entry_has_nothing_to_show()
    {
        TheoremResult result = Check(string.Join('\n', Head.Replace("[identity]\nversion = 1\ndate = \"2026-11-01\"\n", "", StringComparison.Ordinal), Ui, Linux)).TrustedPath();
        Assert.True(result.Holds);
        Assert.Equal(0, result.Facts);
        Assert.Contains("nothing to show", result.Summary, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Variants))]
    public void A_well_formed_system_with_a_broken_path_is_refused(string name)
    {
        (string message, Func<string, string> change) = s_variants[name];
        string text = change(Sound);
        Assert.NotEqual(Sound, text);
        ImageCheck check = Check(text);
        Assert.Empty(check.Config().Refusals);
        Refused.Because(check.TrustedPath(), "trusted-path", message);
    }

    private static ImageCheck Check(string description)
    {
        (byte[] bytes, Board board) = Subject.Build(description);
        return new ImageCheck(CheckedImage.Read(bytes, "subject"), board, Subject.Kernel);
    }
}
