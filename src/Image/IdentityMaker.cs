using System.Runtime.InteropServices;
using Redoubt.Abi;
using Redoubt.Dice;

namespace Redoubt.Image;

/// <summary>
/// The maker of devices, simulated: it certifies the key that a device's secret stands for. On a real board this happens in the factory, and the secret is in
/// fuses that only the first code can read.
/// </summary>
public sealed class IdentityMaker
{
    // What the Open Profile for DICE has for a device without a clock
    private const string LongAgo = "180322235959Z";

    private Workspace _room;
    private Layer _root;
    private CertificateIssuer _issuer;

    /// <param name="privateKey">The maker's private key, 32 bytes: a number from 1 to the order of P-256 less 1.</param>
    public IdentityMaker(ReadOnlySpan<byte> privateKey)
    {
        _room.Prepare();
        _root.StartFromKey(ref _room, privateKey);
        Certificate = Issue(in _root);
    }

    /// <summary>The maker's own certificate, in DER: what whoever trusts the maker has to know.</summary>
    public byte[] Certificate { get; }

    /// <summary>Makes a device: what the loader is handed over, a page.</summary>
    /// <param name="secret">The Unique Device Secret, 32 bytes.</param>
    public byte[] Make(ReadOnlySpan<byte> secret)
    {
        Layer device = new();
        device.Start(ref _room, secret);
        byte[] certificate = Issue(in device);
        byte[] page = new byte[Units.Page];
        ref DeviceSecret handover = ref MemoryMarshal.AsRef<DeviceSecret>(page.AsSpan());
        handover.Magic = DeviceSecret.MagicValue;
        secret.CopyTo(handover.Secret);
        handover.CertificateSize = (ulong)certificate.Length;
        certificate.CopyTo(handover.Certificate);
        return page;
    }

    private byte[] Issue(ref readonly Layer subject)
    {
        byte[] buffer = new byte[CertificateIssuer.Largest];
        CertificateContent content = new() { Kind = CertificateKind.Authority, NotBefore = Names.Pack(LongAgo) };
        return buffer[.._issuer.Issue(ref _room, in _root, in subject, in content, buffer)];
    }
}
