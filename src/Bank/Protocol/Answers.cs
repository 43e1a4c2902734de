namespace Redoubt.Bank.Protocol;

/// <summary>What the bank can say.</summary>
public abstract record Answer
{
    /// <summary>The message's bytes.</summary>
    public abstract byte[] Encode();
}

/// <summary>What is to be confirmed.</summary>
/// <param name="Txid">16 bytes.</param>
/// <param name="Nonce">32 bytes.</param>
/// <param name="Payment">Payee and amount.</param>
/// <param name="Locale">BCP 47.</param>
/// <param name="Timeout">Seconds for the entry.</param>
public sealed record Transaction(byte[] Txid, byte[] Nonce, Payment Payment, string Locale, int Timeout) : Answer
{
    /// <inheritdoc/>
    public override byte[] Encode() => DeterministicCbor.Write(writer =>
    {
        writer.WriteStartMap(10);
        writer.WriteInt32(0);
        writer.WriteInt32(2);
        writer.WriteInt32(1);
        writer.WriteInt32(Request.Version);
        writer.WriteInt32(2);
        writer.WriteByteString(Txid);
        writer.WriteInt32(3);
        writer.WriteByteString(Nonce);
        writer.WriteInt32(4);
        writer.WriteTextString(Payment.PayeeName);
        writer.WriteInt32(5);
        writer.WriteTextString(Payment.PayeeAccount);
        writer.WriteInt32(6);
        writer.WriteInt64(Payment.AmountMinor);
        writer.WriteInt32(7);
        writer.WriteTextString(Payment.Currency);
        writer.WriteInt32(8);
        writer.WriteTextString(Locale);
        writer.WriteInt32(9);
        writer.WriteInt32(Timeout);
        writer.WriteEndMap();
    });
}

/// <summary>How a request ended.</summary>
/// <param name="Verdict">How.</param>
/// <param name="AttemptsLeft">Wrong PINs until the account is locked.</param>
public sealed record Status(Verdict Verdict, int AttemptsLeft) : Answer
{
    /// <inheritdoc/>
    public override byte[] Encode() => DeterministicCbor.Write(writer =>
    {
        writer.WriteStartMap(4);
        writer.WriteInt32(0);
        writer.WriteInt32(4);
        writer.WriteInt32(1);
        writer.WriteInt32(Request.Version);
        writer.WriteInt32(2);
        writer.WriteInt32((int)Verdict);
        writer.WriteInt32(3);
        writer.WriteInt32(AttemptsLeft);
        writer.WriteEndMap();
    });
}

/// <summary>The bank's answer to what a pinpad said.</summary>
public enum Verdict
{
    Authorised,
    WrongPin,
    Locked,
    Refused,
    Recorded,
    Enrolled,
}
