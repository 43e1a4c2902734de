using System.Formats.Cbor;

namespace Redoubt.Bank.Protocol;

/// <summary>CBOR in the core deterministic encoding (RFC 8949, 4.2.1): one value has one encoding, and nothing else is read.</summary>
/// <remarks>
/// The order of map keys is the shorter first here (RFC 8949, 4.2.3). For the keys of this protocol both orders are the same, and each map is read key by key.
/// </remarks>
internal static class DeterministicCbor
{
    /// <summary>Reads one item that fills <paramref name="bytes"/>.</summary>
    /// <exception cref="MalformedException">It is not deterministic CBOR, not what <paramref name="read"/> expects, or more follows.</exception>
    public static T Read<T>(ReadOnlyMemory<byte> bytes, Func<CborReader, T> read)
    {
        try
        {
            CborReader reader = new(bytes, CborConformanceMode.Canonical);
            T value = read(reader);
            return reader.BytesRemaining == 0 ? value : throw new MalformedException("something follows the CBOR item");
        }
        catch (Exception failure) when (failure is CborContentException or InvalidOperationException or OverflowException)
        {
            throw new MalformedException(failure.Message);
        }
    }

    /// <summary>Begins a map of exactly <paramref name="count"/> entries.</summary>
    public static void BeginMap(this CborReader reader, int count)
    {
        if (reader.ReadStartMap() is var entries && entries != count)
            throw new MalformedException($"a map has {entries} entries instead of {count}");
    }

    /// <summary>Begins an array of exactly <paramref name="count"/> items.</summary>
    public static void BeginArray(this CborReader reader, int count)
    {
        if (reader.ReadStartArray() is var items && items != count)
            throw new MalformedException($"an array has {items} items instead of {count}");
    }

    /// <summary>Reads the key that must come next.</summary>
    public static CborReader At(this CborReader reader, long key)
    {
        if (reader.ReadInt64() is var found && found != key)
            throw new MalformedException($"key {found} stands where {key} belongs");
        return reader;
    }

    /// <summary>Reads an unsigned integer up to <paramref name="limit"/>.</summary>
    public static int Number(this CborReader reader, int limit)
    {
        ulong value = reader.ReadUInt64();
        return value <= (ulong)limit ? (int)value : throw new MalformedException($"{value} is above {limit}");
    }

    /// <summary>Reads a byte string of exactly <paramref name="size"/> bytes.</summary>
    public static byte[] Bytes(this CborReader reader, int size)
    {
        byte[] bytes = reader.ReadByteString();
        return bytes.Length == size ? bytes : throw new MalformedException($"a byte string has {bytes.Length} bytes instead of {size}");
    }

    /// <summary>Reads a byte string or null.</summary>
    public static byte[]? BytesOrNull(this CborReader reader)
    {
        if (reader.PeekState() != CborReaderState.Null)
            return reader.ReadByteString();
        reader.ReadNull();
        return null;
    }

    /// <summary>Reads a text of decimal digits, from <paramref name="least"/> to <paramref name="most"/> of them.</summary>
    public static string Digits(this CborReader reader, int least, int most)
    {
        string text = reader.ReadTextString();
        return text.Length >= least && text.Length <= most && text.All(char.IsAsciiDigit)
            ? text
            : throw new MalformedException($"a text is not {least} to {most} digits");
    }

    /// <summary>Writes one item.</summary>
    public static byte[] Write(Action<CborWriter> write)
    {
        CborWriter writer = new(CborConformanceMode.Canonical);
        write(writer);
        return writer.Encode();
    }
}
