using System;

namespace Redoubt.PinPad.Protocol;

/// <summary>
/// Reads CBOR in the core deterministic encoding (RFC 8949, 4.2.1): shortest heads, definite lengths. After the first thing that is not as it was asked for,
/// nothing is read any more and <see cref="Failed"/> is true; the order of a map's keys is the caller's to ask for.
/// </summary>
public ref struct CborReader(ReadOnlySpan<byte> bytes)
{
    private const int Unsigned = 0, ByteString = 2, TextString = 3, ArrayType = 4, MapType = 5;

    private readonly ReadOnlySpan<byte> _bytes = bytes;
    private int _at;

    /// <summary>Whether something was not as it was asked for.</summary>
    public bool Failed { get; private set; }

    /// <summary>Whether all was read and was as it was asked for.</summary>
    public readonly bool IsAtEnd => !Failed && _at == _bytes.Length;

    /// <summary>An unsigned integer from <paramref name="least"/> to <paramref name="most"/>; <paramref name="least"/> if there is none.</summary>
    public ulong Number(ulong least, ulong most)
    {
        ulong value = Head(Unsigned);
        if (value < least || value > most)
            Failed = true;
        return Failed ? least : value;
    }

    /// <summary>A key of a map, or another number that is known.</summary>
    public void Expect(ulong number) => Number(number, number);

    /// <summary>A map's head, with so many entries.</summary>
    public void Map(int count)
    {
        if (Head(MapType) != (ulong)count)
            Failed = true;
    }

    /// <summary>An array's head; returns how many items follow, 0 if there is none or a number out of these bounds.</summary>
    public int Array(int least, int most)
    {
        ulong count = Head(ArrayType);
        if (count < (ulong)least || count > (ulong)most)
            Failed = true;
        return Failed ? 0 : (int)count;
    }

    /// <summary>A byte string, in place; empty if there is none of such a length.</summary>
    public ReadOnlySpan<byte> Bytes(int least, int most) => String(ByteString, least, most);

    /// <summary>A text string, in place and not looked at; empty if there is none of such a length in bytes.</summary>
    public ReadOnlySpan<byte> Text(int least, int most) => String(TextString, least, most);

    private ReadOnlySpan<byte> String(int type, int least, int most)
    {
        ulong length = Head(type);
        if (length < (ulong)least || length > (ulong)most || length > (ulong)(_bytes.Length - _at))
            Failed = true;
        if (Failed)
            return default;
        _at += (int)length;
        return _bytes.Slice(_at - (int)length, (int)length);
    }

    private ulong Head(int type)
    {
        const int OneByte = 24, EightBytes = 27;
        int first = Byte();
        int argument = first & 31;
        if (first >> 5 != type || argument > EightBytes)
            Failed = true;
        if (Failed)
            return 0;
        if (argument < OneByte)
            return (ulong)argument;
        int size = 1 << (argument - OneByte);
        ulong value = 0;
        for (int i = 0; i < size; i++)
            value = value << 8 | (uint)Byte();
        // The shortest: what has half the size, or fits into the first byte, is written so
        if (size == 1 ? value < OneByte : value >> (4 * size) == 0)
            Failed = true;
        return Failed ? 0 : value;
    }

    private int Byte()
    {
        if (Failed || _at >= _bytes.Length)
        {
            Failed = true;
            return 0;
        }

        return _bytes[_at++];
    }
}
