using System;
using System.Runtime.CompilerServices;
using Redoubt.Abi;
using Redoubt.Dice;
using Redoubt.PinPad.Tls;

namespace Redoubt.PinPad;

/// <summary>
/// What the pinpad is: a key of its own that exists since its start only, certified by the identity that measured boot gave, which is then wiped; and secrets that it
/// draws from the seed that nobody else knows.
/// </summary>
internal static unsafe class Credentials
{
    private static Workspace s_room;
    private static CertificateIssuer s_issuer;
    private static CertificateContent s_content;
    private static Layer s_own, s_leaf;
    private static CertificateBytes s_certificate;
    private static CertificateChain s_chain;
    private static Digest s_seed, s_key;
    private static TlsIdentity s_identity;
    private static DeviceKeyBytes s_deviceKey;
    private static ulong s_draws;

    /// <summary>What TLS shows.</summary>
    public static TlsIdentity* Identity
    {
        get
        {
            fixed (TlsIdentity* identity = &s_identity)
                return identity;
        }
    }

    /// <summary>The leaf's private key.</summary>
    public static ReadOnlySpan<byte> Key => s_key;

    /// <summary>Public key of the device: of the last certificate of the chain.</summary>
    public static ReadOnlySpan<byte> DeviceKey => s_deviceKey;

    /// <summary>The image's day, as days from 2000-01-01 on: it is not earlier.</summary>
    public static uint Day { get; private set; }

    /// <summary>Makes the key and its certificate, and wipes the identity. False if there is none, or no seed.</summary>
    public static bool Make(Identity* identity, ref readonly Manifest manifest)
    {
        if (identity->Magic != Abi.Identity.MagicValue || manifest.Seeded != 1)
            return false;
        fixed (Seed* seed = &manifest.Seed)
            new ReadOnlySpan<byte>(seed, Sha256.Size).CopyTo(s_seed);
        s_room.Prepare();
        s_own.StartFromKey(ref s_room, identity->PrivateKey);
        Digest drawn = default;
        Draw(drawn);
        ulong guard = 0;
        for (int i = 0; i < sizeof(ulong); i++)
            guard = guard << 8 | drawn[i];
        CRuntime.SetStackGuard(guard);
        Draw(drawn);
        Ecdsa ecdsa = default;
        ecdsa.Derive(drawn, s_key);
        s_leaf.StartFromKey(ref s_room, s_key);
        s_content.Kind = CertificateKind.Client;
        s_content.NotBefore = identity->BuildDate;
        int size = s_issuer.Issue(ref s_room, in s_own, in s_leaf, in s_content, s_certificate);
        ReadOnlySpan<byte> chain = identity->Certificates;
        chain.CopyTo(s_chain);
        Name date = identity->BuildDate;
        Day = DayOf(in date);
        Keep(size, in identity->Sizes);

        // Before the first byte goes to the network, nobody can certify another key.
        s_own.Wipe();
        s_leaf.Wipe();
        s_room = default;
        new Span<byte>(identity, sizeof(Identity)).Clear();
        ((Span<byte>)drawn).Clear();
        return size != 0;
    }

    /// <summary>Draws 32 bytes that are used once: SHA-256 of the seed, a count and a label.</summary>
    public static void Draw(Span<byte> output)
    {
        Sha256 hash = default;
        hash.Reset();
        hash.Append(s_seed);
        for (int i = 0; i < 64; i += 8)
            hash.Append((byte)(s_draws >> i));
        hash.Append("redoubt pinpad"u8);
        hash.Finish(output);
        s_draws++;
    }

    private static void Keep(int leafSize, ref readonly CertificateSizes sizes)
    {
        fixed (CertificateBytes* leaf = &s_certificate)
        fixed (CertificateChain* chain = &s_chain)
        fixed (Digest* key = &s_key)
        {
            s_identity.Certificates[0].Data = (byte*)leaf;
            s_identity.Certificates[0].Size = (ulong)leafSize;
            byte* at = (byte*)chain;
            for (int i = 0; i < Abi.Identity.CertificateCount; i++)
            {
                s_identity.Certificates[1 + i].Data = at;
                s_identity.Certificates[1 + i].Size = sizes[i];
                at += sizes[i];
            }

            s_identity.Key = (byte*)key;
        }

        TakeDeviceKey(new ReadOnlySpan<byte>(s_identity.Certificates[3].Data, (int)s_identity.Certificates[3].Size));
    }

    // The chain comes from the loader: the first uncompressed key in the device's certificate is the device's.
    private static void TakeDeviceKey(ReadOnlySpan<byte> certificate)
    {
        ReadOnlySpan<byte> before = [0x03, 0x42, 0x00, 0x04];
        for (int i = 0; i + before.Length + Ecdsa.PublicSize - 1 <= certificate.Length; i++)
        {
            if (!Protocol.Characters.IsSame(certificate.Slice(i, before.Length), before))
                continue;
            certificate.Slice(i + 3, Ecdsa.PublicSize).CopyTo(s_deviceKey);
            return;
        }
    }

    // YYMMDD of the years 2000 to 2049
    private static uint DayOf(in Name date)
    {
        uint year = Number(in date, 0), month = Number(in date, 16), day = Number(in date, 32);
        uint days = year * 365 + (year + 3) / 4 + day - 1;
        ReadOnlySpan<byte> lengths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
        for (int i = 1; i < (int)month && i <= lengths.Length; i++)
            days += lengths[i - 1];
        return month > 2 && year % 4 == 0 ? days + 1 : days;
    }

    private static uint Number(in Name date, int shift) => (uint)((date.Low >> shift & 15) * 10 + (date.Low >> (shift + 8) & 15));

    [InlineArray(CertificateIssuer.Largest)]
    private struct CertificateBytes
    {
        private byte _first;
    }

    [InlineArray(Ecdsa.PublicSize)]
    private struct DeviceKeyBytes
    {
        private byte _first;
    }
}
