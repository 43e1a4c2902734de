using System;
using System.Runtime.CompilerServices;
using Redoubt.Abi;

namespace Redoubt.Dice;

/// <summary>
/// From a device secret to the identities of partitions (Open Profile for DICE): <see cref="Start"/>, <see cref="AddMicrovisor"/>, then
/// <see cref="Certify"/> for each. Its content is secret.
/// </summary>
public struct IdentityChain
{
    private Workspace _room;
    private CertificateIssuer _issuer;
    private CertificateContent _content;
    private Layer _device, _microvisor, _partition;
    private CertificateBytes _certificate;
    private int _certificateSize;
    private ulong _version;

    /// <summary>Begins with the device.</summary>
    /// <param name="deviceSecret">The Unique Device Secret, 32 bytes.</param>
    /// <param name="buildDate">The image's day, YYMMDD000000Z.</param>
    /// <param name="version">The system's security version.</param>
    public void Start(scoped ReadOnlySpan<byte> deviceSecret, in Name buildDate, ulong version)
    {
        _content.NotBefore.Low = buildDate.Low;
        _content.NotBefore.High = buildDate.High;
        _version = version;
        _room.Prepare();
        _device.Start(ref _room, deviceSecret);
    }

    /// <summary>The microvisor's layer and its certificate by the device.</summary>
    public void AddMicrovisor(ref readonly Measurements measured)
    {
        // "microvisor", as characters of a name are packed
        Name name;
        name.Low = 0x7369_766f_7263_696d;
        name.High = 0x726f;
        _content.Kind = CertificateKind.Measured;
        _content.Describe(ref _room.Hash, in name, _version, in measured);
        _microvisor.Start(ref _room, in _device, in _content);
        _certificateSize = _issuer.Issue(ref _room, in _device, in _microvisor, in _content, _certificate);
    }

    /// <summary>A partition's layer, its certificate by the microvisor, and what the partition is told.</summary>
    /// <param name="name">The partition's name.</param>
    /// <param name="measured">What is known of it.</param>
    /// <param name="deviceCertificate">The device's certificate by its maker.</param>
    /// <param name="identity">Is filled, if the certificates fit.</param>
    public void Certify(in Name name, ref readonly Measurements measured, scoped ReadOnlySpan<byte> deviceCertificate, ref Identity identity)
    {
        _content.Kind = CertificateKind.MeasuredLast;
        _content.Describe(ref _room.Hash, in name, _version, in measured);
        _partition.Start(ref _room, in _microvisor, in _content);

        Span<byte> chain = identity.Certificates;
        int own = _issuer.Issue(ref _room, in _microvisor, in _partition, in _content, chain);
        if (own == 0 || _certificateSize == 0 || chain.Length - own < _certificateSize + deviceCertificate.Length)
            return;
        ((ReadOnlySpan<byte>)_certificate).Slice(0, _certificateSize).CopyTo(chain.Slice(own));
        deviceCertificate.CopyTo(chain.Slice(own + _certificateSize));
        identity.Sizes[0] = (ulong)own;
        identity.Sizes[1] = (ulong)_certificateSize;
        identity.Sizes[2] = (ulong)deviceCertificate.Length;
        identity.BuildDate.Low = _content.NotBefore.Low;
        identity.BuildDate.High = _content.NotBefore.High;
        _partition.PrivateKey.CopyTo(identity.PrivateKey);
        identity.Magic = Identity.MagicValue;
    }

    [InlineArray(CertificateIssuer.Largest)]
    private struct CertificateBytes
    {
        private byte _first;
    }
}
