using System.Text.RegularExpressions;
using Redoubt.Bank.Evidence;

namespace Redoubt.Bank.State;

/// <summary>
/// What happened, and why what was refused was refused. Lines are added and never changed. What a peer can do as often as it likes gets few lines in an hour
/// and is counted beyond that; refused handshakes, whose peers have proved nothing, are forgotten in the end.
/// </summary>
public sealed partial class AuditLog(Database database, TimeProvider time)
{
    /// <summary>Event of a handshake that is refused: whatever device it is said to be about is the peer's own word.</summary>
    public const string Handshake = "handshake";

    /// <summary>Lines in an <see cref="Span"/> of one event, one reason and one device, or whatever device in a handshake; what follows is counted.</summary>
    public const int MostLines = 10;

    /// <summary>Letters of a detail, of which the peer may choose some.</summary>
    public const int LongestDetail = 200;

    private const string Select =
        "SELECT audit.*, customers.name, audit_repeats.count, audit_repeats.last FROM audit LEFT JOIN customers ON customers.id = audit.customer LEFT JOIN audit_repeats ON line = audit.id";

    // Adds nothing if a condition that follows it doesn't hold.
    private const string Insert =
        "INSERT INTO audit (time, event, reason, detail, device, customer, txid) SELECT @time, @event, @reason, @detail, @device, @customer, @txid";

    private const string Alike = "FROM audit WHERE event = @event AND time > @since AND reason IS @reason AND (@who IS NULL OR device = @who)";

    /// <summary>How long what is alike is taken together.</summary>
    public static readonly TimeSpan Span = TimeSpan.FromHours(1);

    /// <summary>How long a refused handshake is remembered.</summary>
    public static readonly TimeSpan HandshakesKept = TimeSpan.FromDays(90);

    /// <summary>What a line may be about.</summary>
    /// <param name="Device">A device.</param>
    /// <param name="Customer">A customer.</param>
    /// <param name="Txid">A transfer.</param>
    public sealed record Subject(DeviceId? Device = null, long? Customer = null, byte[]? Txid = null);

    /// <summary>The newest lines, at most <paramref name="count"/> of them, the newest first.</summary>
    public IReadOnlyList<AuditEntry> Newest(int count) => database.Query($"{Select} ORDER BY audit.id DESC LIMIT @count", Read, ("count", count));

    /// <summary>Adds a line about what can't be done again and again: a decision, or the clerk's doing.</summary>
    public void Add(string what, Subject subject, string detail = "") => Write(Insert, what, subject, null, detail);

    /// <summary>Adds a line about what a peer can do as often as it likes, or counts it.</summary>
    public void AddOrCount(string what, Subject subject) => WriteOrCount(what, subject, null, "");

    /// <summary>Adds a refusal, or counts it. Wrong PINs and wrong codes, each of which is one of five, always get a line.</summary>
    public void Refuse(string what, Subject subject, Refusal refusal)
    {
        if (refusal.Reason is Reason.WrongPin or Reason.WrongCode)
            Write(Insert, what, subject, refusal.Reason, refusal.Detail);
        else
            WriteOrCount(what, subject, refusal.Reason, refusal.Detail);
        if (what == Handshake)
            database.Execute("DELETE FROM audit WHERE event = @event AND time < @until", ("event", Handshake), ("until", Now - HandshakesKept));
    }

    private DateTime Now => time.GetUtcNow().UtcDateTime;

    // Each statement is one step to others: there are never more lines, and nothing is lost.
    private void WriteOrCount(string what, Subject subject, Reason? reason, string detail)
    {
        DateTime now = Now;
        (string, object?)[] alike = [("since", now - Span), ("who", what == Handshake ? null : subject.Device?.Hash)];
        if (Write($"{Insert} WHERE (SELECT count(*) {Alike}) < {MostLines}", what, subject, reason, detail, alike) == 0)
        {
            database.Execute(
                $"INSERT INTO audit_repeats (line, count, last) SELECT max(id), 1, @time {Alike} ON CONFLICT (line) DO UPDATE SET count = count + 1, last = @time",
                [("time", now), ("event", what), ("reason", Named(reason)), .. alike]);
        }
    }

    private int Write(string sql, string what, Subject subject, Reason? reason, string detail, params ReadOnlySpan<(string, object?)> others) => database.Execute(
        sql,
        [
            ("time", Now), ("event", what), ("reason", Named(reason)), ("detail", detail.Length > LongestDetail ? detail[..LongestDetail] : detail),
            ("device", subject.Device?.Hash), ("customer", subject.Customer), ("txid", subject.Txid), .. others,
        ]);

    private static string? Named(Reason? reason) => reason is { } why ? Words(why) : null;

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
        row.BytesOrNull("txid"),
        row.NumberOrNull("count") ?? 0,
        row.TimeOrNull("last"));

    [GeneratedRegex("[A-Z]")]
    private static partial Regex Capital();
}
