using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Redoubt.Abi;

/// <summary>
/// What the stage before the loader hands over, one page: the device's secret and its certificate by the maker. The loader wipes it. On an emulated board it is a
/// file: a simulation of fuses.
/// </summary>
[StructLayout(LayoutKind.Sequential, Size = 4096)]
public struct DeviceSecret
{
    /// <summary>Value of <see cref="Magic"/>: "REDFUSE1".</summary>
    public const ulong MagicValue = 0x3145_5355_4644_4552;

    public ulong Magic;

    /// <summary>Unique Device Secret.</summary>
    public SecretBytes Secret;

    /// <summary>Bytes of <see cref="Certificate"/> that are used.</summary>
    public ulong CertificateSize;

    /// <summary>DER of the certificate of the key that the secret stands for.</summary>
    public DeviceCertificate Certificate;
}

/// <summary>
/// The identity of a partition, one page at <see cref="Layout.Identity"/> that nobody else maps, written by the loader. All zero if the device has no secret.
/// Whoever uses it wipes it.
/// </summary>
[StructLayout(LayoutKind.Sequential, Size = 4096)]
public struct Identity
{
    /// <summary>Value of <see cref="Magic"/>: "REDIDEN1".</summary>
    public const ulong MagicValue = 0x314e_4544_4944_4552;

    /// <summary>Certificates of the chain in <see cref="Certificates"/>: of the partition, of the microvisor, of the device.</summary>
    public const int CertificateCount = 3;

    public ulong Magic;

    /// <summary>Private key of the partition's CDI, the most significant byte first.</summary>
    public SecretBytes PrivateKey;

    /// <summary>When certificates that the partition issues begin to be valid: the image's day as YYMMDD000000Z, and zeros.</summary>
    public Name BuildDate;

    /// <summary>Bytes of each certificate.</summary>
    public CertificateSizes Sizes;

    /// <summary>The certificates, one behind the other, in DER.</summary>
    public CertificateChain Certificates;
}

/// <summary>What the loader measures and for whom: a part of <see cref="BootInfo"/>.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct IdentitySetup
{
    /// <summary>Physical address of the <see cref="DeviceSecret"/>; 0 if no partition has an identity, and then the rest is 0 too.</summary>
    public ulong DeviceSecret;

    /// <summary>The image's day as YYMMDD000000Z in ASCII, and zeros.</summary>
    public Name BuildDate;

    /// <summary>Security version of the system.</summary>
    public ulong SecurityVersion;

    /// <summary>Partitions with an identity.</summary>
    public ulong Count;

    /// <summary>The microvisor: code, memory map, devices, services.</summary>
    public RangeCounts Microvisor;

    public IdentityEntries Entries;

    /// <summary>What is measured: the microvisor's four measurements, then those of each entry, as many ranges each as their counts say.</summary>
    public MeasuredRanges Ranges;
}

/// <summary>A partition that gets an identity. A power of two in size, so that an index is shifted.</summary>
[StructLayout(LayoutKind.Sequential, Size = 64)]
public struct IdentityEntry
{
    public Name Name;

    /// <summary>Physical address of its <see cref="Identity"/>.</summary>
    public ulong Address;

    /// <summary>Code, memory map, devices, anchors.</summary>
    public RangeCounts Counts;
}

/// <summary>How many ranges of memory each of four measurements has.</summary>
[InlineArray(4)]
public struct RangeCounts
{
    private ulong _first;
}

[InlineArray(Limits.Identities)]
public struct IdentityEntries
{
    private IdentityEntry _first;
}

[InlineArray(Limits.MeasuredRanges)]
public struct MeasuredRanges
{
    private MemoryRange _first;
}

[InlineArray(32)]
public struct SecretBytes
{
    private byte _first;
}

[InlineArray(1024)]
public struct DeviceCertificate
{
    private byte _first;
}

[InlineArray(Identity.CertificateCount)]
public struct CertificateSizes
{
    private ulong _first;
}

[InlineArray(3072)]
public struct CertificateChain
{
    private byte _first;
}
