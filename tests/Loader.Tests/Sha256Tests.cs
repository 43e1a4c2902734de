using System.Security.Cryptography;
using System.Text;
using CsCheck;
using Redoubt.Dice;

namespace Redoubt.Loader.Tests;

public class Sha256Tests
{
    // NIST's examples for FIPS 180-4 and its long message of one million 'a'.
    [Theory]
    [InlineData("", 1, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")]
    [InlineData("abc", 1, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")]
    [InlineData("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 1,
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1")]
    [InlineData("abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu", 1,
        "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1")]
    [InlineData("a", 1_000_000, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")]
    public void GivesTheStandardsDigests(string text, int repeat, string digest)
    {
        Sha256 hash = new();
        hash.Reset();
        for (int i = 0; i < repeat; i++)
            hash.Append(Encoding.ASCII.GetBytes(text));
        Assert.Equal(digest, Finish(ref hash));
    }

    [Fact]
    public void AgreesWithTheFrameworkForEveryLengthAndSplit() => Gen.Select(Gen.Byte.Array[0, 300], Gen.Double[0, 1]).Sample((data, where) =>
    {
        int split = (int)(where * data.Length);
        Sha256 hash = new();
        hash.Reset();
        hash.Append(data.AsSpan(0, split));
        hash.Append(data.AsSpan(split));
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(data)), Finish(ref hash));
    });

    [Fact]
    public void ResetForgetsWhatWasThere()
    {
        Sha256 hash = new();
        hash.Reset();
        hash.Append("something"u8);
        hash.Reset();
        Assert.Equal("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", Finish(ref hash));
    }

    [Fact]
    public void SeedsDifferAndAreTheHashOfEntropyIndexAndLabel()
    {
        byte[] entropy = [.. Enumerable.Range(0, 32).Select(i => (byte)i)];
        HashSet<string> seen = [];
        Sha256 hash = new();
        for (int i = 0; i < 16; i++)
        {
            byte[] seed = new byte[Sha256.Size];
            SeedDerivation.Derive(ref hash, entropy, i, seed);
            Assert.Equal(SHA256.HashData([.. entropy, (byte)i, .. "redoubt seed"u8]), seed);
            Assert.True(seen.Add(Convert.ToHexString(seed)));
        }
    }

    private static string Finish(ref Sha256 hash)
    {
        byte[] digest = new byte[Sha256.Size];
        hash.Finish(digest);
        return Convert.ToHexStringLower(digest);
    }
}
