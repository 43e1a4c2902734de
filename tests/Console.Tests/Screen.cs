using System.Text;

namespace Redoubt.Console.Tests;

/// <summary>An endlessly wide and long terminal that knows just what the console may send in multiplexed mode; all else fails the test.</summary>
internal sealed class Screen
{
    private readonly List<List<Rune>> _lines = [[]];
    private readonly List<byte> _pending = [];
    private int _column;

    internal string[] Lines
    {
        get
        {
            List<string> lines = [.. _lines.Select(line => string.Concat(line).TrimEnd())];
            if (lines[^1].Length == 0)
                lines.RemoveAt(lines.Count - 1);
            return [.. lines];
        }
    }

    internal int Column => _column;

    /// <summary>Allows anything: raw bytes of a partition pass.</summary>
    internal bool Lenient { get; set; }

    internal void Feed(byte value)
    {
        if (Lenient)
            return;
        _pending.Add(value);
        if (value == 0x1b || _pending[0] == 0x1b)
            FeedSequence(value);
        else if (value < ' ')
            FeedControl(value);
        else if (Rune.DecodeFromUtf8([.. _pending], out Rune rune, out _) == System.Buffers.OperationStatus.Done)
            Put(rune);
    }

    private void FeedSequence(byte value)
    {
        if (_pending.Count == 1 || (_pending.Count == 2 && value == '[') || value is (>= (byte)'0' and <= (byte)'9') or (byte)';' or (byte)'!' or (byte)'?')
            return;
        string sequence = Encoding.ASCII.GetString([.. _pending.Skip(1)]);
        _pending.Clear();
        if (sequence == "[K")
            _lines[^1].RemoveRange(_column, _lines[^1].Count - _column);
        else
            Assert.True(value == 'm' || sequence is "[!p" or "[?1049l" or "[?25h", $"ESC{sequence} reached the terminal");
    }

    private void FeedControl(byte value)
    {
        _pending.Clear();
        switch (value)
        {
            case (byte)'\r':
                _column = 0;
                break;
            case (byte)'\n':
                Assert.Equal(0, _column);
                _lines.Add([]);
                break;
            case (byte)'\b':
                Assert.True(_column > 0, "the cursor left the line");
                _column--;
                break;
            default:
                Assert.Equal(0x18, value);
                break;
        }
    }

    private void Put(Rune rune)
    {
        _pending.Clear();
        Assert.False(Rune.IsControl(rune), "a control character reached the terminal");
        if (_column < _lines[^1].Count)
            _lines[^1][_column] = rune;
        else
            _lines[^1].Add(rune);
        _column++;
    }
}
