using System.Security.Cryptography;
using CsCheck;
using Redoubt.Dice;

namespace Redoubt.Loader.Tests;

public class KeyDerivationTests
{
    [Fact]
    public void HmacAgreesWithTheFramework() => Gen.Select(Gen.Byte.Array[0, 200], Gen.Byte.Array[0, 200]).Sample((key, data) =>
    {
        Hmac hmac = new();
        byte[] mac = new byte[32];
        hmac.Start(key);
        hmac.Append(data);
        hmac.Finish(mac);
        Assert.Equal(HMACSHA256.HashData(key, data), mac);
    });

    [Fact]
    public void HkdfAgreesWithTheFramework() => Gen.Select(Gen.Byte.Array[1, 100], Gen.Byte.Array[0, 100], Gen.Byte.Array[0, 40], Gen.Int[1, 32]).Sample((secret, salt, info, length) =>
    {
        Hmac hmac = new();
        byte[] derived = new byte[length];
        Dice.Hkdf.Derive(ref hmac, secret, salt, info, derived);
        Assert.Equal(HKDF.DeriveKey(HashAlgorithmName.SHA256, secret, length, salt, info), derived);
    });
}
