using System.Formats.Cbor;
using System.Security.Cryptography;
using Redoubt.Bank.Protocol;

namespace Redoubt.Bank.Evidence;

/// <summary>An Entity Attestation Token (RFC 9711) in a COSE_Sign1 (RFC 9052): the device's word that this transaction was confirmed.</summary>
/// <param name="Nonce">eat_nonce, 32 bytes.</param>
/// <param name="Ueid">ueid, 33 bytes.</param>
/// <param name="DebugStatus">dbgstat.</param>
/// <param name="Txid">The transaction.</param>
/// <param name="Outcome">How its entry ended.</param>
/// <param name="TransactionHash">Hash of the transaction's bytes as the device received them.</param>
public sealed record Statement(byte[] Nonce, byte[] Ueid, int DebugStatus, byte[] Txid, Outcome Outcome, byte[] TransactionHash)
{
    /// <summary>dbgstat "disabled since boot" (RFC 9711, 4.2.9).</summary>
    public const int DebugDisabled = 2;

    /// <summary>Bytes of a nonce.</summary>
    public const int NonceSize = 32;

    private const string EatProfile = "tag:redoubt.example,2026:pin-entry:1";

    private const long NonceClaim = 10, UeidClaim = 256, DebugStatusClaim = 263, ProfileClaim = 265, PrivateClaim = -80101;

    private const int SignatureSize = 64, UeidSize = 33, HashSize = 32, MostDebugStatus = 4;

    private const CborTag Sign1Tag = (CborTag)18;

    /// <summary>What the signature is over: its Sig_structure.</summary>
    private byte[] Signed { get; init; } = [];

    private byte[] Signature { get; init; } = [];

    /// <summary>The only protected header there is: { alg: ES256 }.</summary>
    private static ReadOnlySpan<byte> ProtectedHeader => [0xa1, 0x01, 0x26];

    /// <summary>Reads a statement. Its signature is not checked by that.</summary>
    /// <exception cref="MalformedException">It is none.</exception>
    public static Statement Decode(ReadOnlyMemory<byte> bytes)
    {
        (byte[] payload, byte[] signature) = DeterministicCbor.Read(bytes, reader =>
        {
            if (reader.ReadTag() != Sign1Tag)
                throw new MalformedException("it is no COSE_Sign1");
            reader.BeginArray(4);
            if (!reader.ReadByteString().AsSpan().SequenceEqual(ProtectedHeader))
                throw new MalformedException("the protected header is not ES256 alone");
            reader.BeginMap(0);
            reader.ReadEndMap();
            byte[] payload = reader.ReadByteString();
            byte[] signature = reader.Bytes(SignatureSize);
            reader.ReadEndArray();
            return (payload, signature);
        });
        return DeterministicCbor.Read(payload, ReadClaims) with { Signed = SigStructure(payload), Signature = signature };
    }

    /// <summary>Whether the statement was signed with the key of this certificate.</summary>
    public bool IsSignedBy(ECDsa key) => key.VerifyData(Signed, Signature, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);

    private static Statement ReadClaims(CborReader reader)
    {
        reader.BeginMap(5);
        byte[] nonce = reader.At(NonceClaim).Bytes(NonceSize);
        byte[] ueid = reader.At(UeidClaim).Bytes(UeidSize);
        int debugStatus = reader.At(DebugStatusClaim).Number(MostDebugStatus);
        if (reader.At(ProfileClaim).ReadTextString() != EatProfile)
            throw new MalformedException("the EAT has another profile");
        reader.At(PrivateClaim).BeginMap(3);
        Statement statement = new(
            nonce,
            ueid,
            debugStatus,
            reader.At(1).Bytes(Identifier.Size),
            (Outcome)reader.At(2).Number((int)Outcome.Malformed),
            reader.At(3).Bytes(HashSize));
        reader.ReadEndMap();
        reader.ReadEndMap();
        return statement;
    }

    /// <summary>RFC 9052, 4.4.</summary>
    private static byte[] SigStructure(byte[] payload) => DeterministicCbor.Write(writer =>
    {
        writer.WriteStartArray(4);
        writer.WriteTextString("Signature1");
        writer.WriteByteString(ProtectedHeader);
        writer.WriteByteString([]);
        writer.WriteByteString(payload);
        writer.WriteEndArray();
    });
}
