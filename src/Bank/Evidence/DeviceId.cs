using System.Security.Cryptography;

namespace Redoubt.Bank.Evidence;

/// <summary>A device: the hash of its UDS's public key, which stays when its software changes.</summary>
/// <param name="Hash">32 bytes.</param>
public sealed record DeviceId(byte[] Hash)
{
    /// <summary>EAT's type RAND (RFC 9711, 4.2.1.1).</summary>
    private const byte RandomType = 1;

    /// <summary>The device with this public key (an uncompressed point).</summary>
    public static DeviceId Of(ReadOnlySpan<byte> udsPublicKey) => new(SHA256.HashData(udsPublicKey));

    /// <summary>The claim <c>ueid</c>.</summary>
    public byte[] Ueid => [RandomType, .. Hash];

    /// <summary>Compares the hashes.</summary>
    public bool Equals(DeviceId? other) => other is not null && Hash.AsSpan().SequenceEqual(other.Hash);

    /// <inheritdoc/>
    public override int GetHashCode() => BitConverter.ToInt32(Hash);

    /// <summary>The first eight bytes, for people.</summary>
    public override string ToString() => string.Join('-', Convert.ToHexStringLower(Hash.AsSpan(0, 8)).Chunk(4).Select(group => new string(group)));
}
