using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using CsCheck;
using Redoubt.Abi;
using Redoubt.Dice;

namespace Redoubt.Loader.Tests;

/// <summary>The chain is the one that docs/pin-entry.md describes, by the framework's X.509 and ASN.1.</summary>
public class IdentityChainTests
{
    private const string OpenDiceInput = "1.3.6.1.4.1.11129.2.1.24", BasicConstraints = "2.5.29.19";

    private static readonly Name s_pinpad = new() { Low = 0x6461_706e_6970 };
    private static readonly Name s_date = Pack("261101000000Z");

    [Fact]
    public void TheFrameworkVerifiesEverySignatureAndNamesAndKeysAreInOrder() => Gen.Select(Gen.Byte.Array[32], Gen.UShort).Sample((secret, version) =>
    {
        byte[][] chain = Certify(secret, version, Measured(1), Measured(5), out _);
        using X509Chain check = new();
        check.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        check.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        check.ChainPolicy.VerificationTime = new DateTime(2027, 1, 1);
        X509Certificate2[] certificates = [.. chain.Select(X509CertificateLoader.LoadCertificate)];
        check.ChainPolicy.CustomTrustStore.Add(certificates[^1]);
        check.ChainPolicy.ExtraStore.AddRange(certificates);
        bool built = check.Build(certificates[0]);
        // A critical extension that the framework doesn't know is the only thing that it may complain of, and only where it is.
        Assert.False(built);
        Assert.Equal(3, check.ChainElements.Count);
        for (int i = 0; i < 3; i++)
        {
            Assert.Equal(certificates[i].RawData, check.ChainElements[i].Certificate.RawData);
            X509ChainStatusFlags expected = i < 2 ? X509ChainStatusFlags.HasNotSupportedCriticalExtension | X509ChainStatusFlags.InvalidExtension : 0;
            Assert.Equal(0, (int)(check.ChainElements[i].ChainElementStatus.Aggregate(X509ChainStatusFlags.NoError, (all, status) => all | status.Status) & ~expected));
        }
    }, iter: 10);

    [Fact]
    public void TheExtensionsAreThoseOfTheTable()
    {
        Measurements microvisor = Measured(1), pinpad = Measured(5);
        byte[][] chain = Certify(SHA256.HashData([1]), 7, microvisor, pinpad, out _);
        Assert.Equal(["2.5.29.35", "2.5.29.14", "2.5.29.15", "2.5.29.19", OpenDiceInput], Extensions(chain[0]));
        Assert.Equal(["2.5.29.35", "2.5.29.14", "2.5.29.15", "2.5.29.19", OpenDiceInput], Extensions(chain[1]));
        Assert.Equal(["2.5.29.14", "2.5.29.15", "2.5.29.19"], Extensions(chain[2]));
        Input(chain[0], pinpad, "a5" + "3a00011171" + "6670696e706164" + "3a00011174" + "07", "3a00013883");
        Input(chain[1], microvisor, "a5" + "3a00011171" + "6a6d6963726f7669736f72" + "3a00011174" + "07", "3a00013882");

        using X509Certificate2 last = X509CertificateLoader.LoadCertificate(chain[0]);
        X509BasicConstraintsExtension constraints = Assert.IsType<X509BasicConstraintsExtension>(last.Extensions[BasicConstraints]);
        Assert.True(constraints is { CertificateAuthority: true, HasPathLengthConstraint: true, PathLengthConstraint: 0, Critical: true });
        Assert.Equal(new DateTime(2026, 11, 1, 0, 0, 0, DateTimeKind.Utc), last.NotBefore.ToUniversalTime());
        Assert.Equal(9999, last.NotAfter.ToUniversalTime().Year);
        string id = last.Extensions.OfType<X509SubjectKeyIdentifierExtension>().Single().SubjectKeyIdentifier!;
        Assert.Equal($"SERIALNUMBER={id.ToLowerInvariant()}", last.Subject);
        Assert.Equal(id.TrimStart('0'), last.SerialNumber.TrimStart('0'));
        Assert.InRange(Convert.ToByte(id[..2], 16), (byte)0, (byte)0x7f);
    }

    [Fact]
    public void TheLeafIsAClientOfTls()
    {
        Certify(SHA256.HashData([2]), 0, Measured(1), Measured(5), out Identity identity);
        Workspace room = new();
        room.Prepare();
        Layer own = new(), leaf = new();
        own.StartFromKey(ref room, identity.PrivateKey);
        leaf.StartFromKey(ref room, SHA256.HashData([3]));
        CertificateIssuer issuer = new();
        byte[] bytes = new byte[CertificateIssuer.Largest];
        CertificateContent content = new() { Kind = CertificateKind.Client, NotBefore = identity.BuildDate };
        bytes = bytes[..issuer.Issue(ref room, in own, in leaf, in content, bytes)];
        using X509Certificate2 certificate = X509CertificateLoader.LoadCertificate(bytes);
        Assert.Equal(["2.5.29.35", "2.5.29.14", "2.5.29.15", "2.5.29.37"], Extensions(bytes));
        Assert.Equal(X509KeyUsageFlags.DigitalSignature, certificate.Extensions.OfType<X509KeyUsageExtension>().Single().KeyUsages);
        Assert.Equal("1.3.6.1.5.5.7.3.2", certificate.Extensions.OfType<X509EnhancedKeyUsageExtension>().Single().EnhancedKeyUsages[0].Value);
        Assert.Equal(certificate.Issuer, X509CertificateLoader.LoadCertificate(((ReadOnlySpan<byte>)identity.Certificates)[..(int)identity.Sizes[0]].ToArray()).Subject);
    }

    [Fact]
    public void KeysAreDerivedAsTheProfileSays()
    {
        byte[] secret = SHA256.HashData([4]);
        Measurements microvisor = Measured(1), pinpad = Measured(5);
        byte[][] chain = Certify(secret, 9, microvisor, pinpad, out Identity identity);
        byte[] first = Cdi(secret, microvisor, Descriptor(chain[1])), second = Cdi(first, pinpad, Descriptor(chain[0]));
        Assert.Equal(PrivateKey(second), ((ReadOnlySpan<byte>)identity.PrivateKey).ToArray());
        Assert.Equal(PublicKey(PrivateKey(first)), X509CertificateLoader.LoadCertificate(chain[1]).PublicKey.EncodedKeyValue.RawData);
        Assert.Equal(PublicKey(PrivateKey(second)), X509CertificateLoader.LoadCertificate(chain[0]).PublicKey.EncodedKeyValue.RawData);
    }

    [Fact]
    public void EveryInputChangesTheKey()
    {
        byte[] secret = SHA256.HashData([5]);
        HashSet<string> keys = [];
        void Add(byte[] device, ushort version, Measurements microvisor, Measurements pinpad)
        {
            Certify(device, version, microvisor, pinpad, out Identity identity);
            Assert.True(keys.Add(Convert.ToHexString(identity.PrivateKey)));
        }

        Add(secret, 1, Measured(1), Measured(5));
        Add(secret, 2, Measured(1), Measured(5));
        Add(SHA256.HashData([6]), 1, Measured(1), Measured(5));
        for (int field = 0; field < 8; field++)
        {
            Measurements microvisor = Measured(1), pinpad = Measured(5);
            ref Measurements changed = ref field < 4 ? ref microvisor : ref pinpad;
            switch (field % 4)
            {
                case 0: changed.Code[31] ^= 1; break;
                case 1: changed.MemoryMap[0] ^= 0x80; break;
                case 2: changed.Devices[7] ^= 1; break;
                default: changed.Others[8] ^= 1; break;
            }

            Add(secret, 1, microvisor, pinpad);
        }
    }

    [Fact]
    public void ADeviceCertificateThatDoesNotFitGivesNoIdentity()
    {
        IdentityChain chain = new();
        chain.Start(new byte[32], s_date, 1);
        Measurements measured = Measured(1);
        chain.AddMicrovisor(in measured);
        Identity identity = new();
        chain.Certify(s_pinpad, in measured, new byte[2000], ref identity);
        Assert.Equal(0UL, identity.Magic);
        Assert.Equal(new byte[32], ((ReadOnlySpan<byte>)identity.PrivateKey).ToArray());
    }

    /// <summary>Partition, microvisor, and the device with a certificate of its own.</summary>
    private static byte[][] Certify(byte[] secret, ushort version, Measurements microvisor, Measurements pinpad, out Identity identity)
    {
        Workspace room = new();
        room.Prepare();
        Layer device = new();
        device.Start(ref room, secret);
        CertificateIssuer issuer = new();
        byte[] buffer = new byte[CertificateIssuer.Largest];
        CertificateContent content = new() { Kind = CertificateKind.Authority, NotBefore = Pack("180322235959Z") };
        byte[] deviceCertificate = buffer[..issuer.Issue(ref room, in device, in device, in content, buffer)];

        IdentityChain chain = new();
        chain.Start(secret, s_date, version);
        chain.AddMicrovisor(in microvisor);
        identity = new Identity();
        chain.Certify(s_pinpad, in pinpad, deviceCertificate, ref identity);
        Assert.Equal(Identity.MagicValue, identity.Magic);
        Assert.Equal(s_date, identity.BuildDate);
        byte[][] certificates = new byte[Identity.CertificateCount][];
        for (int i = 0, at = 0; i < certificates.Length; at += certificates[i++].Length)
            certificates[i] = ((ReadOnlySpan<byte>)identity.Certificates).Slice(at, (int)identity.Sizes[i]).ToArray();
        Assert.Equal(deviceCertificate, certificates[2]);
        return certificates;
    }

    private static IEnumerable<string> Extensions(byte[] certificate) => X509CertificateLoader.LoadCertificate(certificate).Extensions.Select(extension => extension.Oid!.Value!);

    private static byte[] Descriptor(byte[] certificate)
    {
        AsnReader input = new AsnReader(X509CertificateLoader.LoadCertificate(certificate).Extensions[OpenDiceInput]!.RawData, AsnEncodingRules.DER).ReadSequence();
        input.ReadEncodedValue();
        input.ReadEncodedValue();
        return input.ReadSequence(new Asn1Tag(TagClass.ContextSpecific, 3)).ReadOctetString();
    }

    /// <summary>OpenDiceInput, byte by byte.</summary>
    private static void Input(byte[] certificate, Measurements measured, string beginning, string lastKey)
    {
        X509Extension extension = X509CertificateLoader.LoadCertificate(certificate).Extensions[OpenDiceInput]!;
        Assert.True(extension.Critical);
        byte[] descriptor = Convert.FromHexString(
            beginning + "3a00013880" + "5820" + Hex(measured.MemoryMap) + "3a00013881" + "5820" + Hex(measured.Devices) + lastKey + "5820" + Hex(measured.Others));
        AsnReader input = new AsnReader(extension.RawData, AsnEncodingRules.DER).ReadSequence();
        byte[] Field(int number) => input.ReadSequence(new Asn1Tag(TagClass.ContextSpecific, number)).ReadOctetString();
        Assert.Equal([.. (ReadOnlySpan<byte>)measured.Code, .. new byte[32]], Field(0));
        Assert.Equal([.. SHA256.HashData(descriptor), .. new byte[32]], Field(2));
        Assert.Equal(descriptor, Field(3));
        Assert.Equal(new byte[64], Field(4));
        Assert.Equal(1, input.ReadSequence(new Asn1Tag(TagClass.ContextSpecific, 6)).ReadInteger());
        Assert.False(input.HasData);
    }

    private static byte[] Cdi(byte[] secret, Measurements measured, byte[] descriptor) => HKDF.DeriveKey(HashAlgorithmName.SHA256, secret, 32,
        SHA256.HashData([.. (ReadOnlySpan<byte>)measured.Code, .. new byte[32], .. SHA256.HashData(descriptor), .. new byte[32], .. new byte[64], 1, .. new byte[64]]), "CDI_Attest"u8.ToArray());

    private static byte[] PrivateKey(byte[] secret)
    {
        byte[] salt = Convert.FromHexString("63b6a04d2c077fc10f639f21da793844356cc2b0b441b3a77124035c03f8e1be6035d31f282821a7450a02222ab1b3cff1679b05ab1ca5d1affb789ccd2b0b3b");
        byte[] seed = HKDF.DeriveKey(HashAlgorithmName.SHA256, secret, 32, salt, "Key Pair"u8.ToArray());
        byte[] key = new byte[32], value = [.. Enumerable.Repeat((byte)1, 32)];
        byte[] Mac(byte[] data) => HMACSHA256.HashData(key, data);
        for (byte round = 0; round < 2; round++)
        {
            key = Mac([.. value, round, .. seed]);
            value = Mac(value);
        }

        return Mac(value);
    }

    private static byte[] PublicKey(byte[] privateKey)
    {
        using ECDsa key = ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, D = privateKey });
        ECPoint point = key.ExportParameters(false).Q;
        return [4, .. point.X!, .. point.Y!];
    }

    private static Measurements Measured(byte first)
    {
        Measurements measured = new();
        SHA256.HashData([first], measured.Code);
        SHA256.HashData([(byte)(first + 1)], measured.MemoryMap);
        SHA256.HashData([(byte)(first + 2)], measured.Devices);
        SHA256.HashData([(byte)(first + 3)], measured.Others);
        return measured;
    }

    private static Name Pack(string text)
    {
        Name name = default;
        for (int i = 0; i < text.Length; i++)
        {
            if (i < 8)
                name.Low |= (ulong)text[i] << (8 * i);
            else
                name.High |= (ulong)text[i] << (8 * (i - 8));
        }

        return name;
    }

    private static string Hex(Digest digest) => Convert.ToHexStringLower(digest);
}
