using Redoubt.Bank.Evidence;
using Redoubt.Bank.State;

namespace Redoubt.Bank;

/// <summary>What the bank holds against attackers. No option changes it; the tests take single ones out, to show that each is needed.</summary>
/// <param name="Chain">Rules for a device's certificates.</param>
/// <param name="Response">Rules for a response.</param>
/// <param name="UseNonce">Uses a transfer's nonce up; false if it was.</param>
/// <param name="Attempts">How attempts at a PIN are counted.</param>
internal sealed record Defences(
    IReadOnlyList<ChainRule> Chain,
    IReadOnlyList<ResponseRule> Response,
    Func<Transfers, Transfer, bool> UseNonce,
    Func<Database, IPinAttempts> Attempts)
{
    /// <summary>All there are.</summary>
    public static Defences All { get; } = new(
        ChainAppraisal.Rules,
        ResponseAppraisal.Rules,
        (transfers, transfer) => transfers.UseNonce(transfer.Txid, transfer.Nonce),
        database => new PinAttempts(database));
}
