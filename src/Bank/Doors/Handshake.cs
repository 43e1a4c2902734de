using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Redoubt.Bank.Evidence;
using Redoubt.Bank.Protocol;
using Redoubt.Bank.State;

namespace Redoubt.Bank.Doors;

/// <summary>TLS with devices: 1.2 with two cipher suites, both sides certified, and the device's certificates appraised before a byte of HTTP is read.</summary>
internal sealed class Handshake(BankState state)
{
    private const int Seconds = 10;

    /// <summary>Connections are named by number; the bank's next run must not use the same names.</summary>
    private readonly string _run = Convert.ToHexStringLower(Identifier.Draw());

    // Made once: its chain is looked for when it is made.
    private readonly SslStreamCertificateContext _certificate = SslStreamCertificateContext.Create(state.ServerCertificate, additionalCertificates: null, offline: true);

    /// <summary>Sets up Kestrel.</summary>
    public TlsHandshakeCallbackOptions Options => new()
    {
        HandshakeTimeout = TimeSpan.FromSeconds(Seconds),
        OnConnection = context => ValueTask.FromResult(OptionsFor(context.Connection)),
    };

    /// <summary>Around TLS: writes down handshakes that ended before there were certificates to appraise.</summary>
    public async Task Watch(ConnectionContext connection, ConnectionDelegate next)
    {
        try
        {
            await next(connection);
        }
        catch (NotSupportedException)
        {
            // What the framework says of a handshake that does not begin with a hello.
        }

        if (connection.Features.Get<Session>() is null && connection.Features.Get<Refusal>() is null)
            Refuse(connection, new Refusal(Reason.FailedHandshake, "TLS did not come about, or a signature in it does not hold"), null);
    }

    private SslServerAuthenticationOptions OptionsFor(ConnectionContext connection) => new()
    {
        ServerCertificateContext = _certificate,
        EnabledSslProtocols = SslProtocols.Tls12,
        CipherSuitesPolicy = new CipherSuitesPolicy(
            [TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256]),
        AllowTlsResume = false,
        AllowRenegotiation = false,
        ClientCertificateRequired = true,
        // What the framework finds by itself doesn't count: nothing is to be downloaded for it.
        CertificateChainPolicy = new X509ChainPolicy
        {
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
            TrustMode = X509ChainTrustMode.CustomRootTrust,
        },
        RemoteCertificateValidationCallback = (_, certificate, chain, _) => IsAccepted(connection, certificate, chain),
    };

    private bool IsAccepted(ConnectionContext connection, X509Certificate? leaf, X509Chain? chain)
    {
        try
        {
            // Copies, since these are gone after the handshake.
            X509Certificate2[] sent = leaf is null || chain is null ? [] : [Copy(leaf), .. chain.ChainPolicy.ExtraStore.Select(Copy)];
            if (sent.Length != DeviceCertificates.Count)
                return Refuse(connection, new Refusal(Reason.ChainLength, $"{sent.Length} certificates were sent"), null);
            DeviceCertificates certificates = DeviceCertificates.Read(sent);
            ChainPolicy policy = new(state.Makers, state.References, state.Devices.LeastVersion, state.Devices.IsRevoked, state.Now);
            if (state.Defences.Chain.Select(rule => rule(certificates, policy)).FirstOrDefault(refusal => refusal is not null) is { } found)
                return Refuse(connection, found, certificates.Device);
            state.Devices.See(certificates);
            connection.Features.Set(new Session(certificates, $"{_run}/{connection.ConnectionId}"));
            return true;
        }
        catch (Exception failure) when (failure is MalformedException or CryptographicException)
        {
            return Refuse(connection, new Refusal(Reason.MalformedChain, failure.Message), null);
        }
    }

    /// <param name="connection">The connection, which remembers it.</param>
    /// <param name="refusal">Why.</param>
    /// <param name="claimed">Who the device says it is, which may not be so.</param>
    private bool Refuse(ConnectionContext connection, Refusal refusal, DeviceId? claimed)
    {
        connection.Features.Set(refusal);
        state.Audit.Refuse(AuditLog.Handshake, new AuditLog.Subject(claimed), refusal);
        return false;
    }

    private static X509Certificate2 Copy(X509Certificate certificate) => X509CertificateLoader.LoadCertificate(certificate.GetRawCertData());
}
