using Redoubt.Abi;
using Redoubt.Tool;
using Xunit;

namespace Redoubt.Systems;

/// <summary>The phone's display, keys and touch: read as pixels, moved by real events.</summary>
public sealed class PhoneTests
{
    private const int KeyA = 30, KeyB = 48, Strip = (int)Screen.StripHeight;

    private static readonly string s_screen = Path.Combine(Workspace.Root, "tests/descriptions/screen.toml");

    // As the console numbers them.
    private const int LinuxKey = 1, WorkKey = 2, PadKey = 2;

    // Events of keyboard and touch screen go to files.
    private static Guest Recording(Machine machine, string name, int key)
    {
        Guest guest = new Guest(machine, name, key).Login();
        foreach (int device in new[] { 0, 1 })
            guest.Run($"cat /dev/input/event{device} >/tmp/events{device} & sleep 0");
        return guest;
    }

    // Type, code and value of each event: struct input_event, 24 bytes, begins with a time of 16.
    private static List<(int Type, int Code, int Value)> Events(Guest guest, int device) =>
        [.. guest.Run($"hexdump -v -e '12/2 \"%u \" \"\\n\"' /tmp/events{device}").Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => Array.ConvertAll(line.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries), int.Parse))
            .Where(words => words.Length == 12)
            .Select(words => (words[8], words[9], words[10] | words[11] << 16))];

    // Rows below the strip that have more than one colour.
    private static int Written(Picture picture) => Enumerable.Range(Strip, picture.Height - Strip).Count(picture.IsMixed);

    [Fact]
    public void TheStripShowsWhoseScreenIsBelowIt()
    {
        using Display display = new("phone");
        new Guest(display.Machine, "linux", LinuxKey).Login();
        new Guest(display.Machine, "work", WorkKey).Login();

        // The phone's home screen, and the text console of the Linux for work.
        byte[] first = Display.Strip(display.AwaitStrip(Display.First));
        display.Await(picture => Written(picture) > 100, "the home screen");
        display.Tap("f12");
        byte[] second = Display.Strip(display.AwaitStrip(Display.Second));
        Assert.NotEqual(first, second);
        Picture work = display.Await(picture => Written(picture) > 40, "Linux's text");
        Assert.Equal(0U, work[0, Strip]);
        display.Insist(() => display.Touch(600, 40), () => display.Look()[2, 2] == Display.First, "touching the strip");
    }

    [Fact]
    public void WhateverAGuestWritesTheStripStaysAsItIs()
    {
        const int BusError = 128 + 7;
        using Display display = new(s_screen);
        Guest linux = new Guest(display.Machine, "linux", LinuxKey).Login();
        byte[] strip = Display.Strip(display.AwaitStrip(Display.First));

        // All of its window, and at both sides of it.
        linux.Run("dd if=/dev/urandom of=/dev/fb0 bs=64k 2>/dev/null; true");
        Picture painted = display.Await(picture => picture.IsMixed(Strip) && picture.IsMixed(picture.Height - 1), "what Linux has painted");
        Assert.Equal(strip, Display.Strip(painted));
        ulong end = GuestMap.Screen + (ulong)(painted.Width * (painted.Height - Strip)) * Screen.PixelSize;
        foreach (ulong address in new[] { GuestMap.Screen - 4, (end + 0xfff) & ~0xfffUL })
            Assert.Equal(BusError, linux.Try($"devmem 0x{address:x} 32 0xffffff").Status);
        linux.Run($"devmem 0x{GuestMap.Screen:x} 32 0x123456");
        Assert.Equal(strip, Display.Strip(display.Await(picture => picture[0, Strip] == 0x12_3456, "the first pixel of Linux's window")));
    }

    [Fact]
    public void KeysReachTheGuestThatIsShownAlone()
    {
        using Display display = new("phone");
        Guest linux = Recording(display.Machine, "linux", LinuxKey), work = Recording(display.Machine, "work", WorkKey);
        display.AwaitStrip(Display.First);
        display.Insist(() => display.Tap("a"), () => Events(linux, 0).Contains((1, KeyA, 0)), "a key");
        Assert.Empty(Events(work, 0));

        // Held across the change: let go for the one, unknown to the other until it is pressed anew.
        display.Key("a", true);
        display.Tap("f12");
        display.AwaitStrip(Display.Second);
        display.Insist(() => display.Tap("b"), () => Events(work, 0).Contains((1, KeyB, 1)), "another key");
        display.Key("a", false);
        display.Insist(() => display.Tap("b"), () => Events(work, 0).Count(item => item == (1, KeyB, 1)) > 1, "another key");
        List<(int Type, int Code, int Value)> heard = Events(linux, 0);
        Assert.DoesNotContain(heard, item => item.Code == KeyB);
        Assert.Equal(0, heard.Last(item => item.Code == KeyA).Value);
        Assert.DoesNotContain(Events(work, 0), item => item.Code == KeyA);
        display.Tap("a");
        display.Insist(() => { }, () => Events(work, 0).Contains((1, KeyA, 0)), "a key that is pressed anew");
        Assert.Equal(heard, Events(linux, 0));

        // The attention key is nobody's.
        display.Tap("f12");
        display.AwaitStrip(Display.First);
        foreach (Guest guest in new[] { linux, work })
            Assert.DoesNotContain(Events(guest, 0), item => item is { Type: 1, Code: 88 });
    }

    [Fact]
    public void AFingerReachesTheGuestThatIsShownInItsOwnPixels()
    {
        const uint X = 300, Y = 700;
        using Display display = new("phone");
        Guest linux = Recording(display.Machine, "linux", LinuxKey), work = Recording(display.Machine, "work", WorkKey);
        display.AwaitStrip(Display.First);
        display.Insist(() => display.Touch(X, Y), () => Events(linux, 1).Contains((1, (int)Screen.Touch, 0)), "touching");
        List<(int Type, int Code, int Value)> heard = Events(linux, 1);
        Assert.Equal([(3, 0, (int)X), (3, 1, (int)Y - Strip), (1, (int)Screen.Touch, 1), (0, 0, 0), (1, (int)Screen.Touch, 0), (0, 0, 0)], heard.Take(6));
        Assert.Empty(Events(work, 1));
        Assert.Empty(Events(linux, 0));
    }

    [Fact]
    public void AnEntryHasTheDisplayAndAllInputUntilItEnds()
    {
        const string Pad = "^pad *\\| ";
        using Display display = new(s_screen);
        Machine machine = display.Machine;
        Guest linux = Recording(machine, "linux", LinuxKey);
        byte[] phone = Display.Strip(display.AwaitStrip(Display.First));
        machine.ExpectFrom(0, Pad + "painter ready");

        // At its console it asks for the focus.
        machine.Type("\x1d" + PadKey);
        int from = machine.Mark;
        machine.Type("e");
        machine.ExpectFrom(from, Pad + "focus gained");
        Picture entry = display.AwaitStrip(Display.Entry);
        Assert.NotEqual(phone, Display.Strip(entry));
        Assert.Equal(0x20_4060U, entry[2, entry.Height - 2]);
        display.Insist(() => display.Tap("a"), () => machine.TryExpectFrom(from, Pad + $"key {KeyA} 0", TimeSpan.Zero) is not null, "a key");
        display.Touch(300, 700);
        machine.ExpectFrom(from, Pad + $"at 1 {700 - Strip}");
        // A touch on the strip changes nothing.
        display.Touch(600, 40);
        display.Touch(301, 701);
        machine.ExpectFrom(from, Pad + $"at 1 {701 - Strip}");
        Assert.Equal(Display.Strip(entry), Display.Strip(display.Look()));

        // The attention key ends it, and it must ask anew.
        display.Tap("f12");
        machine.ExpectFrom(from, Pad + "focus lost");
        Assert.Equal(phone, Display.Strip(display.AwaitStrip(Display.First)));
        display.Insist(() => display.Tap("b"), () => Events(linux, 0).Contains((1, KeyB, 1)), "a key of Linux's");
        Assert.DoesNotContain(Events(linux, 0), item => item.Code == KeyA);
        Assert.Empty(Events(linux, 1));
        machine.Type("\x1d" + PadKey);
        from = machine.Mark;
        machine.Type("e");
        machine.Type("le");
        machine.ExpectFrom(from, Pad + "focus gained");
        machine.Type("l");
        machine.ExpectFrom(from, Pad + "focus lost");
        Assert.Equal(phone, Display.Strip(display.AwaitStrip(Display.First)));
        Assert.DoesNotMatch(Pad + $"key {KeyB}", machine.Text);
    }
}
