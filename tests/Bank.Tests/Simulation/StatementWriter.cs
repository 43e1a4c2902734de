using System.Formats.Cbor;
using System.Security.Cryptography;

namespace Redoubt.Bank.Tests.Simulation;

/// <summary>A statement to be made: EAT in COSE_Sign1.</summary>
internal sealed record StatementWriter
{
    public byte[] Nonce { get; init; } = new byte[32];

    public byte[] Ueid { get; init; } = new byte[33];

    public int DebugStatus { get; init; } = 2;

    public string Profile { get; init; } = "tag:redoubt.example,2026:pin-entry:1";

    public byte[] Txid { get; init; } = new byte[16];

    public int Outcome { get; init; }

    public byte[] TransactionHash { get; init; } = new byte[32];

    public byte[] Payload => Cbor(writer =>
    {
        writer.WriteStartMap(5);
        writer.WriteInt32(10);
        writer.WriteByteString(Nonce);
        writer.WriteInt32(256);
        writer.WriteByteString(Ueid);
        writer.WriteInt32(263);
        writer.WriteInt32(DebugStatus);
        writer.WriteInt32(265);
        writer.WriteTextString(Profile);
        writer.WriteInt32(-80101);
        writer.WriteStartMap(3);
        writer.WriteInt32(1);
        writer.WriteByteString(Txid);
        writer.WriteInt32(2);
        writer.WriteInt32(Outcome);
        writer.WriteInt32(3);
        writer.WriteByteString(TransactionHash);
        writer.WriteEndMap();
        writer.WriteEndMap();
    });

    public byte[] Encode(ECDsa key)
    {
        byte[] payload = Payload;
        byte[] signed = Cbor(writer =>
        {
            writer.WriteStartArray(4);
            writer.WriteTextString("Signature1");
            writer.WriteByteString([0xa1, 0x01, 0x26]);
            writer.WriteByteString([]);
            writer.WriteByteString(payload);
            writer.WriteEndArray();
        });
        return Sealed(payload, key.SignData(signed, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation));
    }

    public static byte[] Sealed(byte[] payload, byte[] signature) => Cbor(writer =>
    {
        writer.WriteTag((CborTag)18);
        writer.WriteStartArray(4);
        writer.WriteByteString([0xa1, 0x01, 0x26]);
        writer.WriteStartMap(0);
        writer.WriteEndMap();
        writer.WriteByteString(payload);
        writer.WriteByteString(signature);
        writer.WriteEndArray();
    });

    private static byte[] Cbor(Action<CborWriter> write)
    {
        CborWriter writer = new(CborConformanceMode.Canonical);
        write(writer);
        return writer.Encode();
    }
}
