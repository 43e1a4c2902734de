using System;

namespace Redoubt.Dice;

/// <summary>
/// Writes CBOR (RFC 8949) with shortest heads, as the deterministic encoding wants it; the order of a map's keys is the caller's. What does not fit makes
/// the whole empty: see <see cref="Written"/>.
/// </summary>
public ref struct CborWriter
{
    // Major types (RFC 8949, 3.1)
    private const byte UnsignedType = 0, NegativeType = 1, BytesType = 2, TextType = 3, ArrayType = 4, MapType = 5, TagType = 6, SimpleType = 7;

    // Simple value (3.3)
    private const byte NullValue = 22;

    private readonly Span<byte> _buffer;
    private int _length;
    private bool _full;

    /// <summary>Begins at the start of a buffer.</summary>
    public CborWriter(Span<byte> buffer) => _buffer = buffer;

    /// <summary>What has been written; empty if it did not fit.</summary>
    public readonly Span<byte> Written => _buffer.Slice(0, _full ? 0 : _length);

    /// <summary>An integer.</summary>
    public void Number(long value)
    {
        if (value >= 0)
            Head(UnsignedType, (ulong)value);
        else
            Head(NegativeType, (ulong)(-1 - value));
    }

    /// <summary>A byte string.</summary>
    public void Bytes(scoped ReadOnlySpan<byte> value)
    {
        Head(BytesType, (ulong)value.Length);
        Raw(value);
    }

    /// <summary>A text string, in UTF-8.</summary>
    public void Text(scoped ReadOnlySpan<byte> value)
    {
        Head(TextType, (ulong)value.Length);
        Raw(value);
    }

    /// <summary>The head of an array; its items follow.</summary>
    public void Array(int count) => Head(ArrayType, (ulong)count);

    /// <summary>The head of a map; key and value of each entry follow.</summary>
    public void Map(int count) => Head(MapType, (ulong)count);

    /// <summary>A tag; what is tagged follows.</summary>
    public void Tag(ulong number) => Head(TagType, number);

    /// <summary>Null.</summary>
    public void Null() => Head(SimpleType, NullValue);

    /// <summary>Bytes as they are.</summary>
    public void Raw(scoped ReadOnlySpan<byte> bytes)
    {
        for (int i = 0; i < bytes.Length; i++)
            Byte(bytes[i]);
    }

    private void Head(byte type, ulong value)
    {
        const byte OneByte = 24;
        if (value < OneByte)
        {
            Byte((byte)(type << 5 | (int)value));
            return;
        }

        int log = value <= 0xff ? 0 : value <= 0xffff ? 1 : value <= 0xffff_ffff ? 2 : 3;
        Byte((byte)(type << 5 | OneByte + log));
        for (int i = (1 << log) - 1; i >= 0; i--)
            Byte((byte)(value >> (8 * i)));
    }

    private void Byte(byte value)
    {
        if (_length < _buffer.Length)
            _buffer[_length++] = value;
        else
            _full = true;
    }
}
