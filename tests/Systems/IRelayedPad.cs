namespace Redoubt.Systems;

/// <summary>How a conversation with the bank ends, as a person sees it.</summary>
public enum PadEnd
{
    /// <summary>The bank makes the payment.</summary>
    Authorised,

    /// <summary>The PIN was wrong.</summary>
    WrongPin,

    /// <summary>The bank could not be reached, or has not answered.</summary>
    NoBank,

    /// <summary>The bank did not accept what it was told.</summary>
    Refused,
}

/// <summary>A pinpad with a person, linked with a bank; the attacker carries the bytes between them.</summary>
public interface IRelayedPad
{
    /// <summary>The attacker's part.</summary>
    PadRelay Relay { get; }

    /// <summary>The bank.</summary>
    PadBank Bank { get; }

    /// <summary>Waits until the pinpad, asked for an authorisation, shows a transaction or an end.</summary>
    /// <returns>Whether it is a transaction.</returns>
    bool AwaitTransaction();

    /// <summary>The person confirms the transaction with a PIN.</summary>
    void Confirm(string pin);

    /// <summary>The person cancels the transaction, and closes what then is shown.</summary>
    void Cancel();

    /// <summary>Waits for an end.</summary>
    /// <returns>Which, and how many PINs may still be wrong if one was.</returns>
    (PadEnd End, int Left) AwaitEnd();

    /// <summary>The person closes the end that is shown.</summary>
    void Close();
}
