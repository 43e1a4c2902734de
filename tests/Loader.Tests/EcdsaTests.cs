using System.Globalization;
using System.Numerics;
using System.Security.Cryptography;
using CsCheck;
using Redoubt.Dice;

namespace Redoubt.Loader.Tests;

public class EcdsaTests
{
    private static readonly BigInteger s_order = Big("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551");
    private static readonly BigInteger s_field = Big("ffffffff00000001000000000000000000000000ffffffffffffffffffffffff");

    // RFC 6979, A.2.5
    private const string Key = "c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721";

    private static readonly Gen<byte[]> s_number = Gen.OneOf(
        Gen.Byte.Array[32],
        Gen.Int[0, 4].Select(i => (byte)(0xff_80_7f_01_00UL >> (8 * i))).Array[32],
        Gen.Int[-3, 3].Select(by => Bytes(s_order + by)),
        Gen.Int[-3, 3].Select(by => Bytes(s_field + by)),
        Gen.Int[0, 3].Select(by => Bytes(by)));

    [Fact]
    public void TheStandardsKeyHasTheStandardsPublicKey()
    {
        Assert.Equal("04"
            + "60fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6"
            + "7903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299", Convert.ToHexStringLower(Public(Convert.FromHexString(Key))));
    }

    [Theory]
    [InlineData("sample", "efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8")]
    [InlineData("test", "f1abb023518351cd71d881567b1ea663ed3efcf6c5132b354f28d3b0b7d38367019f4113742a2b14bd25926b49c649155f267e60d3814b4c0cc84250e46f0083")]
    public void SignaturesAreThoseOfTheStandard(string message, string signature)
    {
        byte[] digest = SHA256.HashData(System.Text.Encoding.ASCII.GetBytes(message));
        Assert.Equal(signature, Convert.ToHexStringLower(Sign(Convert.FromHexString(Key), digest)));
    }

    [Fact]
    public void TheFrameworkAgreesWithPublicKeysAndAcceptsSignatures() => Gen.Select(s_number, s_number).Sample((key, digest) =>
    {
        BigInteger number = new(key, isUnsigned: true, isBigEndian: true);
        if (number.IsZero || number >= s_order)
            return;
        using ECDsa framework = ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, D = key });
        ECParameters exported = framework.ExportParameters(false);
        Assert.Equal([4, .. exported.Q.X!, .. exported.Q.Y!], Public(key));
        byte[] signature = Sign(key, digest);
        Assert.True(framework.VerifyHash(digest, signature));
        signature[key[0] % 64] ^= 1;
        Assert.False(framework.VerifyHash(digest, signature));
    }, iter: 300);

    [Fact]
    public void ArithmeticIsThatOfTheField() => Gen.Select(s_number, s_number).Sample((a, b) =>
    {
        Agrees<P256Field>(s_field, a, b);
        Agrees<P256Order>(s_order, a, b);
    }, iter: 2000);

    private static void Agrees<TPrime>(BigInteger prime, byte[] first, byte[] second)
        where TPrime : struct, IPrime
    {
        BigInteger a = new BigInteger(first, isUnsigned: true, isBigEndian: true) % prime, b = new BigInteger(second, isUnsigned: true, isBigEndian: true) % prime;
        U256.Read(Bytes(a), out U256 x);
        U256.Read(Bytes(b), out U256 y);
        Modular<TPrime>.Add(in x, in y, out U256 sum);
        Modular<TPrime>.Subtract(in x, in y, out U256 difference);
        Modular<TPrime>.Enter(in x, out U256 entered);
        Modular<TPrime>.Multiply(in entered, in y, out U256 product);
        Modular<TPrime>.Invert(in entered, out U256 inverse);
        Modular<TPrime>.Leave(in inverse, out inverse);
        Assert.Equal((a + b) % prime, Value(sum));
        Assert.Equal((a - b + prime) % prime, Value(difference));
        Assert.Equal(a * b % prime, Value(product));
        Assert.Equal(BigInteger.ModPow(a, prime - 2, prime), Value(inverse));
        Assert.Equal(1UL, Modular<TPrime>.IsBelow(in x));
        Assert.Equal(new BigInteger(first, isUnsigned: true, isBigEndian: true) < prime ? 1UL : 0UL, IsBelow<TPrime>(first));
        Assert.Equal(a.IsZero ? 1UL : 0UL, x.IsZero());
    }

    [Fact]
    public void KeysOfSeedsAreKeysAndDiffer()
    {
        HashSet<string> keys = [];
        Gen.Byte.Array[32].Sample(seed =>
        {
            Ecdsa ecdsa = new();
            byte[] key = new byte[Ecdsa.PrivateSize];
            ecdsa.Derive(seed, key);
            Assert.InRange(new BigInteger(key, isUnsigned: true, isBigEndian: true), BigInteger.One, s_order - 1);
            Assert.True(keys.Add(Convert.ToHexString(key)) || seed.All(value => value == seed[0]));
        }, iter: 1000, threads: 1);
    }

    [Fact]
    public void ARefusedCandidateLeadsToAnother()
    {
        KeyGenerator generator = new();
        generator.Start("seed"u8, default);
        byte[] first = new byte[32], second = new byte[32], third = new byte[32];
        generator.Next(first);
        generator.Refuse();
        generator.Next(second);
        generator.Start("se"u8, "ed"u8);
        generator.Next(third);
        Assert.NotEqual(first, second);
        Assert.Equal(first, third);

        // SP 800-90A, 10.1.2 with nothing but a seed, by the framework's HMAC
        byte[] key = Mac(new byte[32], [.. Enumerable.Repeat((byte)1, 32), 0, .. "seed"u8]);
        byte[] value = Mac(key, Enumerable.Repeat((byte)1, 32).ToArray());
        key = Mac(key, [.. value, 1, .. "seed"u8]);
        value = Mac(key, Mac(key, value));
        Assert.Equal(value, first);
        key = Mac(key, [.. value, 0]);
        Assert.Equal(Mac(key, Mac(key, value)), second);
    }

    private static byte[] Mac(byte[] key, byte[] data) => HMACSHA256.HashData(key, data);

    private static ulong IsBelow<TPrime>(byte[] number)
        where TPrime : struct, IPrime
    {
        U256.Read(number, out U256 x);
        return Modular<TPrime>.IsBelow(in x);
    }

    private static byte[] Public(byte[] key)
    {
        Ecdsa ecdsa = new();
        ecdsa.Prepare();
        byte[] result = new byte[Ecdsa.PublicSize];
        ecdsa.Public(key, result);
        return result;
    }

    private static byte[] Sign(byte[] key, byte[] digest)
    {
        Ecdsa ecdsa = new();
        ecdsa.Prepare();
        byte[] result = new byte[Ecdsa.SignatureSize];
        ecdsa.Sign(key, digest, result);
        return result;
    }

    private static BigInteger Value(U256 number)
    {
        byte[] bytes = new byte[U256.Size];
        number.Write(bytes);
        return new BigInteger(bytes, isUnsigned: true, isBigEndian: true);
    }

    private static byte[] Bytes(BigInteger number)
    {
        byte[] bytes = number.ToByteArray(isUnsigned: true, isBigEndian: true);
        return [.. new byte[U256.Size - bytes.Length], .. bytes];
    }

    private static BigInteger Big(string hex) => BigInteger.Parse("0" + hex, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
}
