namespace Redoubt.Systems;

/// <summary>The pinpad's first message of TLS, as a record (RFC 5246, 6.2.1 and 7.4.1.2); it names no session.</summary>
internal static class ClientHello
{
    /// <summary>Places of the version, of the session's size and of the suites' size.</summary>
    public const int Version = 9, SessionSize = 43, SuitesSize = 44;

    /// <summary>The suites that the pinpad offers.</summary>
    public static readonly byte[] Suites = [0xc0, 0x2b, 0xcc, 0xa9];

    /// <summary>What may be made of it that would be less.</summary>
    public static readonly IReadOnlyList<(string What, Func<byte[], byte[]> Change)> Downgrades =
    [
        ("TLS 1.1", bytes => With(bytes, Version + 1, 2)),
        ("TLS 1.0", bytes => With(bytes, Version + 1, 1)),
        ("the second suite only", bytes => Offer(bytes, [0xcc, 0xa9, 0xcc, 0xa9])),
        ("a suite without encryption", bytes => Offer(bytes, [0xc0, 0x06, 0xc0, 0x06])),
        ("a suite of TLS 1.0", bytes => Offer(bytes, [0xc0, 0x09, 0xc0, 0x0a])),
        ("a session's name", bytes => With(bytes, SessionSize - 1, 7)),
    ];

    /// <summary>The types of its extensions: behind the suites, the one compression method and the size of all.</summary>
    public static IEnumerable<int> Extensions(byte[] hello)
    {
        for (int at = SuitesSize + 2 + Suites.Length + 2 + 2; at < hello.Length; at += 4 + (hello[at + 2] << 8 | hello[at + 3]))
            yield return hello[at] << 8 | hello[at + 1];
    }

    /// <summary>For <see cref="PadRelay.Change"/>: the first piece towards the bank is another.</summary>
    public static Func<bool, byte[], byte[]> Change(Func<byte[], byte[]> change)
    {
        bool isFirst = true;
        return (toBank, bytes) =>
        {
            bool isHello = toBank && isFirst;
            isFirst &= !toBank;
            return isHello ? change(bytes) : bytes;
        };
    }

    private static byte[] With(byte[] bytes, int place, byte value) => [.. bytes[..place], value, .. bytes[(place + 1)..]];

    private static byte[] Offer(byte[] bytes, byte[] suites)
    {
        int at = bytes.AsSpan().IndexOf(Suites);
        return [.. bytes[..at], .. suites, .. bytes[(at + suites.Length)..]];
    }
}
