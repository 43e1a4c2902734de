using System.Runtime;
using System.Runtime.CompilerServices;

namespace Redoubt.PinPad.Tls;

/// <summary>
/// BearSSL 0.6 as Debian builds it for arm64: the functions that are used, and of its structures what its headers set by inline functions. Sizes and offsets are
/// those of its headers for a 64-bit machine.
/// </summary>
internal static unsafe class BearSsl
{
    /// <summary>Bytes of br_ssl_client_context, br_x509_minimal_context, and of buffers for both directions.</summary>
    public const int ClientSize = 3720, X509Size = 3168, BufferSize = 33178;

    /// <summary>In br_ssl_engine_context, with which a client context begins.</summary>
    public const int VersionLeast = 1440, VersionMost = 1442, Flags = 2108, Curves = 3592;

    /// <summary>In br_x509_minimal_context: the time for validity, days since the year 0 and seconds.</summary>
    public const int Days = 348, Seconds = 352;

    /// <summary>TLS 1.2; BR_OPT_NO_RENEGOTIATION.</summary>
    public const int Tls12 = 0x0303, NoRenegotiation = 2;

    /// <summary>BR_SSL_CLOSED, BR_SSL_SENDREC, BR_SSL_RECVREC, BR_SSL_SENDAPP, BR_SSL_RECVAPP.</summary>
    public const uint Closed = 1, SendRecord = 2, ReceiveRecord = 4, SendApplication = 8, ReceiveApplication = 16;

    /// <summary>BR_KEYTYPE_EC, BR_KEYTYPE_SIGN, BR_X509_TA_CA, BR_EC_secp256r1.</summary>
    public const int KeyTypeEc = 2, KeyTypeSign = 32, AuthorityFlag = 1, P256 = 23;

    [RuntimeImport("*", "br_ssl_client_init_full"), MethodImpl(MethodImplOptions.InternalCall)]
    public static extern void Initialise(byte* client, byte* x509, TrustAnchor* anchors, ulong count);

    [RuntimeImport("*", "br_ssl_client_set_single_ec"), MethodImpl(MethodImplOptions.InternalCall)]
    public static extern void SetKey(byte* client, Certificate* chain, ulong count, PrivateKey* key, uint usages, uint issuerKeyType, void* curves, void* sign);

    [RuntimeImport("*", "br_ssl_client_reset"), MethodImpl(MethodImplOptions.InternalCall)]
    public static extern int Reset(byte* client, byte* host, int resume);

    [RuntimeImport("*", "br_ssl_engine_set_suites"), MethodImpl(MethodImplOptions.InternalCall)]
    public static extern void SetSuites(byte* engine, ushort* suites, ulong count);

    [RuntimeImport("*", "br_ssl_engine_set_buffer"), MethodImpl(MethodImplOptions.InternalCall)]
    public static extern void SetBuffer(byte* engine, byte* buffer, ulong size, int bothWays);

    [RuntimeImport("*", "br_ssl_engine_inject_entropy"), MethodImpl(MethodImplOptions.InternalCall)]
    public static extern void InjectEntropy(byte* engine, byte* seed, ulong size);

    [RuntimeImport("*", "br_ssl_engine_current_state"), MethodImpl(MethodImplOptions.InternalCall)]
    public static extern uint State(byte* engine);

    [RuntimeImport("*", "br_ssl_engine_sendrec_buf"), MethodImpl(MethodImplOptions.InternalCall)]
    public static extern byte* RecordsToSend(byte* engine, ulong* size);

    [RuntimeImport("*", "br_ssl_engine_sendrec_ack"), MethodImpl(MethodImplOptions.InternalCall)]
    public static extern void RecordsSent(byte* engine, ulong size);

    [RuntimeImport("*", "br_ssl_engine_recvrec_buf"), MethodImpl(MethodImplOptions.InternalCall)]
    public static extern byte* RoomForRecords(byte* engine, ulong* size);

    [RuntimeImport("*", "br_ssl_engine_recvrec_ack"), MethodImpl(MethodImplOptions.InternalCall)]
    public static extern void RecordsReceived(byte* engine, ulong size);

    [RuntimeImport("*", "br_ssl_engine_sendapp_buf"), MethodImpl(MethodImplOptions.InternalCall)]
    public static extern byte* RoomForData(byte* engine, ulong* size);

    [RuntimeImport("*", "br_ssl_engine_sendapp_ack"), MethodImpl(MethodImplOptions.InternalCall)]
    public static extern void DataWritten(byte* engine, ulong size);

    [RuntimeImport("*", "br_ssl_engine_recvapp_buf"), MethodImpl(MethodImplOptions.InternalCall)]
    public static extern byte* Data(byte* engine, ulong* size);

    [RuntimeImport("*", "br_ssl_engine_recvapp_ack"), MethodImpl(MethodImplOptions.InternalCall)]
    public static extern void DataRead(byte* engine, ulong size);

    [RuntimeImport("*", "br_ssl_engine_flush"), MethodImpl(MethodImplOptions.InternalCall)]
    public static extern void Flush(byte* engine, int force);

    [RuntimeImport("*", "br_ssl_engine_close"), MethodImpl(MethodImplOptions.InternalCall)]
    public static extern void Close(byte* engine);

    // The two are never called from here: their addresses are given to the library.
    [RuntimeImport("*", "br_ec_p256_m31"), MethodImpl(MethodImplOptions.InternalCall)]
    private static extern void CurvesOfP256();

    [RuntimeImport("*", "br_ecdsa_i31_sign_asn1"), MethodImpl(MethodImplOptions.InternalCall)]
    private static extern void SignAsn1();

    /// <summary>The implementation of P-256 and of no other curve.</summary>
    public static void* P256Only => (void*)(delegate*<void>)&CurvesOfP256;

    /// <summary>The implementation of signatures.</summary>
    public static void* Ecdsa => (void*)(delegate*<void>)&SignAsn1;
}

/// <summary>br_x509_certificate.</summary>
internal unsafe struct Certificate
{
    public byte* Data;
    public ulong Size;
}

/// <summary>br_ec_private_key.</summary>
internal unsafe struct PrivateKey
{
    public ulong Curve;
    public byte* Number;
    public ulong Size;
}

/// <summary>br_x509_trust_anchor with a key on a curve.</summary>
internal unsafe struct TrustAnchor
{
    public byte* Subject;
    public ulong SubjectSize;
    public ulong Flags;
    public ulong KeyType;
    public ulong Curve;
    public byte* Key;
    public ulong KeySize;
    private ulong _unused;
}
