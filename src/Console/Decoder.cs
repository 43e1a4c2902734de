using System.Runtime.CompilerServices;

namespace Redoubt.Console;

/// <summary>What a byte of a partition's output amounts to on its line.</summary>
public enum LineAction : byte
{
    /// <summary>Nothing: part of a sequence, or nothing that a line can show.</summary>
    None,

    /// <summary>The character <see cref="Decoder.Glyph"/>.</summary>
    Glyph,

    /// <summary>The line ends.</summary>
    NewLine,

    /// <summary>Back to the first column.</summary>
    Return,

    /// <summary>To the next tab stop.</summary>
    Tab,

    /// <summary><see cref="Decoder.Count"/> columns to the left or right.</summary>
    Left, Right,

    /// <summary>All from the cursor on goes.</summary>
    EraseRight,

    /// <summary>The whole line goes, and the cursor to its start.</summary>
    EraseLine,
}

/// <summary>
/// Understands the output of a partition as far as it concerns one line: printable characters in UTF-8, colours, moves within the
/// line. All else is swallowed: queries, other control sequences (ECMA-48), control and formatting characters. All zero is the start.
/// </summary>
public struct Decoder
{
    private const byte Escape = 0x1b;
    private const int ParameterLimit = 16, NumberLimit = 9999;

    // UTF-8 lead bytes count what they need in the high bits; the least code point tells overlong forms.
    private enum State : byte { Ground, Utf8, Escape, Skip, Control, Text, TextEscape }

    private State _state;
    private bool _private;
    private byte _needed, _glyphSize;
    private uint _codePoint, _least;
    private int _parameterCount;
    private Parameters _parameters;

    /// <summary>The character: its UTF-8 bytes, the first in bits 7:0.</summary>
    public uint Glyph { get; private set; }

    /// <summary>Columns to move.</summary>
    public int Count { get; private set; }

    /// <summary>The style of the characters to come.</summary>
    public uint Style { get; private set; }

    /// <summary>Takes the next byte.</summary>
    public LineAction Feed(byte value)
    {
        // Control characters end whatever sequence is under way, so that no sequence hides the lines that follow.
        if (value < ' ' || value == 0x7f)
            return FeedControlCharacter(value);
        switch (_state)
        {
            case State.Utf8 when (value & 0xc0) == 0x80:
                return Continue(value);
            case State.Escape:
                return FeedEscape(value);
            case State.Skip:
                _state = State.Ground;
                return LineAction.None;
            case State.Control:
                return FeedParameter(value);
            case State.Text:
                return LineAction.None;
            case State.TextEscape:
                _state = State.Ground;
                return LineAction.None;
            default:
                return FeedCharacter(value);
        }
    }

    private LineAction FeedControlCharacter(byte value)
    {
        bool text = _state == State.Text;
        _state = State.Ground;
        switch (value)
        {
            case Escape:
                _state = text ? State.TextEscape : State.Escape;
                return LineAction.None;
            case (byte)'\n':
                return LineAction.NewLine;
            case (byte)'\r':
                return LineAction.Return;
            case (byte)'\t':
                return LineAction.Tab;
            case (byte)'\b':
                Count = 1;
                return LineAction.Left;
            default:
                return LineAction.None;
        }
    }

    private LineAction FeedCharacter(byte value)
    {
        _state = State.Ground;
        if (value < 0x80)
        {
            Glyph = value;
            return LineAction.Glyph;
        }

        _needed = value switch
        {
            >= 0xc2 and <= 0xdf => 1,
            >= 0xe0 and <= 0xef => 2,
            >= 0xf0 and <= 0xf4 => 3,
            _ => 0,
        };
        if (_needed == 0)
            return Unreadable();
        _state = State.Utf8;
        _glyphSize = 1;
        _codePoint = (uint)value & (0x3fU >> _needed);
        _least = _needed switch { 1 => 0x80, 2 => 0x800, _ => 0x1_0000 };
        Glyph = value;
        return LineAction.None;
    }

    private LineAction Continue(byte value)
    {
        Glyph |= (uint)value << (8 * _glyphSize++);
        _codePoint = _codePoint << 6 | value & 0x3fU;
        if (--_needed != 0)
            return LineAction.None;
        _state = State.Ground;
        return _codePoint >= _least && IsHarmless(_codePoint) ? LineAction.Glyph : Unreadable();
    }

    // Not: C1 control characters, line separators, what reorders text (bidirectional formatting), surrogates, beyond Unicode.
    private static bool IsHarmless(uint codePoint) => codePoint
        is not ((>= 0x80 and <= 0x9f) or 0x61c or 0x200e or 0x200f or (>= 0x2028 and <= 0x202e) or (>= 0x2066 and <= 0x2069)
            or (>= 0xd800 and <= 0xdfff) or > 0x10_ffff);

    private LineAction Unreadable()
    {
        Glyph = '?';
        return LineAction.Glyph;
    }

    private LineAction FeedEscape(byte value)
    {
        switch (value)
        {
            case (byte)'[':
                _state = State.Control;
                _private = false;
                _parameterCount = 1;
                _parameters[0] = 0;
                break;
            case (byte)']' or (byte)'P' or (byte)'X' or (byte)'^' or (byte)'_':
                _state = State.Text;
                break;
            case >= (byte)' ' and <= (byte)'/':
                _state = State.Skip;
                break;
            default:
                _state = State.Ground;
                break;
        }
        return LineAction.None;
    }

    private LineAction FeedParameter(byte value)
    {
        switch (value)
        {
            case >= (byte)'0' and <= (byte)'9':
                ref int number = ref _parameters[_parameterCount - 1];
                if (number <= NumberLimit)
                    number = number * 10 + value - '0';
                return LineAction.None;
            case (byte)';' or (byte)':':
                if (_parameterCount == ParameterLimit)
                    _private = true;
                else
                    _parameters[_parameterCount++] = 0;
                return LineAction.None;
            case < (byte)'@':
                // A private or intermediate byte: no sequence that is known here.
                _private = true;
                return LineAction.None;
            default:
                _state = State.Ground;
                return _private ? LineAction.None : FinishControl(value);
        }
    }

    private LineAction FinishControl(byte final)
    {
        int first = _parameters[0];
        Count = first == 0 ? 1 : first;
        switch (final)
        {
            case (byte)'m':
                ApplyStyle();
                return LineAction.None;
            case (byte)'C':
                return LineAction.Right;
            case (byte)'D':
                return LineAction.Left;
            case (byte)'J' or (byte)'K':
                return first switch { 0 => LineAction.EraseRight, 2 => LineAction.EraseLine, _ => LineAction.None };
            default:
                return LineAction.None;
        }
    }

    private void ApplyStyle()
    {
        for (int i = 0; i < _parameterCount; i++)
        {
            // 38 and 48 take a colour of a larger palette, which is not kept: 5;n or 2;r;g;b.
            if (_parameters[i] is 38 or 48)
                i += i + 1 < _parameterCount && _parameters[i + 1] == 2 ? 4 : 2;
            else
                Style = Console.Style.Apply(Style, (uint)_parameters[i]);
        }
    }

    [InlineArray(ParameterLimit)]
    private struct Parameters
    {
        private int _first;
    }
}
