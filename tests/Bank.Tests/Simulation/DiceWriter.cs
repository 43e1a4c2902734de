using System.Formats.Asn1;
using System.Formats.Cbor;
using System.Security.Cryptography;

namespace Redoubt.Bank.Tests.Simulation;

/// <summary>OpenDiceInput and configuration descriptors, as docs/pin-entry.md has them.</summary>
internal static class DiceWriter
{
    public const string Oid = "1.3.6.1.4.1.11129.2.1.24";

    public static byte[] MicrovisorDescriptor(Measurements system) => Descriptor("microvisor", system.SecurityVersion, system.MemoryMap, system.Devices, -80003, system.Services);

    public static byte[] PartitionDescriptor(Measurements system) => Descriptor("pinpad", system.SecurityVersion, system.PinPadMemoryMap, system.PinPadDevices, -80004, system.Anchors);

    public static byte[] Descriptor(string name, int version, byte[] memoryMap, byte[] devices, int environmentKey, byte[] environment)
    {
        CborWriter writer = new(CborConformanceMode.Canonical);
        writer.WriteStartMap(5);
        writer.WriteInt32(-70002);
        writer.WriteTextString(name);
        writer.WriteInt32(-70005);
        writer.WriteInt32(version);
        writer.WriteInt32(-80001);
        writer.WriteByteString(memoryMap);
        writer.WriteInt32(-80002);
        writer.WriteByteString(devices);
        writer.WriteInt32(environmentKey);
        writer.WriteByteString(environment);
        writer.WriteEndMap();
        return writer.Encode();
    }

    /// <summary>The extension's value.</summary>
    public static byte[] Input(byte[] code, byte[] descriptor, int mode) => Certificate.Der(writer =>
    {
        using (writer.PushSequence())
        {
            Field(writer, 0, field => field.WriteOctetString(Padded(code)));
            Field(writer, 2, field => field.WriteOctetString(Padded(SHA256.HashData(descriptor))));
            Field(writer, 3, field => field.WriteOctetString(descriptor));
            Field(writer, 4, field => field.WriteOctetString(new byte[64]));
            Field(writer, 6, field => field.WriteInteger(mode));
        }
    });

    private static void Field(AsnWriter writer, int tag, Action<AsnWriter> write)
    {
        using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, tag)))
            write(writer);
    }

    private static byte[] Padded(byte[] hash) => [.. hash, .. new byte[32]];
}
