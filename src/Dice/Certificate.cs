using System;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Redoubt.Abi;

namespace Redoubt.Dice;

/// <summary>What a certificate is for.</summary>
public enum CertificateKind
{
    /// <summary>Of a maker or a device: signs other certificates.</summary>
    Authority,

    /// <summary>Of code that has been measured, and which measures other code.</summary>
    Measured,

    /// <summary>Of code that has been measured, and which certifies its own keys.</summary>
    MeasuredLast,

    /// <summary>Of a client of TLS.</summary>
    Client,
}

/// <summary>What a certificate says. docs/pin-entry.md has the table.</summary>
public struct CertificateContent
{
    /// <summary>The longest configuration descriptor.</summary>
    public const int LargestDescriptor = 192;

    // Characters of a time: YYMMDDHHMMSSZ
    private const int TimeSize = 13;

    /// <summary>What it is for.</summary>
    public CertificateKind Kind;

    /// <summary>When it begins to be valid: YYMMDDHHMMSSZ, and zeros.</summary>
    public Name NotBefore;

    /// <summary>Measured code only: its digest, and that of its configuration descriptor.</summary>
    internal Digest Code, DescriptorDigest;

    private DescriptorBytes _descriptor;
    private int _descriptorSize;

    /// <summary>Measured code only: its configuration descriptor.</summary>
    [UnscopedRef]
    internal readonly ReadOnlySpan<byte> Descriptor => ((ReadOnlySpan<byte>)_descriptor).Slice(0, _descriptorSize);

    /// <summary>Says of measured code what was measured.</summary>
    /// <param name="hash">Room.</param>
    /// <param name="name">The code's name.</param>
    /// <param name="version">The system's security version.</param>
    /// <param name="measured">What was measured.</param>
    internal void Describe(ref Sha256 hash, in Name name, ulong version, ref readonly Measurements measured)
    {
        ((ReadOnlySpan<byte>)measured.Code).CopyTo(Code);
        _descriptorSize = Dice.Descriptor.Write(_descriptor, in name, version, in measured, Kind == CertificateKind.Measured);
        hash.Reset();
        hash.Append(Descriptor);
        hash.Finish(DescriptorDigest);
    }

    /// <summary>Writes <see cref="NotBefore"/>.</summary>
    internal readonly void WriteNotBefore(ref DerWriter writer)
    {
        int time = writer.Begin(DerWriter.UtcTime);
        for (int i = 0; i < TimeSize; i++)
            writer.Byte((byte)((i < 8 ? NotBefore.Low : NotBefore.High) >> (8 * (i & 7))));
        writer.End(time);
    }

    [InlineArray(LargestDescriptor)]
    private struct DescriptorBytes
    {
        private byte _first;
    }
}

/// <summary>Issues X.509 certificates (RFC 5280) for layers.</summary>
public struct CertificateIssuer
{
    /// <summary>The longest that is written.</summary>
    public const int Largest = 1024;

    private CertificateBytes _body;
    private Signature _signature;

    private static ReadOnlySpan<byte> EcdsaWithSha256 => [0x30, 0x0a, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02];

    // id-ecPublicKey, prime256v1
    private static ReadOnlySpan<byte> KeyAlgorithm =>
        [0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07];

    // Contents of object identifiers: serialNumber (2.5.4.5), the extensions of RFC 5280, 4.2, clientAuth, OpenDiceInput
    private static ReadOnlySpan<byte> SerialNumber => [0x55, 0x04, 0x05];

    private static ReadOnlySpan<byte> AuthorityKey => [0x55, 0x1d, 0x23];

    private static ReadOnlySpan<byte> SubjectKey => [0x55, 0x1d, 0x0e];

    private static ReadOnlySpan<byte> KeyUsage => [0x55, 0x1d, 0x0f];

    private static ReadOnlySpan<byte> BasicConstraints => [0x55, 0x1d, 0x13];

    private static ReadOnlySpan<byte> ExtendedKeyUsage => [0x55, 0x1d, 0x25];

    private static ReadOnlySpan<byte> ClientAuth => [0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x02];

    private static ReadOnlySpan<byte> OpenDiceInput => [0x2b, 0x06, 0x01, 0x04, 0x01, 0xd6, 0x79, 0x02, 0x01, 0x18];

    /// <summary>Writes a certificate of a subject's key, signed by an issuer, who is also named if it is another.</summary>
    /// <returns>The bytes used of <paramref name="output"/>; 0 if they don't suffice.</returns>
    public int Issue(ref Workspace room, ref readonly Layer issuer, ref readonly Layer subject, in CertificateContent content, Span<byte> output)
    {
        ReadOnlySpan<byte> body = ((ReadOnlySpan<byte>)_body).Slice(0, WriteBody(_body, issuer.Id, in subject, in content));
        Digest bytes = default;
        Span<byte> digest = bytes;
        room.Hash.Reset();
        room.Hash.Append(body);
        room.Hash.Finish(digest);
        room.Ecdsa.Sign(issuer.PrivateKey, digest, _signature);
        return body.IsEmpty ? 0 : WriteSigned(output, body, _signature);
    }

    private static int WriteSigned(Span<byte> output, scoped ReadOnlySpan<byte> body, scoped ReadOnlySpan<byte> signature)
    {
        DerWriter writer = new(output);
        int certificate = writer.Begin(DerWriter.Sequence);
        writer.Raw(body);
        writer.Raw(EcdsaWithSha256);
        int bits = writer.Begin(DerWriter.BitString);
        writer.Byte(0);
        int numbers = writer.Begin(DerWriter.Sequence);
        writer.Number(signature.Slice(0, U256.Size));
        writer.Number(signature.Slice(U256.Size, U256.Size));
        writer.End(numbers);
        writer.End(bits);
        writer.End(certificate);
        return writer.Written.Length;
    }

    /// <summary>TBSCertificate (RFC 5280, 4.1).</summary>
    private static int WriteBody(Span<byte> output, scoped ReadOnlySpan<byte> issuer, ref readonly Layer subject, in CertificateContent content)
    {
        DerWriter writer = new(output);
        int body = writer.Begin(DerWriter.Sequence);
        int version = writer.Begin(DerWriter.Context);
        writer.Number([2]);
        writer.End(version);
        writer.Number(subject.Id);
        writer.Raw(EcdsaWithSha256);
        WriteName(ref writer, issuer);
        int validity = writer.Begin(DerWriter.Sequence);
        content.WriteNotBefore(ref writer);
        writer.Element(DerWriter.GeneralizedTime, "99991231235959Z"u8);
        writer.End(validity);
        WriteName(ref writer, subject.Id);
        int key = writer.Begin(DerWriter.Sequence);
        writer.Raw(KeyAlgorithm);
        writer.Bits(subject.PublicKey);
        writer.End(key);
        int context = writer.Begin(DerWriter.Context + 3);
        int extensions = writer.Begin(DerWriter.Sequence);
        WriteExtensions(ref writer, issuer, subject.Id, in content);
        writer.End(extensions);
        writer.End(context);
        writer.End(body);
        return writer.Written.Length;
    }

    private static void WriteExtensions(ref DerWriter writer, scoped ReadOnlySpan<byte> issuer, scoped ReadOnlySpan<byte> subject, in CertificateContent content)
    {
        if (!IsSame(issuer, subject))
        {
            int authority = BeginExtension(ref writer, AuthorityKey, critical: false, out int outer);
            int identifier = writer.Begin(DerWriter.Sequence);
            writer.Element(DerWriter.ContextPrimitive, issuer);
            writer.End(identifier);
            EndExtension(ref writer, authority, outer);
        }

        int own = BeginExtension(ref writer, SubjectKey, critical: false, out int ownOuter);
        writer.Element(DerWriter.OctetString, subject);
        EndExtension(ref writer, own, ownOuter);

        // BIT STRING of one byte: digitalSignature is bit 0, keyCertSign bit 5; the number of bits that are not used comes first
        int usage = BeginExtension(ref writer, KeyUsage, critical: true, out int usageOuter);
        writer.Element(DerWriter.BitString, content.Kind == CertificateKind.Client ? [7, 0x80] : [2, 0x04]);
        EndExtension(ref writer, usage, usageOuter);

        if (content.Kind == CertificateKind.Client)
            WriteClientAuth(ref writer);
        else
            WriteConstraints(ref writer, last: content.Kind == CertificateKind.MeasuredLast);
        if (content.Kind is CertificateKind.Measured or CertificateKind.MeasuredLast)
            WriteMeasurement(ref writer, in content);
    }

    private static void WriteClientAuth(ref DerWriter writer)
    {
        int extension = BeginExtension(ref writer, ExtendedKeyUsage, critical: false, out int outer);
        int purposes = writer.Begin(DerWriter.Sequence);
        writer.Element(DerWriter.ObjectIdentifier, ClientAuth);
        writer.End(purposes);
        EndExtension(ref writer, extension, outer);
    }

    private static void WriteConstraints(ref DerWriter writer, bool last)
    {
        int extension = BeginExtension(ref writer, BasicConstraints, critical: true, out int outer);
        int constraints = writer.Begin(DerWriter.Sequence);
        writer.Element(DerWriter.Boolean, [DerWriter.True]);
        if (last)
            writer.Number([0]);
        writer.End(constraints);
        EndExtension(ref writer, extension, outer);
    }

    private static void WriteMeasurement(ref DerWriter writer, in CertificateContent content)
    {
        int extension = BeginExtension(ref writer, OpenDiceInput, critical: true, out int outer);
        int input = writer.Begin(DerWriter.Sequence);
        WriteField(ref writer, 0, content.Code);
        WriteField(ref writer, 2, content.DescriptorDigest);
        int field = writer.Begin(DerWriter.Context + 3);
        writer.Element(DerWriter.OctetString, content.Descriptor);
        writer.End(field);
        WriteField(ref writer, 4, default);
        int mode = writer.Begin(DerWriter.Context + 6);
        writer.Number([OpenDice.Normal]);
        writer.End(mode);
        writer.End(input);
        EndExtension(ref writer, extension, outer);
    }

    /// <summary>An input of the profile: a digest, or nothing, and zeros behind it.</summary>
    private static void WriteField(ref DerWriter writer, int number, scoped ReadOnlySpan<byte> digest)
    {
        int field = writer.Begin((byte)(DerWriter.Context + number));
        int bytes = writer.Begin(DerWriter.OctetString);
        writer.Raw(digest);
        for (int i = digest.Length; i < OpenDice.FieldSize; i++)
            writer.Byte(0);
        writer.End(bytes);
        writer.End(field);
    }

    /// <summary>A name of one attribute: the ID in hexadecimal digits.</summary>
    private static void WriteName(ref DerWriter writer, scoped ReadOnlySpan<byte> id)
    {
        int name = writer.Begin(DerWriter.Sequence);
        int set = writer.Begin(DerWriter.Set);
        int attribute = writer.Begin(DerWriter.Sequence);
        writer.Element(DerWriter.ObjectIdentifier, SerialNumber);
        int text = writer.Begin(DerWriter.PrintableString);
        for (int i = 0; i < id.Length; i++)
        {
            writer.Byte("0123456789abcdef"u8[id[i] >> 4]);
            writer.Byte("0123456789abcdef"u8[id[i] & 15]);
        }

        writer.End(text);
        writer.End(attribute);
        writer.End(set);
        writer.End(name);
    }

    private static int BeginExtension(ref DerWriter writer, scoped ReadOnlySpan<byte> identifier, bool critical, out int outer)
    {
        outer = writer.Begin(DerWriter.Sequence);
        writer.Element(DerWriter.ObjectIdentifier, identifier);
        if (critical)
            writer.Element(DerWriter.Boolean, [DerWriter.True]);
        return writer.Begin(DerWriter.OctetString);
    }

    private static void EndExtension(ref DerWriter writer, int value, int outer)
    {
        writer.End(value);
        writer.End(outer);
    }

    private static bool IsSame(scoped ReadOnlySpan<byte> a, scoped ReadOnlySpan<byte> b)
    {
        for (int i = 0; i < Layer.IdSize; i++)
            if (a[i] != b[i])
                return false;
        return true;
    }

    [InlineArray(Largest)]
    private struct CertificateBytes
    {
        private byte _first;
    }

    [InlineArray(Ecdsa.SignatureSize)]
    private struct Signature
    {
        private byte _first;
    }
}
