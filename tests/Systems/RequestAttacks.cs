using System.Diagnostics;
using Redoubt.PinPad.Interaction;

namespace Redoubt.Systems;

/// <summary>Attacks by what Linux asks of the pinpad, or leaves undone, and by what it learns of the answers.</summary>
public static class RequestAttacks
{
    private const int Pairs = 10, Looks = 20, Strokes = 40;

    // What the bank gives for an entry (src/Bank/BankOptions.cs).
    private static readonly TimeSpan s_entry = TimeSpan.FromSeconds(60);

    /// <summary>
    /// Linux asks for entries without end, with garbage between. The person cancels, leaves by the attention key, and works on the other screen. The phone is of no use
    /// afterwards.
    /// </summary>
    /// <exception cref="BreachException">The person can't leave, or does not get to work.</exception>
    public static void Flood(CompromisedPhone phone)
    {
        Display display = phone.Display;
        phone.Work.Run("cat /dev/input/event0 >/tmp/keys & sleep 0");
        phone.Relay.StartEnrol();
        display.AwaitStrip(Display.Entry);
        phone.Keypad.Await();
        phone.Give("flood", Requests());
        phone.Linux.Run("while :; do cat /tmp/flood; done >&3 & sleep 0");
        display.Insist(() => display.Tap("1"), () => Keypad.Dots(display.Look()) > 0, "a digit");
        display.Insist(() => phone.Keypad.Touch(PageLayout.Cancel), () => !Keypad.IsThere(display.Look()), "Cancel");

        // Cancel may have been touched twice, and the entry be closed; the next one comes at once.
        display.AwaitStrip(Display.Entry);
        Leave(display);
        // A screen that was just shown gets nothing for a while.
        Stopwatch time = Stopwatch.StartNew();
        for (int stroke = 0; stroke < Strokes || int.Parse(phone.Work.Run("wc -c < /tmp/keys")) == 0; stroke++)
        {
            display.Tap("b");
            if (display.Look()[2, 2] != Display.Second)
                throw new BreachException("an entry comes before the screen that somebody works on");
            if (time.Elapsed > Machine.Patience)
                throw new BreachException("the other screen gets no keys");
        }
    }

    /// <summary>Linux has asked for an entry. The person leaves by the attention key.</summary>
    /// <exception cref="BreachException">The person can't leave.</exception>
    public static void Hold(CompromisedPhone phone)
    {
        phone.BeginEntry();
        Leave(phone.Display);
        phone.Settle();
    }

    /// <summary>Linux asks for an entry and lets nothing pass any more; the person does nothing either.</summary>
    /// <exception cref="BreachException">The phone's screen does not come back.</exception>
    public static void LeaveAlone(CompromisedPhone phone)
    {
        phone.BeginEntry();
        Stopwatch time = Stopwatch.StartNew();
        phone.Linux.Run("kill -STOP $(pidof nc)");
        while (phone.Display.Look()[2, 2] == Display.Entry)
        {
            if ((time.Elapsed > s_entry && TakesDigit(phone.Display)) || time.Elapsed > s_entry + Machine.Patience)
                throw new BreachException("an entry that nobody answers stays");
            Thread.Sleep(50);
        }

        phone.Linux.Run("kill -CONT $(pidof nc)");
        phone.Display.Insist(() => { }, () => phone.Relay.HasEnded, "that the pinpad tells its end");
    }

    /// <summary>Linux counts messages of the pinpad, and their bytes, for PINs of different lengths.</summary>
    /// <exception cref="BreachException">They differ.</exception>
    public static void CountMessages(CompromisedPhone phone)
    {
        (byte, int)[] shorter = Answer(phone, "1357"), longer = Answer(phone, "908172635401");
        if (!shorter.SequenceEqual(longer))
            throw new BreachException($"the pinpad's messages tell of the PIN: {string.Join(' ', shorter)}, but {string.Join(' ', longer)}");
    }

    // What the pinpad sends from the first digit on until all is over.
    private static (byte, int)[] Answer(CompromisedPhone phone, string pin)
    {
        phone.BeginEntry();
        phone.Keypad.AwaitInput();
        int before = phone.Relay.Heard.Count;
        phone.Keypad.Type(pin, PageLayout.Confirm);
        phone.Keypad.AwaitResult(Palette.Red, "that the PIN was wrong");
        phone.Close();
        return [.. phone.Relay.Heard.Skip(before)];
    }

    private static void Leave(Display display)
    {
        if (!Enumerable.Range(0, Pairs).Any(_ => Turns(display)))
            throw new BreachException("the attention key does not lead to the other screen");
    }

    // Whether the attention key, twice, leads from an entry before the first guest's screen to the second's.
    private static bool Turns(Display display)
    {
        display.Tap("f12", "f12");
        return Enumerable.Range(0, Looks).Any(_ => display.Look()[2, 2] == Display.Second);
    }

    private static bool TakesDigit(Display display)
    {
        display.Tap("1");
        Picture picture = display.Look();
        return Keypad.IsThere(picture) && Keypad.Dots(picture) > 0;
    }

    // Of every type, whole and not, known and unknown.
    private static byte[] Requests()
    {
        static byte[] Message(byte type, int size, byte first = 0) => [type, (byte)(size >> 8), (byte)size, .. Enumerable.Range(0, size).Select(i => i == 0 ? first : (byte)(i * 37))];
        byte[] all = [.. Message(2, 1), .. Message(1, 17, first: 9), .. Message(77, 300), .. Message(3, 1024), .. Message(4, 0), .. Message(1, 5000), .. Message(2, 1, first: 200)];
        return [.. Enumerable.Repeat(all, 20).SelectMany(bytes => bytes)];
    }
}
