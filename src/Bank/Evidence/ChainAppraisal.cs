using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Redoubt.Bank.Evidence;

/// <summary>A rule that a device's certificates must obey.</summary>
/// <returns>Null if they do.</returns>
internal delegate Refusal? ChainRule(DeviceCertificates certificates, ChainPolicy policy);

/// <summary>What certificates are appraised against.</summary>
/// <param name="Makers">Trusted maker roots.</param>
/// <param name="References">Reference values.</param>
/// <param name="LeastSecurityVersion">Older systems are refused.</param>
/// <param name="IsRevoked">Whether a device has been revoked.</param>
/// <param name="Now">The time, UTC.</param>
internal sealed record ChainPolicy(
    X509Certificate2Collection Makers,
    IReadOnlyList<ReferenceValues> References,
    int LeastSecurityVersion,
    Func<DeviceId, bool> IsRevoked,
    DateTime Now);

/// <summary>Appraises the certificates of a device in the TLS handshake: is this a genuine pinpad, in a configuration that is known?</summary>
internal static class ChainAppraisal
{
    /// <summary>All rules, in the order in which they are asked.</summary>
    public static IReadOnlyList<ChainRule> Rules { get; } = [Path, Profile, Mode, SecurityVersion, References, Revocation];

    /// <summary>The certificates lead to a trusted maker root, and each was issued by the next.</summary>
    public static Refusal? Path(DeviceCertificates certificates, ChainPolicy policy)
    {
        using X509Chain chain = new();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(policy.Makers);
        chain.ChainPolicy.ExtraStore.AddRange(certificates.All.ToArray());
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        chain.ChainPolicy.ApplicationPolicy.Add(new Oid(CertificateProfile.ClientAuthentication));
        chain.ChainPolicy.VerificationTimeIgnored = false;
        chain.ChainPolicy.VerificationTime = policy.Now;
        // False for every chain that has an OpenDiceInput: what it found is read below.
        chain.Build(certificates.All[0]);
        return Classify([.. chain.ChainElements], certificates);
    }

    private static Refusal? Classify(X509ChainElement[] elements, DeviceCertificates certificates)
    {
        for (int place = 0; place < elements.Length; place++)
        {
            if (place < DeviceCertificates.Count && !elements[place].Certificate.RawDataMemory.Span.SequenceEqual(certificates.All[place].RawDataMemory.Span))
                return new Refusal(Reason.SplicedChain, $"certificate {place + 1} was not issued by the next one");
            X509ChainStatusFlags status = elements[place].ChainElementStatus.Aggregate(X509ChainStatusFlags.NoError, (flags, one) => flags | one.Status);
            // OpenDiceInput, which has been read; the profile says that there is no other.
            if (place is DeviceCertificates.Partition or DeviceCertificates.Microvisor)
                status &= ~X509ChainStatusFlags.HasNotSupportedCriticalExtension;
            if (status.HasFlag(X509ChainStatusFlags.NotSignatureValid))
                return new Refusal(place < DeviceCertificates.Uds ? Reason.SplicedChain : Reason.ForeignChain, $"the signature of certificate {place + 1} does not hold");
            if (status.HasFlag(X509ChainStatusFlags.PartialChain) || status.HasFlag(X509ChainStatusFlags.UntrustedRoot))
                break;
            if (status != X509ChainStatusFlags.NoError)
                return new Refusal(Reason.InvalidChain, $"certificate {place + 1}: {status}");
        }

        return elements.Length switch
        {
            < DeviceCertificates.Count => new Refusal(Reason.SplicedChain, $"nobody issued certificate {elements.Length}"),
            DeviceCertificates.Count => new Refusal(Reason.ForeignChain, "no trusted maker issued the device's certificate"),
            DeviceCertificates.Count + 1 => null,
            _ => new Refusal(Reason.ChainLength, $"the chain has {elements.Length} elements"),
        };
    }

    /// <summary>Names, usages and constraints are those of the profile, and there is no other extension.</summary>
    public static Refusal? Profile(DeviceCertificates certificates, ChainPolicy policy)
    {
        return CertificateProfile.DefectOf(certificates) is { } defect ? new Refusal(Reason.MalformedChain, defect) : null;
    }

    /// <summary>Both layers run in normal mode.</summary>
    public static Refusal? Mode(DeviceCertificates certificates, ChainPolicy policy)
    {
        DiceMode[] modes = [certificates.MicrovisorInput.Mode, certificates.PartitionInput.Mode];
        if (modes.Contains(DiceMode.Debug))
            return new Refusal(Reason.DebugMode, "the device can be debugged");
        return modes.All(mode => mode == DiceMode.Normal) ? null : new Refusal(Reason.NotNormalMode, $"microvisor: {modes[0]}, partition: {modes[1]}");
    }

    /// <summary>The measurements are those of one system that is known.</summary>
    public static Refusal? References(DeviceCertificates certificates, ChainPolicy policy) => ReferenceAppraisal.Appraise(certificates, policy.References);

    /// <summary>The system is not too old.</summary>
    public static Refusal? SecurityVersion(DeviceCertificates certificates, ChainPolicy policy)
    {
        int version = Math.Min(certificates.MicrovisorConfiguration.SecurityVersion, certificates.PartitionConfiguration.SecurityVersion);
        return version >= policy.LeastSecurityVersion ? null : new Refusal(Reason.OldSecurityVersion, $"{version}; {policy.LeastSecurityVersion} is the least");
    }

    /// <summary>The device has not been revoked.</summary>
    public static Refusal? Revocation(DeviceCertificates certificates, ChainPolicy policy)
    {
        return policy.IsRevoked(certificates.Device) ? new Refusal(Reason.RevokedDevice, "") : null;
    }
}
