using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Redoubt.Bank.Evidence;
using Redoubt.Bank.Protocol;
using Redoubt.Bank.State;

namespace Redoubt.Bank;

/// <summary>
/// The folder in which a bank keeps everything. What it can make itself is made when it is missing: keys, certificates, database. What others vouch for is
/// read: <c>makers/*.der</c>, the roots of makers of devices, and <c>references/*.json</c>, reference values.
/// </summary>
internal sealed class BankFolder
{
    private const string RootKey = "root.key", ServerKey = "server.key", ServerCertificate = "server.der", Pepper = "pepper";

    /// <summary>The bank's root, and what an image builder puts into pinpads of it.</summary>
    private const string Root = "root.der", Anchors = "anchors.cbor";

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>The publication of the specification of DICE: a day that is past for every device, also for those without a clock.</summary>
    private static readonly DateTimeOffset s_notBefore = new(2018, 3, 22, 23, 59, 59, TimeSpan.Zero);

    private static readonly DateTimeOffset s_notAfter = new(9999, 12, 31, 23, 59, 59, TimeSpan.Zero);

    private readonly string _path;

    /// <summary>Opens the folder.</summary>
    /// <exception cref="InvalidDataException">A file in it can't be read.</exception>
    public BankFolder(BankOptions options)
    {
        _path = Path.GetFullPath(options.Folder);
        foreach (string folder in (string[])["", "makers", "references"])
            Directory.CreateDirectory(At(folder), OwnerOnly | UnixFileMode.UserExecute);
        if (!File.Exists(At(Pepper)))
            WriteSecret(Pepper, RandomNumberGenerator.GetBytes(PinHasher.PepperSize));
        if (!File.Exists(At(Anchors)))
            MakeCertificates(options);
        Makers = [.. Directory.GetFiles(At("makers"), "*.der").Order(StringComparer.Ordinal).Select(ReadCertificate)];
        References = [.. Directory.GetFiles(At("references"), "*.json").Order(StringComparer.Ordinal).Select(ReferenceValues.Read)];
    }

    /// <summary>The SQLite file.</summary>
    public string Database => At("bank.db");

    /// <summary>Roots of makers of devices.</summary>
    public X509Certificate2Collection Makers { get; }

    /// <summary>Systems that are known.</summary>
    public IReadOnlyList<ReferenceValues> References { get; }

    /// <summary>The key that hashes of PINs are worth nothing without.</summary>
    public byte[] ReadPepper() => File.ReadAllBytes(At(Pepper));

    /// <summary>The server's certificate with its key.</summary>
    public X509Certificate2 ReadServerCertificate()
    {
        using ECDsa key = ECDsa.Create();
        key.ImportPkcs8PrivateKey(File.ReadAllBytes(At(ServerKey)), out _);
        using X509Certificate2 certificate = ReadCertificate(At(ServerCertificate));
        return certificate.CopyWithPrivateKey(key);
    }

    /// <summary>The bank's root, which pinpads hold, and the certificate of its server.</summary>
    private void MakeCertificates(BankOptions options)
    {
        using ECDsa rootKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest rootRequest = new($"CN={options.Name} Root", rootKey, HashAlgorithmName.SHA256);
        rootRequest.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: true, 0, critical: true));
        rootRequest.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, critical: true));
        rootRequest.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(rootRequest.PublicKey, critical: false));
        using X509Certificate2 root = rootRequest.CreateSelfSigned(s_notBefore, s_notAfter);

        using ECDsa serverKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new($"CN={options.Host}", serverKey, HashAlgorithmName.SHA256);
        SubjectAlternativeNameBuilder names = new();
        names.AddDnsName(options.Host);
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(root, includeKeyIdentifier: true, includeIssuerAndSerial: false));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], critical: false));
        request.CertificateExtensions.Add(names.Build());
        using X509Certificate2 server = request.Create(root, s_notBefore, s_notAfter, RandomNumberGenerator.GetBytes(16));

        WriteSecret(RootKey, rootKey.ExportPkcs8PrivateKey());
        WriteSecret(ServerKey, serverKey.ExportPkcs8PrivateKey());
        File.WriteAllBytes(At(ServerCertificate), server.RawData);
        File.WriteAllBytes(At(Root), root.RawData);
        // Last, since it is looked for.
        File.WriteAllBytes(At(Anchors), EncodeAnchors(options, root));
    }

    /// <summary>The anchors of a pinpad that knows this bank only (docs/pin-entry.md, "Bank anchors").</summary>
    private static byte[] EncodeAnchors(BankOptions options, X509Certificate2 root) => DeterministicCbor.Write(writer =>
    {
        writer.WriteStartArray(1);
        writer.WriteStartMap(4);
        writer.WriteInt32(1);
        writer.WriteTextString(options.Name);
        writer.WriteInt32(2);
        writer.WriteTextString(options.Host);
        writer.WriteInt32(3);
        writer.WriteByteString(root.SubjectName.RawData);
        writer.WriteInt32(4);
        writer.WriteByteString(root.PublicKey.EncodedKeyValue.RawData);
        writer.WriteEndMap();
        writer.WriteEndArray();
    });

    private string At(string name) => Path.Combine(_path, name);

    private void WriteSecret(string name, byte[] secret)
    {
        using FileStream file = new(At(name), new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, UnixCreateMode = OwnerOnly });
        file.Write(secret);
    }

    private static X509Certificate2 ReadCertificate(string file)
    {
        try
        {
            return X509CertificateLoader.LoadCertificateFromFile(file);
        }
        catch (CryptographicException failure)
        {
            throw new InvalidDataException($"{file}: no certificate: {failure.Message}", failure);
        }
    }
}
