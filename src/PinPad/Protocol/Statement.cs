using System;
using Redoubt.Dice;

namespace Redoubt.PinPad.Protocol;

/// <summary>The signed statement that a person confirmed a transaction: an Entity Attestation Token (RFC 9711) as COSE_Sign1 (RFC 9052), ES256.</summary>
public static class Statement
{
    /// <summary>Bytes that suffice for one.</summary>
    public const int Largest = 320;

    private const int NonceClaim = 10, UeidClaim = 256, DebugClaim = 263, ProfileClaim = 265, PrivateClaim = -80101;
    private const int UeidRandom = 1, DisabledSinceBoot = 2, Sign1Tag = 18;

    private static ReadOnlySpan<byte> Protected => [0xa1, 0x01, 0x26];

    /// <summary>Makes the statement that a transaction was confirmed; returns its size.</summary>
    /// <param name="room">Room, prepared.</param>
    /// <param name="key">The leaf's private key.</param>
    /// <param name="device">Public key of the UDS certificate.</param>
    /// <param name="nonce">The bank's nonce.</param>
    /// <param name="id">The transaction's id.</param>
    /// <param name="transaction">The transaction's message as it came.</param>
    /// <param name="output">Receives the statement.</param>
    public static int Make(
        ref Signer room, scoped ReadOnlySpan<byte> key, scoped ReadOnlySpan<byte> device, scoped ReadOnlySpan<byte> nonce, scoped ReadOnlySpan<byte> id,
        scoped ReadOnlySpan<byte> transaction, Span<byte> output)
    {
        Span<byte> payload = room.Payload;
        payload = payload.Slice(0, WritePayload(ref room.Hash, payload, device, nonce, id, transaction));

        // Sig_structure: the digest is of its encoding
        Span<byte> signed = room.Structure;
        CborWriter structure = new(signed);
        structure.Array(4);
        structure.Text("Signature1"u8);
        structure.Bytes(Protected);
        structure.Bytes(default);
        structure.Bytes(payload);
        Digest bytes = default;
        Span<byte> digest = bytes;
        room.Hash.Reset();
        room.Hash.Append(structure.Written);
        room.Hash.Finish(digest);
        Span<byte> signature = room.Signature;
        room.Ecdsa.Sign(key, digest, signature);

        CborWriter writer = new(output);
        writer.Tag(Sign1Tag);
        writer.Array(4);
        writer.Bytes(Protected);
        writer.Map(0);
        writer.Bytes(payload);
        writer.Bytes(signature);
        return writer.Written.Length;
    }

    private static int WritePayload(
        ref Sha256 hash, Span<byte> output, scoped ReadOnlySpan<byte> device, scoped ReadOnlySpan<byte> nonce, scoped ReadOnlySpan<byte> id, scoped ReadOnlySpan<byte> transaction)
    {
        Digest bytes = default;
        Span<byte> digest = bytes;
        CborWriter writer = new(output);
        writer.Map(5);
        writer.Number(NonceClaim);
        writer.Bytes(nonce);
        writer.Number(UeidClaim);
        hash.Reset();
        hash.Append(device);
        hash.Finish(digest);
        // A byte string of 33 bytes
        writer.Raw([0x58, 33, UeidRandom]);
        writer.Raw(digest);
        writer.Number(DebugClaim);
        writer.Number(DisabledSinceBoot);
        writer.Number(ProfileClaim);
        writer.Text("tag:redoubt.example,2026:pin-entry:1"u8);
        writer.Number(PrivateClaim);
        writer.Map(3);
        writer.Number(1);
        writer.Bytes(id);
        writer.Number(2);
        writer.Number((long)Outcome.Ok);
        writer.Number(3);
        hash.Reset();
        hash.Append(transaction);
        hash.Finish(digest);
        writer.Bytes(digest);
        return writer.Written.Length;
    }
}
