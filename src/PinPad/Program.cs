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

    // Letters as large as the person chose, until the device is off.
    private static bool s_large;

    // What the conversation has been about so far: linking, a PIN that was sent, and what was answered instead of one.
    private static bool s_linking, s_confirmed;
    private static Outcome s_declined;

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
            bool moved = TakeInput();
            Follow();
            // Last, for what follows may be something to say.
            moved |= Relay();
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
        if (decision == Decision.OtherTextSize)
        {
            s_large = !s_large;
            PaintPage();
            return;
        }

        bool confirmed = decision == Decision.Confirmed;
        switch (s_phase)
        {
            case Phase.Pin when confirmed:
                s_confirmed = true;
                Session.Confirm(s_entry.Text);
                break;
            case Phase.Code when confirmed:
                Session.Enrol(s_entry.Text);
                break;
            case Phase.Pin or Phase.Code:
                Decline(Outcome.Canceled);
                break;
            case Phase.Result:
                s_confirmed = false;
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
                (s_linking, s_confirmed, s_declined) = (false, false, Outcome.Ok);
                s_screen.Ask(false);
                Open(out Painter empty);
                empty.Clear();
                return;
            case Phase.Pin:
                s_confirmed = false;
                s_entry.Begin(Messages.ShortestPin, Messages.LongestPin, PageLayout.Keys);
                break;
            case Phase.Code:
                s_linking = true;
                s_entry.Begin(Messages.CodeSize, Messages.CodeSize, PageLayout.Keys);
                break;
            case Phase.Result:
                s_entry.Begin(0, 0, Session.MayRetry ? PageLayout.Choice : PageLayout.Notice);
                break;
        }

        if (PaintPage() && phase != Phase.Bank)
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
        Decline(Outcome.Aborted);
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
                Decline(s_shown ? Outcome.Timeout : Outcome.Aborted);
                break;
            case Phase.Result:
                Session.Leave(retry: false);
                break;
        }
    }

    private static void Decline(Outcome outcome)
    {
        s_declined = outcome;
        Session.Decline(outcome);
    }

    /// <summary>All of the page. False if a transaction can't be shown, which the bank is then told.</summary>
    private static bool PaintPage()
    {
        Open(out Painter painter);
        bool known = Session.TryBank(out BankAnchor bank);
        switch (s_phase)
        {
            case Phase.Bank when s_shown && known:
                MessagePage.PaintWait(in painter, bank.Name);
                break;
            case Phase.Pin:
                Outcome outcome = Session.TryTransaction(out Transaction transaction) ? TransactionPage.Paint(in painter, in transaction) : Outcome.SystemError;
                if (outcome != Outcome.Ok)
                {
                    Decline(outcome);
                    return false;
                }

                break;
            case Phase.Code when known:
                MessagePage.PaintCode(in painter, in s_entry, bank.Name);
                break;
        }

        Refresh();
        return true;
    }

    /// <summary>What changes on the page.</summary>
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
                MessagePage.PaintResult(in painter, Came(), Session.AttemptsLeft, Session.MayRetry, s_entry.Pressed);
                break;
        }
    }

    /// <summary>In <see cref="Phase.Result"/>: what came of it.</summary>
    private static Result Came() => Session.Ending switch
    {
        Ending.NoIdentity => Result.NoIdentity,
        Ending.NoBank when s_linking => Result.NotLinked,
        Ending.NoBank => s_confirmed ? Result.NoAnswer : Result.NoConnection,
        _ => Session.Verdict switch
        {
            Verdict.Authorised => Result.Authorised,
            Verdict.Enrolled => Result.Linked,
            Verdict.WrongPin => Result.WrongPin,
            Verdict.Locked => Result.Locked,
            Verdict.Recorded => Declined(),
            _ => s_linking ? Result.NotLinked : Result.Refused,
        },
    };

    // What the bank has written down instead of a PIN.
    private static Result Declined() => s_declined switch
    {
        Outcome.Canceled => s_linking ? Result.LinkCancelled : Result.Cancelled,
        Outcome.MissingGlyph => Result.MissingGlyph,
        Outcome.MessageTooLong => Result.TooLong,
        Outcome.Ok or Outcome.SystemError => Result.Malformed,
        _ => s_linking ? Result.LinkTimedOut : Result.TimedOut,
    };

    private static void Open(out Painter painter)
    {
        if (!Painter.TryOpen(s_surface, BuiltAtlas.Address(), s_large, out painter))
            Panic.Stop("a face is missing"u8);
    }
}
