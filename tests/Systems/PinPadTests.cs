using Redoubt.PinPad.Interaction;
using Xunit;

namespace Redoubt.Systems;

/// <summary>The pinpad on its screen: real touches and keys, what it shows read as pixels, a real bank.</summary>
public sealed class PinPadTests
{
    [Fact]
    public void APersonLinksThePhoneAndPaysByTouchAndByKeys()
    {
        using PadMachine pad = new(screen: true);
        pad.StartEnrol();
        Task relayed = pad.RelayToEnd();
        pad.Display.AwaitStrip(Display.Entry);
        pad.Keypad.Await();
        pad.Keypad.AwaitPicture("code");
        pad.Keypad.Type(pad.Customer.Code, PageLayout.Confirm);
        pad.Keypad.AwaitPicture("linked");
        pad.Close(relayed);

        string handle = pad.Ask();
        pad.StartAuthorise(handle);
        relayed = pad.RelayToEnd();
        pad.Display.AwaitStrip(Display.Entry);
        pad.Keypad.AwaitInput();
        pad.Keypad.Slip();
        pad.Display.Tap([.. pad.Customer.Pin.Select(digit => digit.ToString())]);
        pad.Display.Await(picture => Keypad.Dots(picture) == pad.Customer.Pin.Length, "a dot for each digit");
        pad.Display.Tap("ret");
        pad.Keypad.AwaitPicture("authorised");
        // Letters become large, and stay so.
        pad.Keypad.Touch(PageLayout.TextSize);
        pad.Keypad.AwaitPicture("large-authorised");
        pad.Close(relayed);
        Assert.Equal("authorised", pad.StateOf(handle));

        handle = pad.Ask();
        pad.StartAuthorise(handle);
        relayed = pad.RelayToEnd();
        pad.Display.AwaitStrip(Display.Entry);
        pad.Keypad.Await();
        pad.Display.Insist(() => pad.Keypad.Touch(PageLayout.Cancel), () => !Keypad.IsThere(pad.Display.Look()), "Cancel");
        pad.Keypad.AwaitPicture("large-cancelled");
        pad.Close(relayed);
        Assert.Equal("cancelled", pad.StateOf(handle));
    }

    [Fact]
    public void WrongPinsAreCountedAndTheFifthLocks()
    {
        using PadMachine pad = new(screen: true);
        pad.Link();
        string handle = pad.Ask();
        pad.StartAuthorise(handle);
        Task relayed = pad.RelayToEnd();
        pad.Display.AwaitStrip(Display.Entry);
        string wrong = pad.Customer.Pin == "1111" ? "2222" : "1111";
        for (int attempt = 1; attempt <= 5; attempt++)
        {
            pad.Keypad.Type(wrong, PageLayout.Confirm);
            pad.Keypad.AwaitResult(Palette.Red, "that the PIN was wrong");
            // Painted one after the other: Close is idle beside Try again, and green alone.
            uint close = attempt < 5 ? Palette.Idle : Palette.Green;
            pad.Display.Await(
                picture => Keypad.Colour(picture, PageLayout.Cancel) == close && Keypad.Colour(picture, PageLayout.Confirm) == Palette.Green, $"what can be done after wrong PIN {attempt}");
            if (attempt == 2)
                pad.Keypad.AwaitPicture("wrong-pin");
            if (attempt == 5)
                break;
            pad.Display.Insist(() => pad.Keypad.Touch(PageLayout.Confirm), () => Keypad.IsThere(pad.Display.Look()), "Try again");
        }

        pad.Keypad.AwaitPicture("locked");
        pad.Close(relayed);
        pad.StartAuthorise(pad.Ask());
        relayed = pad.RelayToEnd();
        pad.Keypad.AwaitPicture("locked");
        pad.Close(relayed);
    }

    [Fact]
    public void TheAttentionKeyEndsAnEntryAndALostConnectionIsTold()
    {
        using PadMachine pad = new(screen: true);
        pad.Link();
        string handle = pad.Ask();
        pad.StartAuthorise(handle);
        Task relayed = pad.RelayToEnd();
        pad.Display.AwaitStrip(Display.Entry);
        pad.Keypad.Await();
        pad.Display.Tap("1", "f12");
        pad.Display.Await(picture => picture[2, 2] != Display.Entry, "that the entry is over");
        Ended(relayed);
        Assert.Equal("failed", pad.StateOf(handle));

        pad.Change = (_, bytes) => [.. bytes.Select(value => (byte)(value ^ 1))];
        pad.StartAuthorise(pad.Ask());
        relayed = pad.RelayToEnd();
        pad.Keypad.AwaitPicture("no-connection");
        pad.Close(relayed);
    }

    // A failure of what relays is told here.
    private static void Ended(Task relayed) => relayed.GetAwaiter().GetResult();
}
