using Redoubt.Bank.Evidence;
using Redoubt.Bank.Protocol;

namespace Redoubt.Bank.State;

/// <summary>A customer and the one account that he has.</summary>
/// <param name="Id">Number.</param>
/// <param name="Name">His name.</param>
/// <param name="Account">The account's number.</param>
/// <param name="Failures">Wrong PINs in a row.</param>
/// <param name="Device">The device that the account is bound to, if it is.</param>
/// <param name="CodeUntil">Until when a one-time code is out, if one is.</param>
public sealed record Customer(long Id, string Name, string Account, int Failures, DeviceId? Device, DateTime? CodeUntil)
{
    /// <summary>Wrong PINs in a row that lock the account.</summary>
    public const int MostFailures = 5;

    /// <summary>Whether no PIN is taken any more.</summary>
    public bool IsLocked => Failures >= MostFailures;

    /// <summary>Wrong PINs until it is locked.</summary>
    public int AttemptsLeft => MostFailures - Failures;
}

/// <summary>A device that has passed a handshake.</summary>
/// <param name="Id">The device.</param>
/// <param name="FirstSeen">UTC.</param>
/// <param name="LastSeen">UTC.</param>
/// <param name="Version">Security version of its system.</param>
/// <param name="IsRevoked">Whether it is refused from now on.</param>
/// <param name="WrongCodes">Wrong one-time codes in a row.</param>
/// <param name="Owner">Name of the customer whose account is bound to it.</param>
public sealed record Device(DeviceId Id, DateTime FirstSeen, DateTime LastSeen, int Version, bool IsRevoked, int WrongCodes, string? Owner);

/// <summary>A transfer that someone asked for.</summary>
/// <param name="Txid">Its identifier towards the pinpad.</param>
/// <param name="Handle">Its identifier towards the phone.</param>
/// <param name="CustomerId">Who pays.</param>
/// <param name="Customer">His name.</param>
/// <param name="Payment">Who gets how much.</param>
/// <param name="Created">UTC.</param>
/// <param name="State">Where it stands.</param>
/// <param name="Decided">UTC, when it left <see cref="TransferState.Waiting"/>.</param>
/// <param name="Refusal">Why a response was last refused.</param>
/// <param name="Device">The device that the account is bound to.</param>
/// <param name="Nonce">The newest nonce.</param>
/// <param name="NonceUsed">Whether there was a response to it.</param>
/// <param name="NonceUntil">Until when there may be one.</param>
/// <param name="Connection">The connection it was sent on.</param>
/// <param name="Message">The transaction as it was sent.</param>
public sealed record Transfer(
    byte[] Txid,
    byte[] Handle,
    long CustomerId,
    string Customer,
    Payment Payment,
    DateTime Created,
    TransferState State,
    DateTime? Decided,
    string? Refusal,
    DeviceId? Device,
    byte[]? Nonce,
    bool NonceUsed,
    DateTime? NonceUntil,
    string? Connection,
    byte[]? Message);

/// <summary>Where a transfer stands.</summary>
public enum TransferState
{
    Waiting,
    Authorised,
    Cancelled,
    TimedOut,
    Failed,
    Locked,
    Expired,
}

/// <summary>A line of the audit log.</summary>
/// <param name="Id">Number.</param>
/// <param name="Time">UTC.</param>
/// <param name="Event">What happened.</param>
/// <param name="Reason">Why it was refused, if it was.</param>
/// <param name="Detail">More of it.</param>
/// <param name="Device">The device, if one is known.</param>
/// <param name="Customer">Name of the customer, if it is about one.</param>
/// <param name="Txid">The transfer, if it is about one.</param>
/// <param name="Repeats">How often the like happened again without a line of its own.</param>
/// <param name="LastRepeat">UTC, of the last of these.</param>
public sealed record AuditEntry(
    long Id, DateTime Time, string Event, string? Reason, string Detail, DeviceId? Device, string? Customer, byte[]? Txid, long Repeats, DateTime? LastRepeat);
