using System.Security.Cryptography;

namespace Redoubt.Bank.Tests.Simulation;

/// <summary>A maker of devices: its root.</summary>
internal sealed class SimulatedMaker
{
    public ECDsa Key { get; } = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public byte[] Root => new Certificate
    {
        Key = Key,
        IssuerKey = Key,
        Extensions = [Certificate.SubjectKeyId(Key), Certificate.KeyUsage(4), Certificate.Authority()],
    }.Encode();
}

/// <summary>A device that was started once: four certificates, and what they are made of, to be bent.</summary>
internal sealed class SimulatedDevice
{
    public SimulatedDevice(SimulatedMaker maker, ECDsa? uds = null)
    {
        (Maker, Uds) = (maker, uds ?? ECDsa.Create(ECCurve.NamedCurves.nistP256));
    }

    public SimulatedMaker Maker { get; }

    public ECDsa Uds { get; }

    public ECDsa Microvisor { get; } = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public ECDsa Partition { get; } = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public ECDsa Leaf { get; } = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public Measurements System { get; init; } = new();

    public int MicrovisorMode { get; init; } = 1;

    public int PartitionMode { get; init; } = 1;

    public string Built { get; init; } = "261101000000Z";

    public byte[] Ueid => [1, .. SHA256.HashData(Certificate.PointOf(Uds))];

    public Certificate UdsCertificate => new() { Key = Uds, IssuerKey = Maker.Key, Extensions = Issuer(Uds, Maker.Key, null) };

    public Certificate MicrovisorCertificate => new()
    {
        Key = Microvisor,
        IssuerKey = Uds,
        NotBefore = Built,
        Extensions = [.. Issuer(Microvisor, Uds, null), new(DiceWriter.Oid, true, DiceWriter.Input(System.Code, DiceWriter.MicrovisorDescriptor(System), MicrovisorMode))],
    };

    public Certificate PartitionCertificate => new()
    {
        Key = Partition,
        IssuerKey = Microvisor,
        NotBefore = Built,
        Extensions = [.. Issuer(Partition, Microvisor, 0), new(DiceWriter.Oid, true, DiceWriter.Input(System.PinPadCode, DiceWriter.PartitionDescriptor(System), PartitionMode))],
    };

    public Certificate LeafCertificate => new()
    {
        Key = Leaf,
        IssuerKey = Partition,
        NotBefore = Built,
        Extensions = [Certificate.AuthorityKeyId(Partition), Certificate.SubjectKeyId(Leaf), Certificate.KeyUsage(0x80), Certificate.ClientAuthentication()],
    };

    /// <summary>Leaf first, as it is sent.</summary>
    public byte[][] Chain => [LeafCertificate.Encode(), PartitionCertificate.Encode(), MicrovisorCertificate.Encode(), UdsCertificate.Encode()];

    private static Certificate.Extension[] Issuer(ECDsa key, ECDsa issuer, int? pathLength) =>
        [Certificate.AuthorityKeyId(issuer), Certificate.SubjectKeyId(key), Certificate.KeyUsage(4), Certificate.Authority(pathLength)];
}
