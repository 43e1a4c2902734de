using System;

namespace Redoubt.Dice;

/// <summary>Writes DER (ITU-T X.690, 10) from front to back. What does not fit makes the whole empty: see <see cref="Written"/>.</summary>
public ref struct DerWriter
{
    /// <summary>Identifier octets (X.690, 8.1.2). Context tags are added to a number.</summary>
    public const byte Boolean = 0x01, Integer = 0x02, BitString = 0x03, OctetString = 0x04, ObjectIdentifier = 0x06, PrintableString = 0x13, UtcTime = 0x17,
        GeneralizedTime = 0x18, Sequence = 0x30, Set = 0x31, ContextPrimitive = 0x80, Context = 0xa0;

    /// <summary>The BOOLEAN true (X.690, 11.1).</summary>
    public const byte True = 0xff;

    // The longest content whose length takes one byte, and two
    private const int Short = 0x7f, Medium = 0xff;

    private readonly Span<byte> _buffer;
    private int _length;
    private bool _full;

    /// <summary>Begins at the start of a buffer of at most 64 KiB.</summary>
    public DerWriter(Span<byte> buffer) => _buffer = buffer;

    /// <summary>What has been written; empty if it did not fit.</summary>
    public readonly Span<byte> Written => _buffer.Slice(0, _full ? 0 : _length);

    /// <summary>Begins an element; its content follows, then <see cref="End"/> with what this returns.</summary>
    public int Begin(byte tag)
    {
        Byte(tag);
        Byte(0);
        return _length;
    }

    /// <summary>Ends an element: writes its length in as few bytes as there can be.</summary>
    public void End(int start)
    {
        int length = _length - start;
        int more = length <= Short ? 0 : length <= Medium ? 1 : 2;
        for (int i = 0; i < more; i++)
            Byte(0);
        if (_full)
            return;
        for (int i = _length - 1; i >= start + more; i--)
            _buffer[i] = _buffer[i - more];
        _buffer[start - 1] = (byte)(more == 0 ? length : 0x80 + more);
        for (int i = 0; i < more; i++)
            _buffer[start + i] = (byte)(length >> (8 * (more - 1 - i)));
    }

    /// <summary>An element with its content.</summary>
    public void Element(byte tag, scoped ReadOnlySpan<byte> content)
    {
        int start = Begin(tag);
        Raw(content);
        End(start);
    }

    /// <summary>A non-negative INTEGER, the most significant byte first.</summary>
    public void Number(scoped ReadOnlySpan<byte> bytes)
    {
        int zeros = 0;
        while (zeros < bytes.Length - 1 && bytes[zeros] == 0)
            zeros++;
        int start = Begin(Integer);
        if (bytes[zeros] >= 0x80)
            Byte(0);
        Raw(bytes.Slice(zeros));
        End(start);
    }

    /// <summary>A BIT STRING of whole bytes.</summary>
    public void Bits(scoped ReadOnlySpan<byte> bytes)
    {
        int start = Begin(BitString);
        Byte(0);
        Raw(bytes);
        End(start);
    }

    /// <summary>Bytes as they are.</summary>
    public void Raw(scoped ReadOnlySpan<byte> bytes)
    {
        for (int i = 0; i < bytes.Length; i++)
            Byte(bytes[i]);
    }

    /// <summary>A byte as it is.</summary>
    public void Byte(byte value)
    {
        if (_length < _buffer.Length)
            _buffer[_length++] = value;
        else
            _full = true;
    }
}
