using System.Text;

namespace Redoubt.Tool.Machines;

/// <summary>
/// What a person reads on a terminal, line by line: carriage returns, backspaces and "erase line" are carried out, colours and other
/// sequences (ECMA-48) left out. Moves beyond the line are not followed: consoles scroll.
/// </summary>
public sealed class ConsoleText
{
    private enum State
    {
        Text,
        Escape,
        Sequence,
    }

    private readonly StringBuilder _lines = new();
    private readonly StringBuilder _line = new();
    private readonly StringBuilder _parameters = new();
    private readonly Decoder _decoder = Encoding.UTF8.GetDecoder();
    private State _state;
    private int _cursor;

    /// <summary>All finished lines, each with a line feed, and the unfinished one.</summary>
    public override string ToString()
    {
        return string.Concat(_lines, _line);
    }

    /// <summary>Takes bytes as they came; a character or a sequence may be split between two calls.</summary>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        char[] characters = new char[_decoder.GetCharCount(bytes, flush: false)];
        _decoder.GetChars(bytes, characters, flush: false);
        foreach (char character in characters)
            Take(character);
    }

    private void Take(char character)
    {
        switch (_state)
        {
            case State.Text:
                Show(character);
                break;
            case State.Escape:
                _state = character == '[' ? State.Sequence : State.Text;
                _parameters.Clear();
                break;
            case State.Sequence when character is >= '@' and <= '~':
                _state = State.Text;
                Perform(character);
                break;
            case State.Sequence:
                _parameters.Append(character);
                break;
        }
    }

    private void Show(char character)
    {
        switch (character)
        {
            case '\e':
                _state = State.Escape;
                break;
            case '\n':
                _lines.Append(_line).Append('\n');
                _line.Clear();
                _cursor = 0;
                break;
            case '\r':
                _cursor = 0;
                break;
            case '\b':
                _cursor = Math.Max(0, _cursor - 1);
                break;
            case '\t' or >= ' ':
                if (_cursor < _line.Length)
                    _line[_cursor] = character;
                else
                    _line.Append(' ', _cursor - _line.Length).Append(character);
                _cursor++;
                break;
        }
    }

    private void Perform(char final)
    {
        int count = int.TryParse(_parameters.ToString(), out int number) ? number : 0;
        switch (final)
        {
            case 'K' when count == 2:
                _line.Clear();
                break;
            case 'K' or 'J' when count == 0:
                _line.Length = Math.Min(_line.Length, _cursor);
                break;
            case 'C':
                _cursor += Math.Max(1, count);
                break;
            case 'D':
                _cursor = Math.Max(0, _cursor - Math.Max(1, count));
                break;
        }
    }
}
