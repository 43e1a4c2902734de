using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Text;

namespace Redoubt.Bank.Tests.Simulation;

/// <summary>A certificate to be written as docs/pin-entry.md says, field by field, by a writer that shares nothing with the bank.</summary>
internal sealed record Certificate
{
    private const string EcdsaSha256 = "1.2.840.10045.4.3.2";

    private static readonly byte[] s_idSalt = Convert.FromHexString(
        "DBDBAEBC8020DA9FF0DD5A24C83AA5A54286DFC263031E329B4DA148430659FE62CDB5B7E1E00FC680306711EB444AF77209359496FCFF1DB9520BA51C7B29EA");

    public required ECDsa Key { get; init; }

    public required ECDsa IssuerKey { get; init; }

    public required IReadOnlyList<Extension> Extensions { get; init; }

    public string NotBefore { get; init; } = "180322235959Z";

    public string NotAfter { get; init; } = "99991231235959Z";

    /// <summary>Names in place of those that follow from the keys.</summary>
    public byte[]? Subject { get; init; }

    public byte[]? Issuer { get; init; }

    public byte[]? Serial { get; init; }

    public sealed record Extension(string Oid, bool Critical, byte[] Value);

    /// <summary>The uncompressed point.</summary>
    public static byte[] PointOf(ECDsa key)
    {
        ECPoint point = key.ExportParameters(includePrivateParameters: false).Q;
        return [4, .. point.X!, .. point.Y!];
    }

    public static byte[] IdOf(ECDsa key)
    {
        byte[] id = HKDF.DeriveKey(HashAlgorithmName.SHA256, PointOf(key), 20, s_idSalt, Encoding.ASCII.GetBytes("ID"));
        id[0] &= 0x7f;
        return id;
    }

    public static Extension SubjectKeyId(ECDsa key) => new("2.5.29.14", false, Der(writer => writer.WriteOctetString(IdOf(key))));

    public static Extension AuthorityKeyId(ECDsa key) => new("2.5.29.35", false, Der(writer =>
    {
        using (writer.PushSequence())
            writer.WriteOctetString(IdOf(key), new Asn1Tag(TagClass.ContextSpecific, 0));
    }));

    /// <param name="bits">First byte of the bit string: 04 keyCertSign, 80 digitalSignature.</param>
    public static Extension KeyUsage(byte bits) =>
        new("2.5.29.15", true, Der(writer => writer.WriteBitString([bits], int.Min(7, System.Numerics.BitOperations.TrailingZeroCount(bits)))));

    public static Extension Authority(int? pathLength = null) => new("2.5.29.19", true, Der(writer =>
    {
        using (writer.PushSequence())
        {
            writer.WriteBoolean(true);
            if (pathLength is { } length)
                writer.WriteInteger(length);
        }
    }));

    public static Extension ClientAuthentication(string usage = "1.3.6.1.5.5.7.3.2") => new("2.5.29.37", false, Der(writer =>
    {
        using (writer.PushSequence())
            writer.WriteObjectIdentifier(usage);
    }));

    public static byte[] Der(Action<AsnWriter> write)
    {
        AsnWriter writer = new(AsnEncodingRules.DER);
        write(writer);
        return writer.Encode();
    }

    public static byte[] NameOf(ECDsa key) => Der(writer =>
    {
        using (writer.PushSequence())
        using (writer.PushSetOf())
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier("2.5.4.5");
            writer.WriteCharacterString(UniversalTagNumber.PrintableString, Convert.ToHexStringLower(IdOf(key)));
        }
    });

    /// <summary>The certificate in DER.</summary>
    public byte[] Encode()
    {
        byte[] body = Der(WriteBody);
        return Der(writer =>
        {
            using (writer.PushSequence())
            {
                writer.WriteEncodedValue(body);
                WriteAlgorithm(writer);
                writer.WriteBitString(IssuerKey.SignData(body, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence));
            }
        });
    }

    private void WriteBody(AsnWriter writer)
    {
        using (writer.PushSequence())
        {
            using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 0)))
                writer.WriteInteger(2);
            writer.WriteIntegerUnsigned((Serial ?? IdOf(Key)).AsSpan().TrimStart((byte)0));
            WriteAlgorithm(writer);
            writer.WriteEncodedValue(Issuer ?? NameOf(IssuerKey));
            using (writer.PushSequence())
            {
                WriteTime(writer, NotBefore);
                WriteTime(writer, NotAfter);
            }

            writer.WriteEncodedValue(Subject ?? NameOf(Key));
            writer.WriteEncodedValue(Key.ExportSubjectPublicKeyInfo());
            using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 3)))
            using (writer.PushSequence())
                foreach (Extension extension in Extensions)
                    WriteExtension(writer, extension);
        }
    }

    private static void WriteAlgorithm(AsnWriter writer)
    {
        using (writer.PushSequence())
            writer.WriteObjectIdentifier(EcdsaSha256);
    }

    /// <summary>A UTCTime has two digits for the year, a GeneralizedTime four.</summary>
    private static void WriteTime(AsnWriter writer, string time)
    {
        const int UtcTimeLength = 13;
        writer.WriteEncodedValue([(byte)(time.Length == UtcTimeLength ? 0x17 : 0x18), (byte)time.Length, .. Encoding.ASCII.GetBytes(time)]);
    }

    private static void WriteExtension(AsnWriter writer, Extension extension)
    {
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier(extension.Oid);
            if (extension.Critical)
                writer.WriteBoolean(true);
            writer.WriteOctetString(extension.Value);
        }
    }
}
