using System;
using Redoubt.Abi;
using Redoubt.Partition;

namespace Redoubt.Console;

/// <summary>
/// What goes to the terminal: bytes waiting for the UART, and the style that the terminal has after them. All zero is a fresh
/// terminal.
/// </summary>
public struct Terminal
{
    private ByteQueue<Bytes32K> _queue;
    private uint _style;

    /// <summary>Whether only plain text goes out, for terminals that know no control sequences.</summary>
    public bool Monochrome { get; set; }

    /// <summary>Bytes that fit.</summary>
    public readonly int Free => _queue.Free;

    /// <summary>Whether nothing waits.</summary>
    public readonly bool IsEmpty => _queue.Count == 0;

    /// <summary>Takes the next byte for the UART, if there is one.</summary>
    public bool TryTake(out byte value) => _queue.TryTake(out value);

    /// <summary>Writes a byte as it is.</summary>
    public void Write(byte value) => _queue.Add(value);

    /// <summary>Writes bytes as they are.</summary>
    public void Write(ReadOnlySpan<byte> text) => _queue.Add(text);

    /// <summary>Writes a byte several times.</summary>
    public void Repeat(byte value, int count)
    {
        for (int i = 0; i < count; i++)
            _queue.Add(value);
    }

    /// <summary>Writes a name. Returns its length.</summary>
    public int Write(in Name name)
    {
        int length = 0;
        while (length < 16 && Names.Character(in name, length) is var c and not 0)
        {
            _queue.Add(c);
            length++;
        }
        return length;
    }

    /// <summary>Writes a number in decimal.</summary>
    public void WriteNumber(uint value)
    {
        uint unit = 1;
        while (value / unit >= 10)
            unit *= 10;
        for (; unit != 0; unit /= 10)
            _queue.Add((byte)('0' + value / unit % 10));
    }

    /// <summary>Writes a cell of a <see cref="Line"/>.</summary>
    public void WriteCell(ulong cell)
    {
        SetStyle((uint)(cell >> 32));
        for (uint glyph = (uint)cell; glyph != 0; glyph >>= 8)
            _queue.Add((byte)glyph);
    }

    /// <summary>Changes the style.</summary>
    public void SetStyle(uint style)
    {
        if (style == _style || Monochrome)
            return;
        _style = style;
        _queue.Add("\x1b[0"u8);
        if ((style & Style.Bold) != 0)
            _queue.Add(";1"u8);
        if ((style & Style.Faint) != 0)
            _queue.Add(";2"u8);
        if ((style & Style.Italic) != 0)
            _queue.Add(";3"u8);
        if ((style & Style.Underlined) != 0)
            _queue.Add(";4"u8);
        if ((style & Style.Reversed) != 0)
            _queue.Add(";7"u8);
        WriteCode(Style.ForegroundCode(style));
        WriteCode(Style.BackgroundCode(style));
        _queue.Add((byte)'m');
    }

    /// <summary>Ends the line.</summary>
    public void NewLine()
    {
        SetStyle(Style.Plain);
        _queue.Add("\r\n"u8);
    }

    /// <summary>Makes the line that the cursor is on free: empties it, or leaves it.</summary>
    public void ClearLine()
    {
        if (Monochrome)
        {
            NewLine();
            return;
        }
        SetStyle(Style.Plain);
        _queue.Add("\r\x1b[K"u8);
    }

    /// <summary>Brings a terminal that got a partition's bytes as they were back to order: ends any control sequence, soft reset.</summary>
    public void Recover()
    {
        // CAN; DECSTR; the main screen; a visible cursor. Plain text terminals show nothing of it that matters.
        if (!Monochrome)
            _queue.Add("\x18\x1b[!p\x1b[?1049l\x1b[?25h"u8);
        _style = Style.Plain;
        _queue.Add("\r\n"u8);
    }

    private void WriteCode(uint code)
    {
        if (code == 0)
            return;
        _queue.Add((byte)';');
        WriteNumber(code);
    }
}
