using Redoubt.Bank.Evidence;
using Redoubt.Bank.Protocol;

namespace Redoubt.Bank.State;

/// <summary>Transfers, waiting and decided.</summary>
public sealed class Transfers(Database database, TimeProvider time)
{
    private const string Select = "SELECT transfers.*, customers.name, customers.device FROM transfers JOIN customers ON customers.id = transfers.customer";

    private static readonly TimeSpan s_life = TimeSpan.FromMinutes(10);

    private DateTime Now => time.GetUtcNow().UtcDateTime;

    /// <summary>Asks for a transfer, which the customer's device must confirm.</summary>
    /// <exception cref="ArgumentException">The pinpad would not show it, or there is no such customer.</exception>
    public Transfer Create(long customer, Payment payment)
    {
        if (payment.Defect is { } defect)
            throw new ArgumentException(defect);
        byte[] txid = Identifier.Draw(), handle = Identifier.Draw();
        int added = database.Execute(
            """
            INSERT INTO transfers (txid, handle, customer, payee_name, payee_account, amount, currency, created, state)
            SELECT @txid, @handle, id, @name, @account, @amount, @currency, @now, @state FROM customers WHERE id = @customer
            """,
            ("txid", txid), ("handle", handle), ("customer", customer), ("name", payment.PayeeName), ("account", payment.PayeeAccount),
            ("amount", payment.AmountMinor), ("currency", payment.Currency), ("now", Now), ("state", nameof(TransferState.Waiting)));
        return added == 1 ? Find(txid)! : throw new ArgumentException($"there is no customer {customer}");
    }

    /// <summary>The newest, at most <paramref name="count"/> of them.</summary>
    public IReadOnlyList<Transfer> Newest(int count)
    {
        Expire();
        return database.Query($"{Select} ORDER BY created DESC, transfers.rowid DESC LIMIT @count", Read, ("count", count));
    }

    /// <summary>The transfer with this identifier.</summary>
    public Transfer? Find(byte[] txid) => FindBy("txid", txid);

    /// <summary>The transfer that this handle stands for.</summary>
    public Transfer? FindByHandle(byte[] handle) => FindBy("handle", handle);

    /// <summary>Writes down that a transaction is sent; the nonce before is stale.</summary>
    /// <returns>False if the transfer doesn't wait any more.</returns>
    public bool Send(byte[] txid, byte[] nonce, byte[] message, string connection, DateTime until)
    {
        return database.Execute(
            "UPDATE transfers SET nonce = @nonce, nonce_used = 0, nonce_until = @until, connection = @connection, message = @message WHERE txid = @txid AND state = @waiting",
            ("nonce", nonce), ("until", until), ("connection", connection), ("message", message), ("txid", txid), ("waiting", nameof(TransferState.Waiting))) == 1;
    }

    /// <summary>Uses a nonce up.</summary>
    /// <returns>False if that was done before.</returns>
    public bool UseNonce(byte[] txid, byte[]? nonce) =>
        database.Execute("UPDATE transfers SET nonce_used = 1 WHERE txid = @txid AND nonce IS @nonce AND nonce_used = 0", ("txid", txid), ("nonce", nonce)) == 1;

    /// <summary>Decides a transfer that waits.</summary>
    /// <returns>False if it was decided before.</returns>
    public bool Decide(byte[] txid, TransferState state)
    {
        return database.Execute(
            "UPDATE transfers SET state = @state, decided = @now WHERE txid = @txid AND state = @waiting",
            ("state", state.ToString()), ("now", Now), ("txid", txid), ("waiting", nameof(TransferState.Waiting))) == 1;
    }

    /// <summary>Remembers why a response was refused.</summary>
    public void Note(byte[] txid, string refusal) => database.Execute("UPDATE transfers SET refusal = @refusal WHERE txid = @txid", ("refusal", refusal), ("txid", txid));

    private Transfer? FindBy(string column, byte[] value)
    {
        Expire();
        return database.Query($"{Select} WHERE transfers.{column} = @value", Read, ("value", value)).SingleOrDefault();
    }

    /// <summary>What waited too long, and is not being confirmed just now.</summary>
    private void Expire()
    {
        database.Execute(
            """
            UPDATE transfers SET state = @expired, decided = @now
            WHERE state = @waiting AND created < @oldest AND (nonce_until IS NULL OR nonce_used = 1 OR nonce_until < @now)
            """,
            ("expired", nameof(TransferState.Expired)), ("now", Now), ("waiting", nameof(TransferState.Waiting)), ("oldest", Now - s_life));
    }

    private static Transfer Read(Database.Row row) => new(
        row.Bytes("txid"),
        row.Bytes("handle"),
        row.Number("customer"),
        row.Text("name"),
        new Payment(row.Text("payee_name"), row.Text("payee_account"), row.Number("amount"), row.Text("currency")),
        row.Time("created"),
        Enum.Parse<TransferState>(row.Text("state")),
        row.TimeOrNull("decided"),
        row.TextOrNull("refusal"),
        row.BytesOrNull("device") is { } device ? new DeviceId(device) : null,
        row.BytesOrNull("nonce"),
        row.Number("nonce_used") != 0,
        row.TimeOrNull("nonce_until"),
        row.TextOrNull("connection"),
        row.BytesOrNull("message"));
}
