using System.Security.Cryptography;
using System.Text;
using Redoubt.Dice;
using Redoubt.PinPad.Protocol;

namespace Redoubt.PinPad.Tests;

public class MessageTests
{
    [Fact]
    public void MessagesAreTheBytesOfThePage()
    {
        byte[] buffer = new byte[510];
        string Hex(int size) => Convert.ToHexStringLower(buffer.AsSpan(0, size));
        string id = Convert.ToHexStringLower(Samples.Id);
        Assert.Equal("a3" + "0001" + "0101" + "0250" + id, Hex(Messages.WriteFetch(buffer, Samples.Id)));
        Assert.Equal("a3" + "0005" + "0101" + "026a" + "30313233343536373839", Hex(Messages.WriteEnrol(buffer, "0123456789"u8)));
        Assert.Equal("a6" + "0003" + "0101" + "0250" + id + "0300" + "0442aabb" + "056431323334", Hex(Messages.WriteResponse(buffer, Samples.Id, Outcome.Ok, [0xaa, 0xbb], "1234"u8)));
        Assert.Equal("a6" + "0003" + "0101" + "0250" + id + "0302" + "04f6" + "05f6", Hex(Messages.WriteResponse(buffer, Samples.Id, Outcome.Timeout, [0xaa], "1234"u8)));
    }

    [Fact]
    public void AStatusIsRead()
    {
        Assert.True(Messages.TryReadStatus(Samples.Status(1, 4), out Verdict verdict, out int left));
        Assert.Equal((Verdict.WrongPin, 4), (verdict, left));
        foreach (byte[] bad in (byte[][])[Samples.Status(6, 0), Samples.Status(1, 6), [.. Samples.Status(1, 4), 0], Samples.Transaction(), []])
            Assert.False(Messages.TryReadStatus(bad, out _, out _));
    }

    [Fact]
    public void FramesAreOneSizeAndHaveNothingBehindTheMessage()
    {
        byte[] frame = new byte[Frame.Size];
        Random.Shared.NextBytes(frame);
        Frame.Close(frame, 7);
        Assert.True(Frame.TryOpen(frame, out ReadOnlySpan<byte> message));
        Assert.Equal(7, message.Length);
        frame[^1] = 1;
        Assert.False(Frame.TryOpen(frame, out _));
        Frame.Close(frame, 510);
        Assert.True(Frame.TryOpen(frame, out message) && message.Length == 510);
        frame[1]++;
        Assert.False(Frame.TryOpen(frame, out _));
        Assert.False(Frame.TryOpen(frame.AsSpan(1), out _));
    }

    [Fact]
    public void AnchorsAreFoundByIndex()
    {
        byte[] page = Samples.Anchors(8);
        for (int i = 0; i < 8; i++)
        {
            Assert.True(BankAnchor.TryFind(page, i, out BankAnchor bank));
            Assert.Equal($"Bank {i}", Encoding.UTF8.GetString(bank.Name));
            Assert.Equal($"bank{i}.example", Encoding.UTF8.GetString(bank.Host));
        }

        foreach (int i in (int[])[-1, 8, 255])
            Assert.False(BankAnchor.TryFind(page, i, out _));
        Assert.False(BankAnchor.TryFind(new byte[4096], 0, out _));
    }

    /// <summary>The statement is what the page says, and its signature is the leaf's over it.</summary>
    [Fact]
    public void TheStatementIsSignedByTheLeaf()
    {
        using ECDsa leaf = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        byte[] device = [4, .. new byte[64]], transaction = Samples.Transaction(), output = new byte[Statement.Largest];
        Signer signer = new();
        signer.Prepare();
        byte[] statement = output[..Statement.Make(ref signer, leaf.ExportParameters(true).D, device, Samples.Nonce, Samples.Id, transaction, output)];
        string payload = "a5" + "0a5820" + Convert.ToHexStringLower(Samples.Nonce)
            + "190100" + "5821" + "01" + Convert.ToHexStringLower(SHA256.HashData(device))
            + "190107" + "02"
            + "190109" + "7824" + Convert.ToHexStringLower("tag:redoubt.example,2026:pin-entry:1"u8)
            + "3a000138e4" + "a3" + "0150" + Convert.ToHexStringLower(Samples.Id) + "0200" + "035820" + Convert.ToHexStringLower(SHA256.HashData(transaction));
        string bytes = $"58{payload.Length / 2:x2}{payload}", text = Convert.ToHexStringLower(statement);
        Assert.StartsWith("d284" + "43a10126" + "a0" + bytes + "5840", text);
        byte[] structure = Convert.FromHexString("84" + "6a5369676e617475726531" + "43a10126" + "40" + bytes);
        Assert.True(leaf.VerifyData(structure, statement.AsSpan(statement.Length - 64), HashAlgorithmName.SHA256));
        Assert.InRange(statement.Length + 12 + 30, 1, Frame.Size - Frame.Head);
    }
}
