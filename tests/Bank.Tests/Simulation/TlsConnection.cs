using System.Net.Sockets;
using System.Security.Cryptography;
using Org.BouncyCastle.Tls;
using Org.BouncyCastle.Tls.Crypto;
using Org.BouncyCastle.Tls.Crypto.Impl.BC;
using TlsCertificates = Org.BouncyCastle.Tls.Certificate;

namespace Redoubt.Bank.Tests.Simulation;

/// <summary>A TLS connection to the bank that sends exactly the certificates that it is given.</summary>
internal sealed class TlsConnection : IDisposable
{
    private readonly TcpClient _tcp;
    private readonly TlsClientProtocol _protocol;

    /// <exception cref="IOException">The bank refused.</exception>
    public TlsConnection(int port, TlsSettings settings)
    {
        _tcp = new TcpClient("127.0.0.1", port);
        _protocol = new TlsClientProtocol(_tcp.GetStream());
        try
        {
            _protocol.Connect(new Client(settings));
        }
        catch
        {
            _tcp.Dispose();
            throw;
        }
    }

    /// <summary>Bytes inside TLS.</summary>
    public Stream Stream => _protocol.Stream;

    /// <summary>Breaks the connection off, without a word.</summary>
    public void Drop()
    {
        _tcp.Client.LingerState = new LingerOption(true, 0);
        _tcp.Dispose();
    }

    /// <summary>Says that nothing more comes.</summary>
    public void Finish()
    {
        _protocol.Stream.Flush();
        _tcp.Client.Shutdown(SocketShutdown.Send);
    }

    /// <summary>What comes until the end of a line or of the connection.</summary>
    public string ReadLine()
    {
        System.Text.StringBuilder line = new();
        try
        {
            while (_protocol.Stream.ReadByte() is not (< 0 or '\r') and int next)
                line.Append((char)next);
        }
        catch (IOException)
        {
            // The connection was broken off.
        }

        return line.ToString();
    }

    public void Dispose() => _tcp.Dispose();

    private sealed class Client(TlsSettings settings) : DefaultTlsClient(new BcTlsCrypto())
    {
        public override TlsAuthentication GetAuthentication() => new Authentication(settings, m_context);

        public override TlsSession? GetSessionToResume() => settings.Resume;

        public override void NotifyHandshakeComplete()
        {
            base.NotifyHandshakeComplete();
            settings.Established = m_context.Session;
            settings.IsResumed = m_context.SecurityParameters.IsResumedSession;
        }

        protected override ProtocolVersion[] GetSupportedVersions() => settings.Versions;

        protected override int[] GetSupportedCipherSuites() => settings.Suites;

        protected override IList<ServerName> GetSniServerNames() => [new ServerName(NameType.host_name, "bank.example"u8.ToArray())];
    }

    private sealed class Authentication(TlsSettings settings, TlsContext context) : TlsAuthentication
    {
        public void NotifyServerCertificate(TlsServerCertificate server) => settings.ServerCertificate = server.Certificate.GetCertificateAt(0).GetEncoded();

        public TlsCredentials? GetClientCredentials(CertificateRequest request)
        {
            if (settings.Chain.Count == 0)
                return null;
            TlsCrypto crypto = context.Crypto;
            return new Signer(settings.Key, new TlsCertificates([.. settings.Chain.Select(crypto.CreateCertificate)]));
        }
    }

    private sealed class Signer(ECDsa key, TlsCertificates certificates) : TlsCredentialedSigner
    {
        /// <summary>In DER most signatures have 70 to 72 bytes; all have this many here, so that conversations are of one length.</summary>
        private const int Size = 71;

        public TlsCertificates Certificate => certificates;

        public SignatureAndHashAlgorithm SignatureAndHashAlgorithm { get; } = new(Org.BouncyCastle.Tls.HashAlgorithm.sha256, SignatureAlgorithm.ecdsa);

        public byte[] GenerateRawSignature(byte[] hash)
        {
            byte[] signature;
            do
                signature = key.SignHash(hash, DSASignatureFormat.Rfc3279DerSequence);
            while (signature.Length != Size);
            return signature;
        }

        // It signs hashes.
        public TlsStreamSigner? GetStreamSigner() => null;
    }
}

/// <summary>What the client side of a handshake does, and what it learns.</summary>
internal sealed class TlsSettings
{
    public IReadOnlyList<byte[]> Chain { get; init; } = [];

    public required ECDsa Key { get; init; }

    public ProtocolVersion[] Versions { get; init; } = ProtocolVersion.TLSv12.Only();

    public int[] Suites { get; init; } = [CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256];

    public TlsSession? Resume { get; init; }

    public TlsSession? Established { get; set; }

    public bool IsResumed { get; set; }

    public byte[] ServerCertificate { get; set; } = [];
}
