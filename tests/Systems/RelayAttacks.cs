using Redoubt.PinPad.Interaction;

namespace Redoubt.Systems;

/// <summary>
/// Attacks by who carries the bytes between the pinpad and the bank, which the phone's Linux does; or, in their most various forms, this process for a machine without
/// Linux. Each leaves the attempts that the customer has as they are at first.
/// </summary>
public static class RelayAttacks
{
    // Of the relay, docs/pin-entry.md
    private const byte Closed = 4;

    private static readonly Func<bool, byte[], byte[]> s_same = (_, bytes) => bytes;

    /// <summary>Records what the bank says until a transaction is shown, and says the same when the pinpad asks for another.</summary>
    /// <exception cref="BreachException">The pinpad shows a transaction again.</exception>
    public static void PlayTheBankAgain(IRelayedPad pad)
    {
        List<byte> came = [];
        pad.Relay.Change = (toBank, bytes) =>
        {
            if (!toBank)
                came.AddRange(bytes);
            return bytes;
        };
        Show(pad, pad.Bank.Ask());
        pad.Relay.Change = s_same;
        using Speaker speaker = new([.. came]);
        pad.Cancel();
        pad.Relay.Port = speaker.Port;
        try
        {
            pad.Relay.StartAuthorise(pad.Bank.Ask());
            if (pad.AwaitTransaction())
                throw new BreachException("the pinpad believes a recorded bank");
        }
        finally
        {
            pad.Relay.Port = pad.Bank.Port;
        }

        pad.Close();
    }

    /// <summary>What one connection carries is worth nothing on another: while the PIN is typed, another comes in its place, or it ends.</summary>
    /// <exception cref="BreachException">The conversation goes on.</exception>
    public static void ExchangeConnections(IRelayedPad pad)
    {
        string handle = pad.Bank.Ask();
        Show(pad, handle);
        pad.Relay.Reconnect();
        pad.Confirm(pad.Bank.Customer.Pin);
        Require(pad, handle, PadEnd.NoBank);

        // The pinpad says what it has to say on a new one: the bank does not take it there.
        Show(pad, handle);
        pad.Relay.Send(Closed, []);
        pad.Confirm(pad.Bank.Customer.Pin);
        Require(pad, handle, PadEnd.Refused);
        Pay(pad, handle);
    }

    /// <summary>The answers to wrong PINs are held back, and the connection is ended instead.</summary>
    /// <param name="pad">The pinpad.</param>
    /// <param name="times">How many.</param>
    /// <param name="after">What comes after each.</param>
    /// <exception cref="BreachException">An attempt does not count.</exception>
    public static void HoldAnswersBack(IRelayedPad pad, int times, Action after)
    {
        const int Attempts = 5;
        Pay(pad, pad.Bank.Ask());
        string handle = pad.Bank.Ask();
        for (int i = 0; i < times; i++)
        {
            Show(pad, handle);
            pad.Relay.Change = (toBank, bytes) =>
            {
                if (toBank)
                    return bytes;
                pad.Relay.Send(Closed, []);
                return [];
            };
            pad.Confirm(WrongPin(pad));
            Require(pad, handle, PadEnd.NoBank);
            pad.Relay.Change = s_same;
            after();
        }

        Show(pad, handle);
        pad.Confirm(WrongPin(pad));
        if (pad.AwaitEnd() is var end && end != (PadEnd.WrongPin, Attempts - times - 1))
            throw new BreachException($"after {times} wrong PINs without an answer another one ends with {end}");
        pad.Close();
        Pay(pad, handle);
    }

    /// <summary>Makes less of what the pinpad offers.</summary>
    /// <exception cref="BreachException">There is a conversation.</exception>
    public static void Downgrade(IRelayedPad pad)
    {
        foreach ((string what, Func<byte[], byte[]> change) in ClientHello.Downgrades)
        {
            string handle = pad.Bank.Ask();
            pad.Relay.Change = ClientHello.Change(change);
            pad.Relay.StartAuthorise(handle);
            if (pad.AwaitTransaction())
                throw new BreachException($"there is a conversation with {what}");
            Require(pad, handle, PadEnd.NoBank);
        }

        pad.Relay.Change = s_same;
    }

    /// <summary>A PIN that is not the customer's.</summary>
    public static string WrongPin(IRelayedPad pad) => pad.Bank.Customer.Pin == "1111" ? "2222" : "1111";

    private static void Show(IRelayedPad pad, string handle)
    {
        pad.Relay.StartAuthorise(handle);
        if (!pad.AwaitTransaction())
            throw new InvalidOperationException("the transaction that is to be attacked is not shown");
    }

    private static void Pay(IRelayedPad pad, string handle)
    {
        Show(pad, handle);
        pad.Confirm(pad.Bank.Customer.Pin);
        if (pad.AwaitEnd().End != PadEnd.Authorised || pad.Bank.StateOf(handle) != "authorised")
            throw new InvalidOperationException("whoever leaves the bytes alone can't pay");
        pad.Close();
    }

    /// <summary>It has come to an end, and the bank still waits.</summary>
    private static void Require(IRelayedPad pad, string handle, PadEnd wanted)
    {
        if (pad.AwaitEnd().End is var end && end != wanted)
            throw new BreachException($"{end}, not {wanted}");
        if (pad.Bank.StateOf(handle) is var state && state != "waiting")
            throw new BreachException($"the transfer is {state}");
        pad.Close();
    }

    /// <summary>In one conversation after the other Linux changes the last bit of another piece, on its way in either direction: the handshake, the transaction, the PIN, the verdict.</summary>
    /// <exception cref="BreachException">The pinpad goes on, or the bank does.</exception>
    public static void ChangeEachPiece(CompromisedPhone phone)
    {
        for (int piece = 0; Change(phone, piece); piece++)
            continue;
        phone.Relay.Change = s_same;
    }

    /// <returns>Whether there is such a piece.</returns>
    private static bool Change(CompromisedPhone phone, int piece)
    {
        bool changed = false, toBank = false;
        int left = piece;
        phone.Relay.Change = (isToBank, bytes) =>
        {
            if (left-- != 0)
                return bytes;
            (changed, toBank) = (true, isToBank);
            bytes[^1] ^= 1;
            return bytes;
        };
        string handle = phone.Bank.Ask();
        phone.Relay.StartAuthorise(handle);
        phone.Display.Await(picture => changed || Keypad.IsThere(picture), "a transaction");
        bool early = changed;
        if (!early)
            phone.Keypad.Type(phone.Bank.Customer.Pin, PageLayout.Confirm);
        Picture end = phone.Display.Await(
            picture => Keypad.IsResult(picture, Palette.Red) || Keypad.IsResult(picture, Palette.Green) || (early && Keypad.IsThere(picture)), "how it ends");
        if (Keypad.IsResult(end, Palette.Red) != changed)
            throw new BreachException(changed ? $"piece {piece} can be changed" : "nothing was changed, and nothing was paid");
        if (changed && (early || toBank) && phone.Bank.StateOf(handle) != "waiting")
            throw new BreachException($"piece {piece} can be changed for the bank");
        phone.Close();
        return changed;
    }
}
