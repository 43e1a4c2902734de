namespace Redoubt.Bank.Evidence;

/// <summary>Why something was refused: each thing that can be wrong has its own name in the audit log.</summary>
public enum Reason
{
    // The handshake.
    FailedHandshake,
    MalformedChain,
    ChainLength,
    ForeignChain,
    SplicedChain,
    InvalidChain,
    DebugMode,
    NotNormalMode,
    ChangedImage,
    ChangedMemoryMap,
    ChangedDeviceAssignment,
    ChangedServices,
    ChangedAnchors,
    OldSecurityVersion,
    RevokedDevice,

    // The messages.
    MalformedRequest,
    UnknownTransaction,
    UnboundDevice,
    ExpiredTransaction,

    // The statement.
    MalformedStatement,
    TamperedStatement,
    Replay,
    StaleNonce,
    OtherConnection,
    LateResponse,
    ChangedTransaction,
    ForeignStatement,

    // The PIN and the one-time code.
    WrongPin,
    TooManyAttempts,
    WrongCode,
    TooManyCodes,
}

/// <summary>A refusal.</summary>
/// <param name="Reason">Why.</param>
/// <param name="Detail">More of it, for the clerk.</param>
public sealed record Refusal(Reason Reason, string Detail);
