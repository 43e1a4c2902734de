using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Redoubt.Systems;

/// <summary>The bank's end of TLS in an attacker's hands: whoever certifies it, and whatever it answers.</summary>
public sealed class HostileBank : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly SslServerAuthenticationOptions _options;
    private readonly Action<SslStream, byte[]> _answer;
    private readonly ConcurrentQueue<byte[]> _requests = [];

    /// <summary>Starts it.</summary>
    /// <param name="certificate">Its certificate with its key.</param>
    /// <param name="answer">Told what it is asked: a message, as in docs/pin-entry.md; it answers as it likes.</param>
    /// <param name="sent">Certificates that it sends besides.</param>
    public HostileBank(X509Certificate2 certificate, Action<SslStream, byte[]> answer, params X509Certificate2[] sent)
    {
        _answer = answer;
        _options = new SslServerAuthenticationOptions
        {
            ServerCertificateContext = SslStreamCertificateContext.Create(certificate, [.. sent], offline: true),
            EnabledSslProtocols = SslProtocols.Tls12,
            ClientCertificateRequired = true,
            AllowRenegotiation = true,
            RemoteCertificateValidationCallback = (_, _, _, _) => true,
        };
        _listener.Start();
        new Thread(Accept) { IsBackground = true, Name = "hostile bank" }.Start();
    }

    /// <summary>Whether it asks the pinpad for certificates at first.</summary>
    public bool AsksForCertificates
    {
        get => _options.ClientCertificateRequired;
        init => _options.ClientCertificateRequired = value;
    }

    /// <summary>Its port on the loopback interface.</summary>
    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>All that it was told.</summary>
    public IReadOnlyList<byte[]> Requests => [.. _requests];

    /// <summary>The certificate of the genuine bank's server, with its key.</summary>
    /// <param name="folder">The bank's folder.</param>
    public static X509Certificate2 Genuine(string folder)
    {
        using X509Certificate2 certificate = X509CertificateLoader.LoadCertificateFromFile(Path.Combine(folder, "server.der"));
        return certificate.CopyWithPrivateKey(Key(folder, "server.key"));
    }

    /// <summary>A certificate for a server.</summary>
    /// <param name="issuer">Who signs it, by name.</param>
    /// <param name="key">The key that signs it.</param>
    /// <param name="host">The server's name.</param>
    /// <param name="from">From when on it is valid.</param>
    /// <param name="until">How long.</param>
    public static X509Certificate2 Issue(X509Certificate2 issuer, ECDsa key, string host, DateTimeOffset from, DateTimeOffset until)
    {
        using ECDsa own = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new($"CN={host}", own, HashAlgorithmName.SHA256);
        SubjectAlternativeNameBuilder names = new();
        names.AddDnsName(host);
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(names.Build());
        using X509Certificate2 certificate = request.Create(issuer.SubjectName, X509SignatureGenerator.CreateForECDsa(key), from, until, RandomNumberGenerator.GetBytes(16));
        return certificate.CopyWithPrivateKey(own);
    }

    /// <summary>A key of the bank.</summary>
    public static ECDsa Key(string folder, string name)
    {
        ECDsa key = ECDsa.Create();
        key.ImportPkcs8PrivateKey(File.ReadAllBytes(Path.Combine(folder, name)), out _);
        return key;
    }

    /// <inheritdoc/>
    public void Dispose() => _listener.Dispose();

    private void Accept()
    {
        try
        {
            while (true)
            {
                TcpClient client = _listener.AcceptTcpClient();
                new Thread(() => Serve(client)) { IsBackground = true }.Start();
            }
        }
        catch (Exception failure) when (failure is SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // It is over.
        }
    }

    private void Serve(TcpClient client)
    {
        using TcpClient held = client;
        try
        {
            using SslStream stream = new(client.GetStream());
            stream.AuthenticateAsServer(_options);
            while (Read(stream) is { } message)
            {
                _requests.Enqueue(message);
                _answer(stream, message);
                stream.Flush();
            }
        }
        catch (Exception failure) when (failure is IOException or AuthenticationException or InvalidOperationException)
        {
            // The pinpad has had enough.
        }
    }

    // A head, and a frame.
    private static byte[]? Read(SslStream stream)
    {
        List<byte> head = [];
        while (!head.TakeLast(4).SequenceEqual("\r\n\r\n"u8.ToArray()))
        {
            if (stream.ReadByte() is not (>= 0 and int next))
                return null;
            head.Add((byte)next);
        }

        byte[] frame = new byte[PinPad.Protocol.Frame.Size];
        stream.ReadExactly(frame);
        return frame[2..(2 + (frame[0] << 8 | frame[1]))];
    }
}
