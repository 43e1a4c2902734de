using System.Security.Cryptography;
using Redoubt.Bank.Evidence;

namespace Redoubt.Bank.State;

/// <summary>Customers, their PINs and what binds them to a device.</summary>
/// <param name="database">Where they are.</param>
/// <param name="hasher">Hashes their secrets.</param>
/// <param name="time">The time.</param>
public sealed class Customers(Database database, PinHasher hasher, TimeProvider time)
{
    private const int PinDigits = 6, CodeDigits = 10, AppKeyBytes = 16;

    private static readonly TimeSpan s_codeLife = TimeSpan.FromHours(24);

    /// <summary>What a new customer is sent by letter, and nobody can read again.</summary>
    /// <param name="Customer">Whose it is.</param>
    /// <param name="Pin">The PIN.</param>
    /// <param name="AppKey">What the app on his phone shows to the bank.</param>
    public sealed record Letter(Customer Customer, string Pin, string AppKey);

    private DateTime Now => time.GetUtcNow().UtcDateTime;

    /// <summary>All, by name.</summary>
    public IReadOnlyList<Customer> All => database.Query($"{Select} ORDER BY name", Read);

    private const string Select = "SELECT id, name, account, failures, device, code_until FROM customers";

    /// <summary>Adds a customer, with a PIN and an app key drawn at random.</summary>
    /// <exception cref="ArgumentException">The account is there already.</exception>
    public Letter Add(string name, string account)
    {
        string pin = DrawDigits(PinDigits), appKey = RandomNumberGenerator.GetHexString(2 * AppKeyBytes, lowercase: true);
        byte[] salt = PinHasher.DrawSalt();
        int added = database.Execute(
            "INSERT INTO customers (name, account, pin_salt, pin_hash, app_key) VALUES (@name, @account, @salt, @hash, @key) ON CONFLICT DO NOTHING",
            ("name", name), ("account", account), ("salt", salt), ("hash", hasher.Hash(pin, salt)), ("key", hasher.Keyed(appKey)));
        return added == 1
            ? new Letter(FindBy("app_key", hasher.Keyed(appKey))!, pin, appKey)
            : throw new ArgumentException($"there is a customer with account {account} already");
    }

    /// <summary>The customer with this number.</summary>
    public Customer? Find(long id) => FindBy("id", id);

    /// <summary>The customer whose app has this key.</summary>
    public Customer? FindByAppKey(string appKey) => FindBy("app_key", hasher.Keyed(appKey));

    /// <summary>Whether this is the customer's PIN. Whoever asks has counted the attempt before.</summary>
    public bool IsPin(long id, string pin)
    {
        (byte[] salt, byte[] hash) = database.Query("SELECT pin_salt, pin_hash FROM customers WHERE id = @id", row => (row.Bytes("pin_salt"), row.Bytes("pin_hash")), ("id", id)).Single();
        return CryptographicOperations.FixedTimeEquals(hasher.Hash(pin, salt), hash);
    }

    /// <summary>Draws a one-time code that binds the account to the device that it is typed on; an older one is void.</summary>
    /// <exception cref="ArgumentException">There is no such customer.</exception>
    public string IssueCode(long id)
    {
        string code = DrawDigits(CodeDigits);
        int issued = database.Execute(
            "UPDATE customers SET code = @code, code_until = @until WHERE id = @id", ("code", hasher.Keyed(code)), ("until", Now + s_codeLife), ("id", id));
        return issued == 1 ? code : throw new ArgumentException($"there is no customer {id}");
    }

    /// <summary>Uses a one-time code up.</summary>
    /// <returns>The customer that is now bound to the device; null if nobody has that code.</returns>
    public Customer? Bind(string code, DeviceId device)
    {
        return database.Query(
            "UPDATE customers SET device = @device, code = NULL, code_until = NULL WHERE code = @code AND code_until >= @now RETURNING id, name, account, failures, device, code_until",
            Read, ("device", device.Hash), ("code", hasher.Keyed(code)), ("now", Now)).SingleOrDefault();
    }

    /// <summary>Takes the account off its device.</summary>
    public void Unbind(long id) => database.Execute("UPDATE customers SET device = NULL WHERE id = @id", ("id", id));

    /// <summary>Forgets wrong PINs.</summary>
    public void Unlock(long id) => database.Execute("UPDATE customers SET failures = 0 WHERE id = @id", ("id", id));

    private Customer? FindBy(string column, object value) => database.Query($"{Select} WHERE {column} = @value", Read, ("value", value)).SingleOrDefault();

    private static Customer Read(Database.Row row) => new(
        row.Number("id"),
        row.Text("name"),
        row.Text("account"),
        (int)row.Number("failures"),
        row.BytesOrNull("device") is { } device ? new DeviceId(device) : null,
        row.TimeOrNull("code_until"));

    private static string DrawDigits(int count) => RandomNumberGenerator.GetString("0123456789", count);
}
