namespace Redoubt.Handset.Apps;

/// <summary>What the apps of a phone have in common.</summary>
/// <param name="Bank">The bank, or null if the phone has no account.</param>
/// <param name="PinPad">The PIN pad, or null if the phone has none.</param>
public sealed record Phone(IBank? Bank, IPinPad? PinPad);

/// <summary>A transfer as the bank's app knows it.</summary>
/// <param name="Handle">Names it to the bank; 32 hexadecimal digits that mean nothing to the phone.</param>
/// <param name="State">What became of it, in the bank's words.</param>
public sealed record Transfer(string Handle, string State);

/// <summary>The bank's interface for apps, which it does not trust.</summary>
public interface IBank
{
    /// <summary>Asks for a transfer, which has to be authorised with the PIN.</summary>
    /// <param name="payee">Name.</param>
    /// <param name="account">IBAN without spaces.</param>
    /// <param name="cents">Amount in cents of a euro.</param>
    Task<Transfer> CreateAsync(string payee, string account, long cents);

    /// <summary>What became of a transfer.</summary>
    Task<Transfer> FindAsync(string handle);
}

/// <summary>The PIN pad: it takes a handle, and has its bytes carried to the bank. It does not tell what came of it.</summary>
public interface IPinPad
{
    /// <summary>Asks for an authorisation, and carries bytes until it has ended.</summary>
    Task AuthoriseAsync(string handle);

    /// <summary>Asks it to bind an account to this device, and carries bytes until that has ended.</summary>
    Task EnrolAsync();
}
