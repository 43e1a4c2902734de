using System.Text;
using Redoubt.PinPad.Protocol;

namespace Redoubt.PinPad.Tests;

public class TransactionTests
{
    [Fact]
    public void WhatTheBankWroteIsRead()
    {
        byte[] message = Samples.Transaction();
        Assert.True(Transaction.TryRead(message, out Transaction read));
        Assert.Equal(Samples.Id, read.Id.ToArray());
        Assert.Equal(Samples.Nonce, read.Nonce.ToArray());
        Assert.Equal("Hélène Müller", Encoding.UTF8.GetString(read.PayeeName));
        Assert.Equal("DE89370400440532013000", Encoding.UTF8.GetString(read.PayeeAccount));
        Assert.Equal((12_345UL, 2, 60U), (read.Amount, read.Decimals, read.Timeout));
        Assert.True(Transaction.TryRead(Samples.Transaction(currency: "JPY"), out read) && read.Decimals == 0);
    }

    public static TheoryData<byte[]> Refused =>
    [
        Samples.Transaction(version: 2), Samples.Transaction(payee: ""), Samples.Transaction(payee: new string('x', 65)), Samples.Transaction(payee: " Ann"), Samples.Transaction(payee: "Ann "),
        Samples.Transaction(payee: "Ann\u202eecila"), Samples.Transaction(payee: "A\nB"), Samples.Transaction(payee: "A\u200bB"), Samples.Transaction(payee: "A\ufe0fB"), Samples.Transaction(payee: "A\u00adB"),
        Samples.Transaction(payee: "A\U000e0041"), Samples.Transaction(account: "de89"), Samples.Transaction(account: "DE 89"), Samples.Transaction(account: new string('9', 35)), Samples.Transaction(account: ""),
        Samples.Transaction(amount: 0), Samples.Transaction(amount: 100_000_000_000), Samples.Transaction(amount: -1), Samples.Transaction(currency: "XXX"), Samples.Transaction(currency: "eur"),
        Samples.Transaction(currency: "EURO"), Samples.Transaction(currency: "FCZ"), Samples.Transaction(locale: "d"), Samples.Transaction(locale: "de_DE"), Samples.Transaction(timeout: 9), Samples.Transaction(timeout: 121),
        (byte[])[.. Samples.Transaction(), 0], Samples.Transaction()[..^1], Array.Empty<byte>(), (byte[])[0xa0],
    ];

    [Theory]
    [MemberData(nameof(Refused))]
    public void WhatBreaksTheRulesIsRefused(byte[] message) => Assert.False(Transaction.TryRead(message, out _));

    [Fact]
    public void ARefusedTransactionIsAnsweredByItsIdIfItHadOne()
    {
        Assert.False(Transaction.TryRead(Samples.Transaction(currency: "XXX"), out Transaction read));
        Assert.Equal(Samples.Id, read.Id.ToArray());
        Assert.False(Transaction.TryRead(Samples.Transaction()[..12], out read));
        Assert.True(read.Id.IsEmpty);
    }

    [Fact]
    public void NamesThatAreNotUtf8AreRefused()
    {
        foreach (byte[] bad in (byte[][])[[0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0x80], [0xe2, 0x82], [0xff]])
            Assert.False(Characters.IsPayeeName([.. "A"u8, .. bad]));
        Assert.True(Characters.IsPayeeName("Ωmega 東"u8));
    }
}
