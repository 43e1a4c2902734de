using System;
using System.Runtime;
using Redoubt.Abi;
using Redoubt.Drawing;
using Redoubt.Partition;
using Redoubt.PinPad.Interaction;
using Redoubt.PinPad.Protocol;

namespace Redoubt.PinPad;

/// <summary>
/// The PIN pad: takes the phone software's bytes, shows on a screen of its own what a bank sent, and takes the PIN there (docs/pin-entry.md). One loop, which
/// sleeps when there is nothing to do.
/// </summary>
internal static unsafe class Program
{
    // Seconds: for an answer of the bank, until the display is given, and until a result that nobody closes is closed
    private const ulong BankPatience = 10, FocusPatience = 10, ResultPatience = 30;

    private static RingReader s_relayIn;
    private static RingWriter s_relayOut;
    private static ulong s_relaySlot, s_frequency, s_deadline, s_nextSecond, s_surface;
    private static ScreenClient s_screen;
    private static Entry s_entry;
    private static Phase s_phase;
    private static bool s_shown, s_dirty;

    [RuntimeExport("redoubt_main")]
    private static void Main()
    {
        Kernel.Discover(out _, out _, out _, out s_frequency);
        ref readonly Manifest manifest = ref Self.Manifest;
        if (!Self.TryFindChannel("relay"u8, out ChannelEnd* relay))
            Panic.Stop("there is no channel called relay"u8);
        if (manifest.ScreenCount != 1 || manifest.Screens[0].Width != PageLayout.Width || manifest.Screens[0].Height != PageLayout.Height)
            Panic.Stop("there is no screen of the right size"u8);
        s_relayIn.Open(in *relay);
        s_relayOut.Open(in *relay);
        s_relaySlot = relay->NotifySlot;
        s_surface = manifest.Screens[0].Surface;
        s_screen.Open(in *Self.Channel(manifest.Screens[0].Channel));
        Session.Open(Credentials.Make((Identity*)Abi.Layout.Identity, in manifest));
        while (true)
        {
            bool moved = Relay();
            moved |= TakeInput();
            Follow();
            if (!moved)
                Kernel.Wait(Wake(), out _);
        }
    }

    private static ulong Seconds(ulong count) => Kernel.Counter + count * s_frequency;

    private static ulong Wake() => s_phase is Phase.Pin && s_shown && s_nextSecond < s_deadline ? s_nextSecond : s_deadline;

    private static bool Relay()
    {
        bool moved = false;
        while (Session.TakesBytes && s_relayIn.TryRead(out byte value))
        {
            Session.Take(value);
            moved = true;
        }

        while (Session.Pump())
            moved = true;

        bool announce = false;
        while (!Session.Outbox.IsEmpty && s_relayOut.TryWrite(Session.Outbox.Peek(), out bool first))
        {
            Session.Outbox.Drop();
            announce |= first;
            moved = true;
        }

        if (announce)
            Kernel.Notify(s_relaySlot);
        return moved;
    }

    private static bool TakeInput()
    {
        bool moved = false;
        while (s_screen.TryTake(out ulong word))
        {
            moved = true;
            if (!s_shown)
                continue;
            uint code = Abi.Screen.Code(word), value = Abi.Screen.Value(word);
            switch (Abi.Screen.Type(word))
            {
                case Abi.Screen.Absolute:
                    s_touchX = code == Abi.Screen.X ? (int)value : s_touchX;
                    s_touchY = code == Abi.Screen.Y ? (int)value : s_touchY;
                    s_entry.Move(s_touchX, s_touchY);
                    break;
                case Abi.Screen.Key when code == Abi.Screen.Touch:
                    s_dirty = true;
                    Decide(s_entry.Touch(value != 0));
                    break;
                case Abi.Screen.Key when value == 1:
                    s_dirty = true;
                    Decide(s_entry.Key(code));
                    break;
            }
        }

        return moved;
    }

    private static int s_touchX, s_touchY;

    private static void Decide(Decision decision)
    {
        if (decision == Decision.None)
            return;
        bool confirmed = decision == Decision.Confirmed;
        switch (s_phase)
        {
            case Phase.Pin when confirmed:
                Session.Confirm(s_entry.Text);
                break;
            case Phase.Code when confirmed:
                Session.Enrol(s_entry.Text);
                break;
            case Phase.Pin or Phase.Code:
                Session.Decline(Outcome.Canceled);
                break;
            case Phase.Result:
                Session.Leave(retry: confirmed);
                break;
            default:
                return;
        }

        s_entry.Wipe();
    }

    /// <summary>What follows from where the session is, from time, and from who has the display.</summary>
    private static void Follow()
    {
        if (Session.Phase != s_phase)
            Enter(Session.Phase);
        bool focus = s_screen.HasFocus;
        bool wants = s_phase is Phase.Pin or Phase.Code or Phase.Result;
        if (wants && !s_shown && focus)
            Shown();
        else if (s_shown && !focus)
            Interrupted();
        else if (Kernel.Counter >= s_deadline)
            TimeOut();
        if (s_dirty || (s_phase == Phase.Pin && s_shown && Kernel.Counter >= s_nextSecond))
            Refresh();
        if (Session.Phase != s_phase)
            Enter(Session.Phase);
    }

    private static void Enter(Phase phase)
    {
        s_phase = phase;
        s_dirty = false;
        s_deadline = phase switch
        {
            Phase.Idle => Kernel.Never,
            Phase.Bank => Seconds(BankPatience),
            _ => Seconds(s_shown ? EntryTime : FocusPatience),
        };
        s_nextSecond = Kernel.Counter + s_frequency;
        switch (phase)
        {
            case Phase.Idle:
                s_shown = false;
                s_screen.Ask(false);
                Open(out Painter empty);
                empty.Clear();
                return;
            case Phase.Bank:
                if (s_shown && Session.TryBank(out BankAnchor waiting))
                {
                    Open(out Painter wait);
                    MessagePage.PaintWait(in wait, waiting.Name);
                }

                return;
            case Phase.Pin when !TryPaintTransaction():
                return;
            case Phase.Pin:
                s_entry.Begin(Messages.ShortestPin, Messages.LongestPin);
                break;
            case Phase.Code when Session.TryBank(out BankAnchor bank):
                s_entry.Begin(Messages.CodeSize, Messages.CodeSize);
                Open(out Painter code);
                MessagePage.PaintCode(in code, in s_entry, bank.Name);
                break;
            case Phase.Result:
                s_entry.Begin(0, 0);
                break;
        }

        Refresh();
        s_screen.Ask(true);
    }

    private static ulong EntryTime => s_phase switch
    {
        Phase.Result => ResultPatience,
        Phase.Pin when Session.TryTransaction(out Transaction transaction) => transaction.Timeout,
        _ => 120,
    };

    private static void Shown()
    {
        s_shown = true;
        s_deadline = Seconds(EntryTime);
        s_nextSecond = Kernel.Counter;
        s_dirty = true;
    }

    // By the attention key: what was typed is forgotten, and nothing is confirmed.
    private static void Interrupted()
    {
        s_shown = false;
        s_entry.Wipe();
        s_screen.Ask(false);
        Session.Decline(Outcome.Aborted);
        Session.Leave(retry: false);
    }

    private static void TimeOut()
    {
        s_entry.Wipe();
        switch (s_phase)
        {
            case Phase.Bank:
                Session.GiveUp();
                break;
            case Phase.Pin or Phase.Code:
                Session.Decline(s_shown ? Outcome.Timeout : Outcome.Aborted);
                break;
            case Phase.Result:
                Session.Leave(retry: false);
                break;
        }
    }

    private static bool TryPaintTransaction()
    {
        Open(out Painter painter);
        Outcome outcome = Session.TryTransaction(out Transaction transaction) ? TransactionPage.Paint(in painter, in transaction) : Outcome.SystemError;
        if (outcome != Outcome.Ok)
            Session.Decline(outcome);
        return outcome == Outcome.Ok;
    }

    private static void Refresh()
    {
        s_dirty = false;
        Open(out Painter painter);
        ulong now = Kernel.Counter;
        switch (s_phase)
        {
            case Phase.Pin:
                uint left = s_shown ? (s_deadline > now ? (uint)((s_deadline - now + s_frequency - 1) / s_frequency) : 0) : (uint)EntryTime;
                TransactionPage.Refresh(in painter, in s_entry, left);
                s_nextSecond = now + s_frequency;
                break;
            case Phase.Code:
                MessagePage.RefreshCode(in painter, in s_entry);
                break;
            case Phase.Result:
                PaintResult(in painter);
                break;
        }
    }

    private static void PaintResult(in Painter painter)
    {
        bool retry = Session.MayRetry;
        switch (Session.Ending)
        {
            case Ending.NoIdentity:
                Result(in painter, false, "Not possible"u8, "This phone has no identity for this bank."u8, retry);
                break;
            case Ending.NoBank:
                Result(in painter, false, "Not authorised"u8, "The bank could not be reached."u8, retry);
                break;
            default:
                PaintVerdict(in painter, retry);
                break;
        }
    }

    private static void PaintVerdict(in Painter painter, bool retry)
    {
        switch (Session.Verdict)
        {
            case Verdict.Authorised:
                Result(in painter, true, "Authorised"u8, "Your bank makes the payment."u8, retry);
                break;
            case Verdict.Enrolled:
                Result(in painter, true, "Linked"u8, "You can confirm payments on this phone."u8, retry);
                break;
            case Verdict.WrongPin:
                ReadOnlySpan<byte> left = "Wrong PIN, 0 attempts leftWrong PIN, 1 attempt left Wrong PIN, 2 attempts leftWrong PIN, 3 attempts leftWrong PIN, 4 attempts left"u8;
                Result(in painter, false, "Not authorised"u8, left.Slice(26 * (Session.AttemptsLeft < 5 ? Session.AttemptsLeft : 0), 26), retry);
                break;
            case Verdict.Locked:
                Result(in painter, false, "Locked"u8, "Too many wrong PINs. Call your bank."u8, retry);
                break;
            case Verdict.Recorded:
                Result(in painter, false, "Not authorised"u8, "Nothing was paid."u8, retry);
                break;
            default:
                Result(in painter, false, "Refused"u8, "Your bank did not accept this."u8, retry);
                break;
        }
    }

    private static void Result(in Painter painter, bool good, ReadOnlySpan<byte> title, ReadOnlySpan<byte> more, bool retry) =>
        MessagePage.PaintResult(in painter, good, title, more, retry, s_entry.Pressed);

    private static void Open(out Painter painter)
    {
        if (!Painter.TryOpen(s_surface, BuiltAtlas.Address(), out painter))
            Panic.Stop("a face is missing"u8);
    }
}
