using System;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Redoubt.Dice;

/// <summary>Room for the work of the other types. Its content is secret.</summary>
public struct Workspace
{
    internal Sha256 Hash;
    internal Hmac Hmac;
    internal Ecdsa Ecdsa;

    /// <summary>Makes the tables that signatures need; comes first.</summary>
    public void Prepare() => Ecdsa.Prepare();
}

/// <summary>What one layer of the Open Profile for DICE has: a secret, and what is derived from it.</summary>
public struct Layer
{
    /// <summary>Bytes of an ID.</summary>
    public const int IdSize = 20;

    private Digest _secret, _privateKey;
    private PublicKeyBytes _publicKey;
    private IdBytes _id;

    private static ReadOnlySpan<byte> KeySalt =>
    [
        0x63, 0xb6, 0xa0, 0x4d, 0x2c, 0x07, 0x7f, 0xc1, 0x0f, 0x63, 0x9f, 0x21, 0xda, 0x79, 0x38, 0x44, 0x35, 0x6c, 0xc2, 0xb0, 0xb4, 0x41, 0xb3, 0xa7, 0x71, 0x24, 0x03, 0x5c,
        0x03, 0xf8, 0xe1, 0xbe, 0x60, 0x35, 0xd3, 0x1f, 0x28, 0x28, 0x21, 0xa7, 0x45, 0x0a, 0x02, 0x22, 0x2a, 0xb1, 0xb3, 0xcf, 0xf1, 0x67, 0x9b, 0x05, 0xab, 0x1c, 0xa5, 0xd1,
        0xaf, 0xfb, 0x78, 0x9c, 0xcd, 0x2b, 0x0b, 0x3b,
    ];

    private static ReadOnlySpan<byte> IdSalt =>
    [
        0xdb, 0xdb, 0xae, 0xbc, 0x80, 0x20, 0xda, 0x9f, 0xf0, 0xdd, 0x5a, 0x24, 0xc8, 0x3a, 0xa5, 0xa5, 0x42, 0x86, 0xdf, 0xc2, 0x63, 0x03, 0x1e, 0x32, 0x9b, 0x4d, 0xa1, 0x48,
        0x43, 0x06, 0x59, 0xfe, 0x62, 0xcd, 0xb5, 0xb7, 0xe1, 0xe0, 0x0f, 0xc6, 0x80, 0x30, 0x67, 0x11, 0xeb, 0x44, 0x4a, 0xf7, 0x72, 0x09, 0x35, 0x94, 0x96, 0xfc, 0xff, 0x1d,
        0xb9, 0x52, 0x0b, 0xa5, 0x1c, 0x7b, 0x29, 0xea,
    ];

    /// <summary>The private key.</summary>
    [UnscopedRef]
    public readonly ReadOnlySpan<byte> PrivateKey => _privateKey;

    /// <summary>The public key.</summary>
    [UnscopedRef]
    public readonly ReadOnlySpan<byte> PublicKey => _publicKey;

    /// <summary>Names the public key.</summary>
    [UnscopedRef]
    public readonly ReadOnlySpan<byte> Id => _id;

    /// <summary>The layer of a device secret.</summary>
    public void Start(ref Workspace room, scoped ReadOnlySpan<byte> deviceSecret)
    {
        deviceSecret.Slice(0, Sha256.Size).CopyTo(_secret);
        DeriveKeys(ref room);
    }

    /// <summary>The layer of what the layer before has measured.</summary>
    /// <param name="room">Room.</param>
    /// <param name="previous">The layer before.</param>
    /// <param name="content">What was measured.</param>
    internal void Start(ref Workspace room, ref readonly Layer previous, in CertificateContent content)
    {
        Digest bytes = default;
        Span<byte> digest = bytes;
        room.Hash.Reset();
        room.Hash.Append(content.Code);
        Zeros(ref room.Hash, OpenDice.FieldSize - Sha256.Size);
        room.Hash.Append(content.DescriptorDigest);
        Zeros(ref room.Hash, OpenDice.FieldSize - Sha256.Size);
        Zeros(ref room.Hash, OpenDice.FieldSize);
        room.Hash.Append(OpenDice.Normal);
        Zeros(ref room.Hash, OpenDice.FieldSize);
        room.Hash.Finish(digest);

        Hkdf.Derive(ref room.Hmac, previous._secret, digest, "CDI_Attest"u8, _secret);
        DeriveKeys(ref room);
    }

    /// <summary>A key that is no device's and no code's: the leaf's, or a maker's.</summary>
    public void StartFromKey(ref Workspace room, scoped ReadOnlySpan<byte> privateKey)
    {
        privateKey.CopyTo(_privateKey);
        NameKey(ref room);
    }

    /// <summary>Forgets the secrets.</summary>
    public void Wipe()
    {
        ((Span<byte>)_secret).Clear();
        ((Span<byte>)_privateKey).Clear();
    }

    private void DeriveKeys(ref Workspace room)
    {
        Digest bytes = default;
        Span<byte> seed = bytes;
        Hkdf.Derive(ref room.Hmac, _secret, KeySalt, "Key Pair"u8, seed);
        room.Ecdsa.Derive(seed, _privateKey);
        seed.Clear();
        NameKey(ref room);
    }

    private void NameKey(ref Workspace room)
    {
        room.Ecdsa.Public(_privateKey, _publicKey);
        Hkdf.Derive(ref room.Hmac, _publicKey, IdSalt, "ID"u8, _id);
        // So that the serial number, which it also is, has no byte in front of it.
        _id[0] &= 0x7f;
    }

    private static void Zeros(ref Sha256 hash, int count)
    {
        for (int i = 0; i < count; i++)
            hash.Append(0);
    }

    [InlineArray(Ecdsa.PublicSize)]
    private struct PublicKeyBytes
    {
        private byte _first;
    }

    [InlineArray(IdSize)]
    private struct IdBytes
    {
        private byte _first;
    }
}
