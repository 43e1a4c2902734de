using System;
using System.Runtime.CompilerServices;
using Redoubt.Abi;
using Redoubt.PinPad.Protocol;

namespace Redoubt.PinPad.Tls;

/// <summary>What a client shows of itself: its key, its certificate and those that lead to the maker.</summary>
internal unsafe struct TlsIdentity
{
    /// <summary>Certificates in the order of TLS: leaf, partition, microvisor, device.</summary>
    public const int CertificateCount = 4;

    public Chain Certificates;

    /// <summary>The leaf's private key, 32 bytes.</summary>
    public byte* Key;

    [InlineArray(CertificateCount)]
    public struct Chain
    {
        private Certificate _first;
    }
}

/// <summary>
/// A client of TLS 1.2 with two suites, one curve, no resumption and no renegotiation (docs/pin-entry.md), over whatever carries bytes. One connection at a time:
/// memory is static.
/// </summary>
internal static unsafe class TlsClient
{
    // Days from the year 0 to 2000-01-01, as BearSSL counts
    private const uint DaysTo2000 = 730_485;

    private static Client s_client;
    private static X509 s_x509;
    private static Buffer s_buffer;
    private static TrustAnchor s_anchor;
    private static PrivateKey s_key;
    private static HostName s_host;
    private static Suites s_suites;

    private static byte* Engine
    {
        get
        {
            fixed (Client* client = &s_client)
                return (byte*)client;
        }
    }

    /// <summary>What can be done, bits of <see cref="BearSsl"/>; <see cref="BearSsl.Closed"/> when the connection is over, however that came.</summary>
    public static uint State => BearSsl.State(Engine);

    /// <summary>Begins a connection.</summary>
    /// <param name="bank">Whom to trust, and by which name. The spans must stay.</param>
    /// <param name="identity">Who this is.</param>
    /// <param name="seed">32 bytes that nobody knows, and that are used once.</param>
    /// <param name="day">The day that certificates must be valid at, as days from 2000-01-01 on.</param>
    public static bool Start(scoped in BankAnchor bank, TlsIdentity* identity, scoped ReadOnlySpan<byte> seed, uint day)
    {
        byte* engine = Engine;
        fixed (byte* subject = bank.Subject, key = bank.Key, entropy = seed)
        fixed (X509* x509 = &s_x509)
        fixed (TrustAnchor* anchor = &s_anchor)
        fixed (PrivateKey* own = &s_key)
        fixed (HostName* host = &s_host)
        fixed (Buffer* buffer = &s_buffer)
        fixed (Suites* suites = &s_suites)
        {
            anchor->Subject = subject;
            anchor->SubjectSize = (ulong)bank.Subject.Length;
            anchor->Flags = BearSsl.AuthorityFlag;
            anchor->KeyType = BearSsl.KeyTypeEc;
            anchor->Curve = BearSsl.P256;
            anchor->Key = key;
            anchor->KeySize = (ulong)bank.Key.Length;
            BearSsl.Initialise(engine, (byte*)x509, anchor, 1);
            *(ushort*)(engine + BearSsl.VersionLeast) = BearSsl.Tls12;
            *(ushort*)(engine + BearSsl.VersionMost) = BearSsl.Tls12;
            *(uint*)(engine + BearSsl.Flags) |= BearSsl.NoRenegotiation;
            *(void**)(engine + BearSsl.Curves) = BearSsl.P256Only;
            *(uint*)((byte*)x509 + BearSsl.Days) = DaysTo2000 + day;
            *(uint*)((byte*)x509 + BearSsl.Seconds) = 0;
            (*suites)[0] = 0xc02b;
            (*suites)[1] = 0xcca9;
            BearSsl.SetSuites(engine, (ushort*)suites, 2);

            own->Curve = BearSsl.P256;
            own->Number = identity->Key;
            own->Size = Dice.Ecdsa.PrivateSize;
            BearSsl.SetKey(engine, (Certificate*)&identity->Certificates, TlsIdentity.CertificateCount, own, BearSsl.KeyTypeSign, BearSsl.KeyTypeEc, BearSsl.P256Only, BearSsl.Ecdsa);
            BearSsl.SetBuffer(engine, (byte*)buffer, BearSsl.BufferSize, 1);
            BearSsl.InjectEntropy(engine, entropy, (ulong)seed.Length);
            Span<byte> name = *host;
            name.Clear();
            bank.Host.CopyTo(name);
            return BearSsl.Reset(engine, (byte*)host, 0) != 0;
        }
    }

    /// <summary>Bytes for the network, in place; empty if there are none now.</summary>
    public static ReadOnlySpan<byte> Outgoing
    {
        get
        {
            ulong size;
            byte* bytes = BearSsl.RecordsToSend(Engine, &size);
            return bytes == null ? default : new ReadOnlySpan<byte>(bytes, (int)size);
        }
    }

    /// <summary>So many of <see cref="Outgoing"/> are on their way.</summary>
    public static void Sent(int count) => BearSsl.RecordsSent(Engine, (ulong)count);

    /// <summary>Takes bytes from the network; returns how many.</summary>
    public static int Receive(scoped ReadOnlySpan<byte> bytes)
    {
        ulong room;
        byte* to = BearSsl.RoomForRecords(Engine, &room);
        if (to == null)
            return 0;
        int count = bytes.Length < (int)room ? bytes.Length : (int)room;
        bytes.Slice(0, count).CopyTo(new Span<byte>(to, count));
        BearSsl.RecordsReceived(Engine, (ulong)count);
        return count;
    }

    /// <summary>Takes data for the other end; returns how much.</summary>
    public static int Write(scoped ReadOnlySpan<byte> data)
    {
        ulong room;
        byte* to = BearSsl.RoomForData(Engine, &room);
        if (to == null)
            return 0;
        int count = data.Length < (int)room ? data.Length : (int)room;
        data.Slice(0, count).CopyTo(new Span<byte>(to, count));
        BearSsl.DataWritten(Engine, (ulong)count);
        return count;
    }

    /// <summary>What was written goes out now.</summary>
    public static void Flush() => BearSsl.Flush(Engine, 0);

    /// <summary>Reads data of the other end; returns how much.</summary>
    public static int Read(Span<byte> data)
    {
        ulong size;
        byte* from = BearSsl.Data(Engine, &size);
        if (from == null)
            return 0;
        int count = data.Length < (int)size ? data.Length : (int)size;
        new ReadOnlySpan<byte>(from, count).CopyTo(data);
        BearSsl.DataRead(Engine, (ulong)count);
        return count;
    }

    /// <summary>Says goodbye to the other end.</summary>
    public static void Close() => BearSsl.Close(Engine);

    /// <summary>Forgets the connection, its keys and what went through it.</summary>
    public static void Wipe()
    {
        ((Span<byte>)s_client).Clear();
        ((Span<byte>)s_x509).Clear();
        ((Span<byte>)s_buffer).Clear();
    }

    [InlineArray(BearSsl.ClientSize)]
    private struct Client
    {
        private byte _first;
    }

    [InlineArray(BearSsl.X509Size)]
    private struct X509
    {
        private byte _first;
    }

    [InlineArray(BearSsl.BufferSize)]
    private struct Buffer
    {
        private byte _first;
    }

    [InlineArray(2)]
    private struct Suites
    {
        private ushort _first;
    }

    // Up to 64 characters and a zero
    [InlineArray(72)]
    private struct HostName
    {
        private byte _first;
    }
}
