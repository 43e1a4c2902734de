using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Redoubt.Bank.Evidence;

/// <summary>How each certificate of a chain must look (docs/pin-entry.md, "The certificate chain").</summary>
internal static class CertificateProfile
{
    public const string EcPublicKey = "1.2.840.10045.2.1";

    public const int PointSize = 65;

    public const byte Uncompressed = 4;

    /// <summary>Usage of the leaf: TLS client.</summary>
    public const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";

    private const string EcdsaSha256 = "1.2.840.10045.4.3.2", SerialNumber = "2.5.4.5";

    private const string AuthorityKeyIdentifier = "2.5.29.35", SubjectKeyIdentifier = "2.5.29.14", KeyUsage = "2.5.29.15", BasicConstraints = "2.5.29.19", ExtendedKeyUsage = "2.5.29.37";

    private const int IdSize = 20;

    private static readonly byte[] s_idSalt = Convert.FromHexString(
        "dbdbaebc8020da9ff0dd5a24c83aa5a54286dfc263031e329b4da148430659fe62cdb5b7e1e00fc680306711eb444af77209359496fcff1db9520ba51c7b29ea");

    private static readonly (string Oid, bool Critical)[] s_issuer =
        [(AuthorityKeyIdentifier, false), (SubjectKeyIdentifier, false), (KeyUsage, true), (BasicConstraints, true)];

    /// <summary>Extensions by place in the chain, leaf first.</summary>
    private static readonly (string Oid, bool Critical)[][] s_extensions =
    [
        [(AuthorityKeyIdentifier, false), (SubjectKeyIdentifier, false), (KeyUsage, true), (ExtendedKeyUsage, false)],
        [.. s_issuer, (OpenDiceInput.Oid, true)],
        [.. s_issuer, (OpenDiceInput.Oid, true)],
        s_issuer,
    ];

    /// <summary>The named curve prime256v1 in DER.</summary>
    public static ReadOnlySpan<byte> Prime256 => [0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07];

    /// <summary>The identifier of a public key (Open Profile for DICE, "Deriving Identifiers"): 20 bytes.</summary>
    public static byte[] IdOf(byte[] publicKey)
    {
        byte[] id = HKDF.DeriveKey(HashAlgorithmName.SHA256, publicKey, IdSize, s_idSalt, "ID"u8.ToArray());
        id[0] &= 0x7f;
        return id;
    }

    /// <summary>What is wrong with the certificates; null if nothing is.</summary>
    /// <exception cref="CryptographicException">One can't be read.</exception>
    public static string? DefectOf(DeviceCertificates certificates)
    {
        byte[]? issuer = null;
        for (int place = DeviceCertificates.Count - 1; place >= 0; place--)
        {
            byte[] id = IdOf(certificates.Keys[place]);
            if (DefectOf(certificates.All[place], place, id, issuer) is { } defect)
                return $"{defect} of certificate {place + 1} of {DeviceCertificates.Count}";
            issuer = id;
        }

        return null;
    }

    private static string? DefectOf(X509Certificate2 certificate, int place, byte[] id, byte[]? issuer)
    {
        bool isLeaf = place == DeviceCertificates.Leaf;
        if (!certificate.Extensions.Select(extension => (extension.Oid!.Value!, extension.Critical)).SequenceEqual(s_extensions[place]))
            return "the extensions";
        X509KeyUsageFlags usage = ((X509KeyUsageExtension)certificate.Extensions[KeyUsage]!).KeyUsages;
        X509BasicConstraintsExtension? constraints = (X509BasicConstraintsExtension?)certificate.Extensions[BasicConstraints];
        return certificate switch
        {
            { Version: not 3 } => "the version",
            _ when certificate.SignatureAlgorithm.Value != EcdsaSha256 => "the signature's algorithm",
            _ when !certificate.SerialNumberBytes.Span.TrimStart((byte)0).SequenceEqual(id.AsSpan().TrimStart((byte)0)) => "the serial number",
            _ when !certificate.SubjectName.RawData.AsSpan().SequenceEqual(NameOf(id)) => "the subject",
            _ when issuer is not null && !certificate.IssuerName.RawData.AsSpan().SequenceEqual(NameOf(issuer)) => "the issuer",
            _ when !KeyIdOf(certificate).SequenceEqual(id) => "the subject's key identifier",
            _ when issuer is not null && !AuthorityIdOf(certificate).SequenceEqual(issuer) => "the authority's key identifier",
            _ when usage != (isLeaf ? X509KeyUsageFlags.DigitalSignature : X509KeyUsageFlags.KeyCertSign) => "the key usage",
            _ when isLeaf && !IsForClients(certificate) => "the extended key usage",
            _ when !isLeaf && !constraints!.CertificateAuthority => "the basic constraints",
            _ when !isLeaf && (constraints!.HasPathLengthConstraint, constraints.PathLengthConstraint) != (place == DeviceCertificates.Partition, 0) => "the path length",
            _ => null,
        };
    }

    private static bool IsForClients(X509Certificate2 certificate)
    {
        X509EnhancedKeyUsageExtension usage = (X509EnhancedKeyUsageExtension)certificate.Extensions[ExtendedKeyUsage]!;
        return usage.EnhancedKeyUsages is [{ Value: ClientAuthentication }];
    }

    private static ReadOnlySpan<byte> KeyIdOf(X509Certificate2 certificate) =>
        ((X509SubjectKeyIdentifierExtension)certificate.Extensions[SubjectKeyIdentifier]!).SubjectKeyIdentifierBytes.Span;

    private static ReadOnlySpan<byte> AuthorityIdOf(X509Certificate2 certificate) =>
        ((X509AuthorityKeyIdentifierExtension)certificate.Extensions[AuthorityKeyIdentifier]!).KeyIdentifier is { } id ? id.Span : [];

    /// <summary>SERIALNUMBER=ID in DER.</summary>
    private static byte[] NameOf(byte[] id)
    {
        AsnWriter writer = new(AsnEncodingRules.DER);
        using (writer.PushSequence())
        using (writer.PushSetOf())
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier(SerialNumber);
            writer.WriteCharacterString(UniversalTagNumber.PrintableString, Convert.ToHexStringLower(id));
        }

        return writer.Encode();
    }
}
