using System.Text.RegularExpressions;
using Redoubt.Bank.Evidence;

namespace Redoubt.Bank.State;

/// <summary>What happened, and why what was refused was refused. Lines are added and never changed.</summary>
public sealed partial class AuditLog(Database database, TimeProvider time)
{
    private const string Select = "SELECT audit.*, customers.name FROM audit LEFT JOIN customers ON customers.id = audit.customer";

    /// <summary>What a line may be about.</summary>
    /// <param name="Device">A device.</param>
    /// <param name="Customer">A customer.</param>
    /// <param name="Txid">A transfer.</param>
    public sealed record Subject(DeviceId? Device = null, long? Customer = null, byte[]? Txid = null);

    /// <summary>The newest lines, at most <paramref name="count"/> of them, the newest first.</summary>
    public IReadOnlyList<AuditEntry> Newest(int count) => database.Query($"{Select} ORDER BY audit.id DESC LIMIT @count", Read, ("count", count));

    /// <summary>Adds a line.</summary>
    public void Add(string what, Subject subject, string detail = "", Reason? reason = null)
    {
        database.Execute(
            "INSERT INTO audit (time, event, reason, detail, device, customer, txid) VALUES (@time, @event, @reason, @detail, @device, @customer, @txid)",
            ("time", time.GetUtcNow().UtcDateTime), ("event", what), ("reason", reason is { } why ? Words(why) : null), ("detail", detail),
            ("device", subject.Device?.Hash), ("customer", subject.Customer), ("txid", subject.Txid));
    }

    /// <summary>Adds a refusal.</summary>
    public void Refuse(string what, Subject subject, Refusal refusal) => Add(what, subject, refusal.Detail, refusal.Reason);

    /// <summary>A name of the code as words: <c>StaleNonce</c> is "stale nonce".</summary>
    public static string Words(Enum name) => Capital().Replace(name.ToString(), match => (match.Index == 0 ? "" : " ") + match.Value).ToLowerInvariant();

    private static AuditEntry Read(Database.Row row) => new(
        row.Number("id"),
        row.Time("time"),
        row.Text("event"),
        row.TextOrNull("reason"),
        row.Text("detail"),
        row.BytesOrNull("device") is { } device ? new DeviceId(device) : null,
        row.TextOrNull("name"),
        row.BytesOrNull("txid"));

    [GeneratedRegex("[A-Z]")]
    private static partial Regex Capital();
}
