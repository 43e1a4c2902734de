using Redoubt.Abi;
using Redoubt.PinPad.Interaction;
using Xunit;

namespace Redoubt.Systems;

/// <summary>The pinpad on its screen: real touches and keys, what it shows read as pixels, a real bank.</summary>
public sealed class PinPadTests
{
    private const int Strip = (int)Screen.StripHeight;

    [Fact]
    public void APersonLinksThePhoneAndPaysByTouchAndByKeys()
    {
        using PadMachine pad = new(screen: true);
        pad.StartEnrol();
        Task relayed = pad.RelayToEnd();
        pad.Display.AwaitStrip(Display.Entry);
        AwaitKeypad(pad);
        pad.Display.Keep("pinpad-code");
        Type(pad, pad.Customer.Code, PageLayout.Confirm);
        AwaitPicture(pad, Palette.Green, "that the phone is linked");
        Close(pad, relayed);

        string handle = pad.Ask();
        pad.StartAuthorise(handle);
        relayed = pad.RelayToEnd();
        pad.Display.AwaitStrip(Display.Entry);
        AwaitInput(pad);
        pad.Display.Tap([.. pad.Customer.Pin.Select(digit => digit.ToString())]);
        pad.Display.Await(picture => Dots(picture) == pad.Customer.Pin.Length, "a dot for each digit");
        pad.Display.Keep("pinpad-entry");
        pad.Display.Tap("ret");
        AwaitPicture(pad, Palette.Green, "that the payment is authorised");
        pad.Display.Keep("pinpad-authorised");
        Close(pad, relayed);
        Assert.Equal("authorised", pad.StateOf(handle));

        handle = pad.Ask();
        pad.StartAuthorise(handle);
        relayed = pad.RelayToEnd();
        pad.Display.AwaitStrip(Display.Entry);
        AwaitKeypad(pad);
        pad.Display.Insist(() => Touch(pad, PageLayout.Cancel), () => !HasKeypad(pad.Display.Look()), "Cancel");
        AwaitPicture(pad, Palette.Red, "that nothing was paid");
        Close(pad, relayed);
        Assert.Equal("cancelled", pad.StateOf(handle));
    }

    [Fact]
    public void WrongPinsAreCountedAndTheFifthLocks()
    {
        using PadMachine pad = new(screen: true);
        Link(pad);
        string handle = pad.Ask();
        pad.StartAuthorise(handle);
        Task relayed = pad.RelayToEnd();
        pad.Display.AwaitStrip(Display.Entry);
        string wrong = pad.Customer.Pin == "1111" ? "2222" : "1111";
        for (int attempt = 1; attempt <= 5; attempt++)
        {
            Type(pad, wrong, PageLayout.Confirm);
            AwaitPicture(pad, Palette.Red, "that the PIN was wrong");
            bool retry = At(pad.Display.Look(), PageLayout.Of(PageLayout.Confirm), 40, 40) == Palette.Green;
            Assert.Equal(attempt < 5, retry);
            if (retry)
                pad.Display.Keep("pinpad-wrong");
            if (retry)
                pad.Display.Insist(() => Touch(pad, PageLayout.Confirm), () => HasKeypad(pad.Display.Look()), "Try again");
        }

        Close(pad, relayed);
        pad.StartAuthorise(pad.Ask());
        relayed = pad.RelayToEnd();
        AwaitPicture(pad, Palette.Red, "that the account is locked");
        Close(pad, relayed);
    }

    [Fact]
    public void TheAttentionKeyEndsAnEntryAndALostConnectionIsTold()
    {
        using PadMachine pad = new(screen: true);
        Link(pad);
        string handle = pad.Ask();
        pad.StartAuthorise(handle);
        Task relayed = pad.RelayToEnd();
        pad.Display.AwaitStrip(Display.Entry);
        AwaitKeypad(pad);
        pad.Display.Tap("1", "f12");
        pad.Display.Await(picture => picture[2, 2] != Display.Entry, "that the entry is over");
        Ended(relayed);
        Assert.Equal("failed", pad.StateOf(handle));

        pad.Change = (_, bytes) => [.. bytes.Select(value => (byte)(value ^ 1))];
        pad.StartAuthorise(pad.Ask());
        relayed = pad.RelayToEnd();
        AwaitPicture(pad, Palette.Red, "that the bank could not be reached");
        Assert.Equal(Display.Entry, pad.Display.Look()[2, 2]);
        pad.Display.Keep("pinpad-lost");
        Close(pad, relayed);
    }

    private static void Link(PadMachine pad)
    {
        pad.StartEnrol();
        Task relayed = pad.RelayToEnd();
        pad.Display.AwaitStrip(Display.Entry);
        Type(pad, pad.Customer.Code, PageLayout.Confirm);
        AwaitPicture(pad, Palette.Green, "that the phone is linked");
        Close(pad, relayed);
    }

    private static void Type(PadMachine pad, string digits, int then)
    {
        AwaitInput(pad);
        for (int i = 0; i < digits.Length; i++)
        {
            int typed = i;
            Touch(pad, digits[i] - '0');
            pad.Display.Await(picture => Dots(picture) == typed + 1, "another dot");
        }

        Touch(pad, then);
    }

    private static void Close(PadMachine pad, Task relayed)
    {
        pad.Display.Insist(() => Touch(pad, PageLayout.Cancel), () => relayed.IsCompleted, "Close");
        Ended(relayed);
    }

    // A failure of what relays is told here.
    private static void Ended(Task relayed) => relayed.GetAwaiter().GetResult();

    private static void Touch(PadMachine pad, int target)
    {
        Area area = PageLayout.Of(target);
        pad.Display.Touch((uint)(area.X + area.Width / 2), (uint)(Strip + area.Y + area.Height / 2));
    }

    // A key that a finger holds looks so once there is input; nothing is typed if the finger leaves it before it goes up.
    private static void AwaitInput(PadMachine pad)
    {
        const uint Aside = 20;
        Area key = PageLayout.Of(5);
        uint x = (uint)(key.X + key.Width / 2), y = (uint)(Strip + key.Y + key.Height / 2);
        AwaitKeypad(pad);
        bool held = false;
        while (!held)
        {
            pad.Display.Finger(x, y, true);
            held = At(pad.Display.Look(), key, 20, 20) == Palette.Held;
            pad.Display.Finger(Aside, Strip + Aside, true);
            pad.Display.Finger(Aside, Strip + Aside, false);
        }

        AwaitKeypad(pad);
    }

    private static void AwaitKeypad(PadMachine pad) => pad.Display.Await(HasKeypad, "the keypad");

    private static bool HasKeypad(Picture picture) => At(picture, PageLayout.Of(5), 20, 20) == Palette.Key;

    // The round picture of a result: a point of it above its middle.
    private static void AwaitPicture(PadMachine pad, uint colour, string what) => pad.Display.Await(picture => picture[360, Strip + 320] == colour, what);

    // Changes from ground to ink along the line through the middle of the dots.
    private static int Dots(Picture picture)
    {
        int count = 0;
        for (int x = 1; x < picture.Width; x++)
        {
            if (picture[x, Strip + 579] == Palette.Ink && picture[x - 1, Strip + 579] != Palette.Ink)
                count++;
        }

        return count;
    }

    private static uint At(Picture picture, Area area, int x, int y) => picture[area.X + x, Strip + area.Y + y];
}
