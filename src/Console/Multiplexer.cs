using System;
using System.Runtime.CompilerServices;
using Redoubt.Abi;
using Redoubt.Partition;

namespace Redoubt.Console;

/// <summary>
/// Several partitions on one terminal. One has the focus: keys go to it, and its output shows at once; the others' shows line by
/// line. Each line bears its partition's name. A partition's bytes never reach the terminal themselves but as characters, colours
/// and moves within its own line, so none can write where another's name or text stands. In raw mode (a single partition, or one that
/// is zoomed) the focused partition has the terminal to itself, and its bytes go through as they are. All zero is the start.
/// </summary>
public partial struct Multiplexer
{
    /// <summary>Most partitions.</summary>
    public const int PortLimit = 12;

    // No single step writes more to the terminal: two lines of the most colourful cells, and some text.
    private const int Reserve = 2 * Line.Width * (Style.LongestChange + 4) + 2048;

    private Ports _ports;
    private int _width;
    private bool _zoomed, _painted, _rawLineOpen;

    // The escape key was pressed; the focus was chosen by a person.
    private bool _escaped, _chosen;

    /// <summary>What goes to the terminal.</summary>
    public Terminal Terminal;

    /// <summary>Partitions.</summary>
    public int Count { get; private set; }

    /// <summary>Index of the partition that has the focus.</summary>
    public int Focus { get; private set; }

    /// <summary>Whether the machine shall be turned off.</summary>
    public bool Finished { get; private set; }

    /// <summary>Whether the focused partition's bytes go through as they are.</summary>
    public readonly bool Raw => _zoomed || Count == 1;

    /// <summary>Whether the terminal can take the effect of one more step, of whatever kind.</summary>
    public readonly bool Ready => Terminal.Free >= Reserve;

    /// <summary>
    /// Adds a partition; at most <see cref="PortLimit"/>. Its index is the count before. A guest counts as running until its monitor says
    /// otherwise: the machine does not go off before it has started.
    /// </summary>
    public void Add(in Name name, bool guest)
    {
        ref Port port = ref _ports[Count];
        port.IsGuest = guest;
        if (guest)
        {
            port.Report = GuestReport.Running;
            if (_ports[Focus].Report == GuestReport.None)
                Focus = Count;
        }

        Count++;
        port.Name.Low = name.Low;
        port.Name.High = name.High;
        while (port.NameLength < 16 && Names.Character(in name, port.NameLength) != 0)
            port.NameLength++;
        _width = Math.Max(_width, port.NameLength);
    }

    /// <summary>Whether a byte of this partition's output can be taken now.</summary>
    public readonly bool CanTake(int index) => Ready && (_zoomed || _ports[index].Backlog.Count == 0);

    /// <summary>Takes a byte of a partition's output.</summary>
    public void Output(int index, byte value)
    {
        if (Raw && index == Focus)
        {
            Terminal.Write(value);
            _rawLineOpen = value != '\n';
        }

        // The line is followed in raw mode, too: it is shown again when that ends.
        ref Port port = ref _ports[index];
        LineAction action = port.Decoder.Feed(value);
        if (action == LineAction.None)
            return;
        if (port.Returned && action is not (LineAction.NewLine or LineAction.Return))
            Step(index, -Line.Width);
        port.Returned = action == LineAction.Return;
        switch (action)
        {
            case LineAction.Glyph:
                Put(index, port.Decoder.Glyph);
                break;
            case LineAction.Tab:
                do
                    Put(index, ' ');
                while (port.Line.Cursor % 8 != 0);
                break;
            case LineAction.NewLine:
                EndLine(index);
                break;
            case LineAction.Left:
                Step(index, -port.Decoder.Count);
                break;
            case LineAction.Right:
                Step(index, port.Decoder.Count);
                break;
            case LineAction.EraseRight:
                EraseRight(index);
                break;
            case LineAction.EraseLine:
                Step(index, -Line.Width);
                EraseRight(index);
                break;
        }
    }

    /// <summary>Shows what has to wait until a round of output is over: kept lines, and the focused partition's unfinished one.</summary>
    public void Settle()
    {
        if (Raw)
            return;
        for (int i = 0; i < Count; i++)
            ShowBacklog(i);
        if (Ready && _ports[Focus].Line.Length != 0)
            Paint();
    }

    /// <summary>Shows all unfinished lines: nothing more will come.</summary>
    public void Flush()
    {
        if (_zoomed)
            LeaveZoom();
        for (int i = 0; i < Count && Ready; i++)
        {
            ShowBacklog(i);
            if (_ports[i].Line.Length != 0)
                EndLine(i);
        }
    }

    private readonly bool IsLive(int index) => index == Focus && !Raw;

    private void Put(int index, uint glyph)
    {
        ref Port port = ref _ports[index];
        if (port.Line.IsFull)
            EndLine(index);
        if (IsLive(index))
            Paint();
        ulong cell = Line.Cell(glyph, port.Decoder.Style);
        port.Line.Put(cell);
        if (IsLive(index))
            Terminal.WriteCell(cell);
    }

    private void Step(int index, int columns)
    {
        ref Line line = ref _ports[index].Line;
        int moved = line.Move(columns);
        if (!_painted || !IsLive(index))
            return;
        Terminal.Repeat((byte)'\b', -moved);
        for (int i = line.Cursor - moved; i < line.Cursor; i++)
            Terminal.WriteCell(line[i]);
    }

    private void EraseRight(int index)
    {
        int erased = _ports[index].Line.EraseRight();
        if (!_painted || !IsLive(index))
            return;
        Terminal.SetStyle(Style.Plain);
        Terminal.Repeat((byte)' ', erased);
        Terminal.Repeat((byte)'\b', erased);
    }

    private void EndLine(int index)
    {
        ref Port port = ref _ports[index];
        if (IsLive(index))
        {
            Paint();
            Terminal.NewLine();
            _painted = false;
        }
        else if (Raw)
        {
            if (index != Focus)
                Keep(ref port);
        }
        else
        {
            Interrupt();
            WritePrefix(index);
            for (int i = 0; i < port.Line.Length; i++)
                Terminal.WriteCell(port.Line[i]);
            Terminal.NewLine();
        }
        port.Line.Clear();
    }

    // Sees to it that the focused partition's unfinished line is on the terminal, with the cursor where the partition has it.
    private void Paint()
    {
        if (_painted)
            return;
        _painted = true;
        ref Line line = ref _ports[Focus].Line;
        WritePrefix(Focus);
        for (int i = 0; i < line.Length; i++)
            Terminal.WriteCell(line[i]);
        Terminal.Repeat((byte)'\b', line.Length - line.Cursor);
    }

    // Takes the focused partition's unfinished line off the terminal for the time being.
    private void Interrupt()
    {
        if (_painted)
            Terminal.ClearLine();
        _painted = false;
    }

    private void WritePrefix(int index)
    {
        ref Port port = ref _ports[index];
        Terminal.SetStyle(Style.Colour(Colours[index % Colours.Length]));
        Terminal.Write(in port.Name);
        Terminal.Repeat((byte)' ', _width - port.NameLength);
        Terminal.Write("| "u8);
        Terminal.SetStyle(Style.Plain);
    }

    // Cyan, yellow, green, magenta, blue, red: readable on dark and on light.
    private static ReadOnlySpan<byte> Colours => [6, 3, 2, 5, 4, 1];

    // Keeps a line as text until the terminal is free; the oldest lines make room for it.
    private static void Keep(ref Port port)
    {
        while (port.Backlog.Free < Line.Width * 4 + 1)
        {
            while (port.Backlog.TryTake(out byte dropped) && dropped != '\n')
                continue;
            port.Lost++;
        }

        for (int i = 0; i < port.Line.Length; i++)
            for (uint glyph = (uint)port.Line[i]; glyph != 0; glyph >>= 8)
                port.Backlog.Add((byte)glyph);
        port.Backlog.Add((byte)'\n');
    }

    private void ShowBacklog(int index)
    {
        ref Port port = ref _ports[index];
        if (port.Lost != 0 && Ready)
        {
            BeginNotice();
            Terminal.Write(in port.Name);
            Terminal.Write(": lines lost: "u8);
            Terminal.WriteNumber(port.Lost);
            Terminal.NewLine();
            port.Lost = 0;
        }

        while (Ready && port.Backlog.Count != 0)
        {
            Interrupt();
            WritePrefix(index);
            while (port.Backlog.TryTake(out byte value) && value != '\n')
                Terminal.Write(value);
            Terminal.NewLine();
        }
    }

    // A line of the console itself. No partition can write one like it: all its lines begin with its name.
    private void BeginNotice()
    {
        if (Raw && _rawLineOpen)
            Terminal.NewLine();
        _rawLineOpen = false;
        Interrupt();
        Terminal.SetStyle(Style.Bold);
        Terminal.Write("--- "u8);
    }

    private void Notice(ReadOnlySpan<byte> text)
    {
        BeginNotice();
        Terminal.Write(text);
        Terminal.NewLine();
    }

    [InlineArray(PortLimit)]
    private struct Ports
    {
        private Port _first;
    }
}
