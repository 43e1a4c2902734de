using Redoubt.PinPad.Interaction;

namespace Redoubt.Systems;

/// <summary>Attacks by Linux on the bytes that it carries between the pinpad and the bank.</summary>
public static class RelayAttacks
{
    /// <summary>In one conversation after the other Linux changes the last bit of another piece, on its way in either direction: the handshake, the transaction, the PIN, the verdict.</summary>
    /// <exception cref="BreachException">The pinpad goes on, or the bank does.</exception>
    public static void ChangeEachPiece(CompromisedPhone phone)
    {
        if (!phone.IsLinked)
            phone.Link();
        for (int piece = 0; Change(phone, piece); piece++)
            continue;
        phone.Relay.Change = (_, bytes) => bytes;
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
