using System;

namespace Redoubt.PinPad.Protocol;

/// <summary>How the entry of a PIN ended, as the bank is told (docs/pin-entry.md).</summary>
public enum Outcome : byte
{
    Ok = 0,
    Canceled = 1,
    Timeout = 2,
    Aborted = 3,
    SystemError = 4,
    MissingGlyph = 5,
    MessageTooLong = 6,
    Malformed = 7,
}

/// <summary>What a person is asked to confirm. Spans lie in the message that it was read from.</summary>
public ref struct Transaction
{
    /// <summary>Names the transaction, 16 bytes; empty if the message had none that can be read.</summary>
    public ReadOnlySpan<byte> Id;

    /// <summary>The bank's nonce, 32 bytes.</summary>
    public ReadOnlySpan<byte> Nonce;

    /// <summary>UTF-8, 1 to 64 characters, none of which is invisible or changes the direction.</summary>
    public ReadOnlySpan<byte> PayeeName;

    /// <summary>1 to 34 characters: A to Z, 0 to 9.</summary>
    public ReadOnlySpan<byte> PayeeAccount;

    /// <summary>In the currency's smallest unit.</summary>
    public ulong Amount;

    /// <summary>ISO 4217: three letters.</summary>
    public ReadOnlySpan<byte> Currency;

    /// <summary>Decimals that the currency has.</summary>
    public int Decimals;

    /// <summary>Seconds.</summary>
    public uint Timeout;

    /// <summary>Reads a transaction.</summary>
    /// <param name="message">The message, without the frame around it.</param>
    /// <param name="transaction">What it says; if it breaks the rules, its <see cref="Id"/> as far as there is one, to answer with.</param>
    /// <returns>Whether it follows all rules but Unicode's form NFC.</returns>
    public static bool TryRead(ReadOnlySpan<byte> message, out Transaction transaction)
    {
        const ulong Kind = 2, Version = 1, LargestAmount = 99_999_999_999;
        transaction = default;
        CborReader reader = new(message);
        reader.Map(10);
        reader.Expect(0);
        reader.Expect(Kind);
        reader.Expect(1);
        reader.Expect(Version);
        reader.Expect(2);
        transaction.Id = reader.Bytes(16, 16);
        reader.Expect(3);
        transaction.Nonce = reader.Bytes(32, 32);
        reader.Expect(4);
        transaction.PayeeName = reader.Text(1, 128);
        reader.Expect(5);
        transaction.PayeeAccount = reader.Text(1, 34);
        reader.Expect(6);
        transaction.Amount = reader.Number(1, LargestAmount);
        reader.Expect(7);
        transaction.Currency = reader.Text(3, 3);
        reader.Expect(8);
        ReadOnlySpan<byte> locale = reader.Text(2, 16);
        reader.Expect(9);
        transaction.Timeout = (uint)reader.Number(10, 120);
        if (!reader.IsAtEnd)
            return false;
        transaction.Decimals = Characters.DecimalsOf(transaction.Currency);
        return transaction.Decimals >= 0 && Characters.IsPayeeName(transaction.PayeeName) && Characters.IsAccount(transaction.PayeeAccount) && Characters.IsLocale(locale);
    }
}
