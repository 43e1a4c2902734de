namespace Redoubt.Bank.State;

/// <summary>Counts attempts at a PIN.</summary>
internal interface IPinAttempts
{
    /// <summary>Counts an attempt that is about to be made.</summary>
    /// <returns>Attempts that are left if this one fails; null if it must not be made.</returns>
    int? Begin(long customer);

    /// <summary>The attempt was right: forgets all.</summary>
    void Succeed(long customer);
}

/// <summary>
/// Counts in the database, in one statement, before the PIN is looked at: whoever breaks off, comes twice at a time or has the server restart finds the attempt counted.
/// </summary>
internal sealed class PinAttempts(Database database) : IPinAttempts
{
    /// <inheritdoc/>
    public int? Begin(long customer)
    {
        IReadOnlyList<long> failures = database.Query(
            "UPDATE customers SET failures = failures + 1 WHERE id = @id AND failures < @most RETURNING failures",
            row => row.Number("failures"), ("id", customer), ("most", Customer.MostFailures));
        return failures is [long count] ? Customer.MostFailures - (int)count : null;
    }

    /// <inheritdoc/>
    public void Succeed(long customer) => database.Execute("UPDATE customers SET failures = 0 WHERE id = @id", ("id", customer));
}
