using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Redoubt.Bank.Protocol;

namespace Redoubt.Bank.Evidence;

/// <summary>The certificates that a device sent, leaf first, and what is read from them. Nothing of it is believed yet.</summary>
public sealed class DeviceCertificates
{
    /// <summary>Certificates in the client's message: leaf, partition, microvisor, UDS.</summary>
    public const int Count = 4;

    /// <summary>Places in the chain.</summary>
    internal const int Leaf = 0, Partition = 1, Microvisor = 2, Uds = 3;

    private DeviceCertificates(IReadOnlyList<X509Certificate2> all)
    {
        All = all;
        Keys = [.. all.Select(PointOf)];
        PartitionInput = InputOf(all[Partition]);
        PartitionConfiguration = ConfigurationDescriptor.DecodePartition(PartitionInput.Descriptor);
        MicrovisorInput = InputOf(all[Microvisor]);
        MicrovisorConfiguration = ConfigurationDescriptor.DecodeMicrovisor(MicrovisorInput.Descriptor);
        Device = DeviceId.Of(Keys[Uds]);
    }

    /// <summary>The four.</summary>
    public IReadOnlyList<X509Certificate2> All { get; }

    /// <summary>Their public keys, uncompressed points.</summary>
    public IReadOnlyList<byte[]> Keys { get; }

    /// <summary>What the microvisor's certificate says was started.</summary>
    public OpenDiceInput MicrovisorInput { get; }

    /// <summary>How the microvisor was configured.</summary>
    public ConfigurationDescriptor MicrovisorConfiguration { get; }

    /// <summary>What the partition's certificate says was started.</summary>
    public OpenDiceInput PartitionInput { get; }

    /// <summary>How the partition was configured.</summary>
    public ConfigurationDescriptor PartitionConfiguration { get; }

    /// <summary>The device.</summary>
    public DeviceId Device { get; }

    /// <summary>Reads what a device sent, in the order it came.</summary>
    /// <exception cref="MalformedException">It can't be read.</exception>
    public static DeviceCertificates Read(IReadOnlyList<X509Certificate2> sent)
    {
        if (sent.Count != Count)
            throw new MalformedException($"{sent.Count} certificates were sent instead of {Count}");
        try
        {
            return new DeviceCertificates(sent);
        }
        catch (CryptographicException failure)
        {
            throw new MalformedException(failure.Message);
        }
    }

    private static OpenDiceInput InputOf(X509Certificate2 certificate)
    {
        X509Extension extension = certificate.Extensions[OpenDiceInput.Oid] ?? throw new MalformedException("a CDI certificate has no OpenDiceInput");
        return OpenDiceInput.Decode(extension.RawData);
    }

    private static byte[] PointOf(X509Certificate2 certificate)
    {
        PublicKey key = certificate.PublicKey;
        byte[] point = key.EncodedKeyValue.RawData;
        return key.Oid.Value == CertificateProfile.EcPublicKey
            && key.EncodedParameters?.RawData.AsSpan().SequenceEqual(CertificateProfile.Prime256) == true
            && point.Length == CertificateProfile.PointSize
            && point[0] == CertificateProfile.Uncompressed
            ? point
            : throw new MalformedException("a key is not an uncompressed point on P-256");
    }
}
