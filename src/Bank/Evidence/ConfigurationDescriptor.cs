using System.Formats.Cbor;
using Redoubt.Bank.Protocol;

namespace Redoubt.Bank.Evidence;

/// <summary>What a layer was configured as, beside its code.</summary>
/// <param name="Name">The component.</param>
/// <param name="SecurityVersion">Raised when older ones must not be accepted any more.</param>
/// <param name="MemoryMap">Measurement of the translation tables.</param>
/// <param name="Devices">Measurement of what says who has which device.</param>
/// <param name="Environment">Measurement of the services (microvisor), or of the bank anchors (partition).</param>
public sealed record ConfigurationDescriptor(string Name, int SecurityVersion, byte[] MemoryMap, byte[] Devices, byte[] Environment)
{
    private const long NameKey = -70002, SecurityVersionKey = -70005, MemoryMapKey = -80001, DevicesKey = -80002, ServicesKey = -80003, AnchorsKey = -80004;

    /// <summary>The greatest security version.</summary>
    internal const int MostVersion = 65535;

    private const int HashSize = 32;

    /// <summary>Reads the descriptor of the microvisor.</summary>
    /// <exception cref="MalformedException">It is none.</exception>
    public static ConfigurationDescriptor DecodeMicrovisor(ReadOnlyMemory<byte> bytes) => Decode(bytes, ServicesKey);

    /// <summary>Reads the descriptor of a partition.</summary>
    /// <exception cref="MalformedException">It is none.</exception>
    public static ConfigurationDescriptor DecodePartition(ReadOnlyMemory<byte> bytes) => Decode(bytes, AnchorsKey);

    private static ConfigurationDescriptor Decode(ReadOnlyMemory<byte> bytes, long environmentKey) => DeterministicCbor.Read(bytes, reader =>
    {
        reader.BeginMap(5);
        ConfigurationDescriptor descriptor = new(
            reader.At(NameKey).ReadTextString(),
            reader.At(SecurityVersionKey).Number(MostVersion),
            reader.At(MemoryMapKey).Bytes(HashSize),
            reader.At(DevicesKey).Bytes(HashSize),
            reader.At(environmentKey).Bytes(HashSize));
        reader.ReadEndMap();
        return descriptor;
    });
}
