using Redoubt.Abi;
using Redoubt.PinPad.Interaction;
using Redoubt.Tool.Builds;
using Redoubt.Tool.Commands;
using Xunit;

namespace Redoubt.Systems;

/// <summary>The phone's ordinary software, on the screen of an unmodified Linux.</summary>
public sealed class HandsetTests
{
    // As the console numbers them.
    private const int LinuxKey = 1;

    // Where the home screen has the banking app, and the paper of its page, in pixels.
    private const uint BankX = 120, BankY = 1256, Paper = 0xf4_f6fb, Imitation = 0x0e_162a;
    private const int Middle = 360;

    // In the banking app: what binds the phone, what asks for the transfer, and what closes the result; the mark of a transfer that was made.
    private const uint BindX = 640, BindY = Strip + 172, AskX = 360, AskY = 1440 - 100, Made = 0x12_8a5b;
    private const int Strip = (int)Screen.StripHeight, MarkX = 300, MarkY = Strip + 388;

    // In the button that asks, beside its word: paper while the app waits, which has no button then.
    private const int ButtonX = 100;

    [Fact]
    public void APersonBindsThePhoneAndPaysFromTheBankingApp()
    {
        BuiltSystem built = Machine.Build("phone");
        using PhoneBank bank = PhoneBank.Start(built, BankProcess.StandardFolder, _ => { }, newCustomer: true)!;
        using Display display = new(bank.Serve(built.Machine));
        Keypad keypad = new(display);
        new Guest(display.Machine, "linux", LinuxKey).Login();
        OpenBank(display);
        display.Keep("phone/bank");

        display.Insist(() => display.Touch(BindX, BindY), () => display.Look()[2, 2] == Display.Entry, "binding the phone");
        keypad.Type(bank.Customer.Code, PageLayout.Confirm);
        keypad.AwaitResult(Palette.Green, "that the phone is bound");
        display.Insist(() => keypad.Touch(PageLayout.Cancel), () => display.Look()[2, 2] == Display.First, "closing the result");

        // The app waits until the bank has sent the transaction, and then behind the secure screen.
        Picture? waiting = null;
        display.Insist(
            () => display.Touch(AskX, AskY),
            () =>
            {
                Picture now = display.Look();
                waiting = now[2, 2] == Display.First && now[ButtonX, (int)AskY] == Paper ? now : waiting;
                return now[2, 2] == Display.Entry;
            },
            "asking for a transfer");
        Display.Keep("phone/bank-waiting", waiting);
        display.KeepStrip("phone/strip-entry");
        keypad.Type(bank.Customer.Pin, PageLayout.Confirm);
        keypad.AwaitResult(Palette.Green, "that the payment is authorised");
        display.Insist(() => keypad.Touch(PageLayout.Cancel), () => display.Look()[2, 2] == Display.First, "closing the result");
        display.Await(picture => picture[MarkX, MarkY] == Made, "the banking app's word for it");
        display.Keep("phone/bank-sent");
    }

    [Fact]
    public void TheBankingAppOpensWhenItIsTouched()
    {
        using Display display = new("phone");
        Guest linux = new Guest(display.Machine, "linux", LinuxKey).Login();
        OpenBank(display);
        Assert.Equal("1", linux.Run("pidof handset | wc -w").Trim());
    }

    /// <summary>An imitation of the secure screen, as good as an app's may be: the strip says whose screen it is.</summary>
    [Fact]
    public void AnAppThatImitatesTheSecureScreenStaysBelowThePhonesStrip()
    {
        const uint LuckyX = 360, LuckyY = 1256;
        using Display display = new("phone");
        new Guest(display.Machine, "linux", LinuxKey).Login();
        byte[] strip = Display.Strip(AwaitHome(display));
        display.Keep("phone/home");
        display.KeepStrip("phone/strip-phone");
        display.Insist(() => display.Touch(LuckyX, LuckyY), () => display.Look()[2, Strip + 2] == Imitation, "touching the app");
        Assert.Equal(strip, Display.Strip(display.Look()));
        display.Keep("phone/imitation");
        display.Tap("f12");
        display.AwaitStrip(Display.Second);
        display.Await(picture => Enumerable.Range(Strip, picture.Height - Strip).Count(picture.IsMixed) > 40, "the text of the Debian for work");
        display.Keep("phone/work");
        display.KeepStrip("phone/strip-work");
    }

    private static void OpenBank(Display display)
    {
        AwaitHome(display);
        display.Insist(() => display.Touch(BankX, BankY), () => display.Look()[2, Strip + 2] == Paper, "touching the banking app");
    }

    private static Picture AwaitHome(Display display)
    {
        display.AwaitStrip(Display.First);
        // The dock is darker than what is behind it.
        return display.Await(picture => picture[Middle, 1100] != picture[Middle, 1180] && picture[(int)BankX - 50, (int)BankY] == 0x1f_5eff, "the home screen");
    }
}
