using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Redoubt.Bank.Protocol;
using Redoubt.Bank.State;

namespace Redoubt.Bank.Evidence;

/// <summary>A rule that a response must obey.</summary>
/// <returns>Null if it does.</returns>
internal delegate Refusal? ResponseRule(ResponseContext context);

/// <summary>A response and what it is appraised against.</summary>
/// <param name="Session">The connection it came on.</param>
/// <param name="Transfer">The transfer that it names, as it is now.</param>
/// <param name="Statement">What the device states; null if the response approves nothing.</param>
/// <param name="Now">The time, UTC.</param>
internal sealed record ResponseContext(Session Session, Transfer Transfer, Statement? Statement, DateTime Now);

/// <summary>A connection of a device whose certificates were accepted.</summary>
/// <param name="Certificates">The certificates.</param>
/// <param name="Connection">Name of the connection, never used twice.</param>
internal sealed record Session(DeviceCertificates Certificates, string Connection)
{
    /// <summary>The device.</summary>
    public DeviceId Device => Certificates.Device;
}

/// <summary>Appraises a response before its PIN is looked at.</summary>
internal static class ResponseAppraisal
{
    /// <summary>All rules, in the order in which they are asked. What a statement claims counts only after its signature.</summary>
    public static IReadOnlyList<ResponseRule> Rules { get; } = [Signature, Device, Debug, Reused, Fresh, OnItsConnection, InTime, Shown];

    /// <summary>The statement is signed by the leaf that this connection was opened with.</summary>
    public static Refusal? Signature(ResponseContext context)
    {
        if (context.Statement is null)
            return null;
        using ECDsa key = context.Session.Certificates.All[DeviceCertificates.Leaf].GetECDsaPublicKey()!;
        return context.Statement.IsSignedBy(key) ? null : new Refusal(Reason.TamperedStatement, "the signature does not hold");
    }

    /// <summary>The transfer's account is bound to this device, and the statement names it.</summary>
    public static Refusal? Device(ResponseContext context)
    {
        if (context.Transfer.Device != context.Session.Device)
            return new Refusal(Reason.UnboundDevice, "the account is not bound to this device");
        return context.Statement is null || context.Statement.Ueid.AsSpan().SequenceEqual(context.Session.Device.Ueid)
            ? null
            : new Refusal(Reason.ForeignStatement, "the statement names another device");
    }

    /// <summary>The statement says that nobody can look into the device.</summary>
    public static Refusal? Debug(ResponseContext context)
    {
        return context.Statement is null or { DebugStatus: Statement.DebugDisabled } ? null : new Refusal(Reason.DebugMode, $"dbgstat is {context.Statement.DebugStatus}");
    }

    /// <summary>The transfer still waits for this response: nothing counts twice.</summary>
    public static Refusal? Reused(ResponseContext context)
    {
        Transfer transfer = context.Transfer;
        if (transfer.State != TransferState.Waiting)
            return new Refusal(Reason.Replay, "the transfer is decided already");
        return transfer.NonceUsed && HasItsNonce(context) ? new Refusal(Reason.Replay, "there was a response to this nonce already") : null;
    }

    /// <summary>The statement has the newest nonce.</summary>
    public static Refusal? Fresh(ResponseContext context)
    {
        if (context.Transfer.Nonce is null)
            return new Refusal(Reason.StaleNonce, "the transaction was never fetched");
        return HasItsNonce(context) ? null : new Refusal(Reason.StaleNonce, "a newer nonce has been sent");
    }

    /// <summary>The response comes on the connection that the transaction was sent on.</summary>
    public static Refusal? OnItsConnection(ResponseContext context)
    {
        return context.Transfer.Connection == context.Session.Connection ? null : new Refusal(Reason.OtherConnection, "the transaction was sent on another connection");
    }

    /// <summary>The response is not too late.</summary>
    public static Refusal? InTime(ResponseContext context)
    {
        return context.Now <= context.Transfer.NonceUntil ? null : new Refusal(Reason.LateResponse, "");
    }

    /// <summary>What was shown to the person is what the bank sent.</summary>
    public static Refusal? Shown(ResponseContext context)
    {
        if (context.Statement is not { } statement)
            return null;
        Transfer transfer = context.Transfer;
        if (!statement.Txid.AsSpan().SequenceEqual(transfer.Txid) || !statement.TransactionHash.AsSpan().SequenceEqual(SHA256.HashData(transfer.Message!)))
            return new Refusal(Reason.ChangedTransaction, "the statement is about another transaction than was sent");
        return statement.Outcome == Outcome.Ok ? null : new Refusal(Reason.ForeignStatement, "the statement does not approve");
    }

    private static bool HasItsNonce(ResponseContext context)
    {
        return context.Statement is null || (context.Transfer.Nonce is { } nonce && CryptographicOperations.FixedTimeEquals(context.Statement.Nonce, nonce));
    }
}
