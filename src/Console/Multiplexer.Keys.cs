using System;
using Redoubt.Abi;

namespace Redoubt.Console;

// The keyboard: what is typed goes to the focused partition, but for what follows the escape key.
public partial struct Multiplexer
{
    /// <summary>Ctrl-].</summary>
    public const byte EscapeKey = 0x1d;

    /// <summary>Whether the focused partition has so much unread input that more would be lost.</summary>
    public readonly bool InputIsFull => _ports[Focus].Input.Free == 0;

    /// <summary>Takes a byte from the keyboard.</summary>
    public void Type(byte key)
    {
        if (_escaped)
        {
            _escaped = false;
            Command(key);
        }
        else if (key == EscapeKey)
        {
            _escaped = true;
        }
        else
        {
            _ports[Focus].Input.Add(key);
        }
    }

    /// <summary>Takes the next byte that was typed for a partition, if there is one.</summary>
    public bool TryTakeInput(int index, out byte key) => _ports[index].Input.TryTake(out key);

    /// <summary>Whether something typed for a partition waits to be taken.</summary>
    public readonly bool HasInput(int index) => _ports[index].Input.Count != 0;

    /// <summary>What a partition's monitor is to be told: a word of <see cref="GuestCommand"/>, another with each command.</summary>
    public readonly ulong CommandWord(int index) => _ports[index].Command;

    private void Command(byte key)
    {
        switch (key)
        {
            case EscapeKey:
                _ports[Focus].Input.Add(EscapeKey);
                break;
            case >= (byte)'1' and <= (byte)'9' when key - '1' < Count:
                Choose(key - '1');
                break;
            case (byte)'n':
                Choose((Focus + 1) % Count);
                break;
            case (byte)'l':
                ShowList();
                break;
            case (byte)'c':
                Terminal.SetStyle(Style.Plain);
                Terminal.Monochrome = !Terminal.Monochrome;
                Notice(Terminal.Monochrome ? "colours off"u8 : "colours on"u8);
                break;
            case (byte)'z':
                ToggleZoom();
                break;
            case (byte)'u':
                Tell(GuestCommand.Start, "start "u8);
                break;
            case (byte)'d':
                Tell(GuestCommand.Stop, "stop "u8);
                break;
            case (byte)'r':
                Tell(GuestCommand.Restart, "restart "u8);
                break;
            case (byte)'p':
                Tell(GuestCommand.Show, "last crash of "u8);
                break;
            case (byte)'q':
                Notice("power off"u8);
                Finished = true;
                break;
            default:
                ShowHelp();
                break;
        }
    }

    // Passes a command on to the monitor of the focused guest.
    private void Tell(ulong command, ReadOnlySpan<byte> what)
    {
        ref Port port = ref _ports[Focus];
        BeginNotice();
        if (port.IsGuest)
        {
            port.Command = GuestCommand.Next(port.Command, command);
            Terminal.Write(what);
            Terminal.Write(in port.Name);
        }
        else
        {
            Terminal.Write(in port.Name);
            Terminal.Write(" has no monitor, which alone could do that"u8);
        }

        Terminal.NewLine();
    }

    private void Choose(int index)
    {
        _chosen = true;
        if (_zoomed)
            LeaveZoom();
        Turn(index);
    }

    // Gives a partition the focus.
    private void Turn(int index)
    {
        // The old one's unfinished line will be shown when it is finished.
        Interrupt();
        Focus = index;
        BeginNotice();
        Terminal.Write("focus on "u8);
        Terminal.Write(in _ports[index].Name);
        Terminal.Write(" (Ctrl-] ? for help)"u8);
        Terminal.NewLine();
    }

    private void ToggleZoom()
    {
        if (Count == 1)
        {
            Notice("a single partition always has the terminal to itself"u8);
            return;
        }

        if (_zoomed)
        {
            LeaveZoom();
            Notice("all partitions"u8);
            return;
        }

        ref Port port = ref _ports[Focus];
        BeginNotice();
        Terminal.Write("only "u8);
        Terminal.Write(in port.Name);
        Terminal.Write(" (Ctrl-] z for all)"u8);
        Terminal.NewLine();
        _zoomed = true;
        // Its line goes on where it stood.
        for (int i = 0; i < port.Line.Length; i++)
            Terminal.WriteCell(port.Line[i]);
        Terminal.SetStyle(Style.Plain);
        _rawLineOpen = port.Line.Length != 0;
    }

    private void LeaveZoom()
    {
        Terminal.Recover();
        _zoomed = false;
        _rawLineOpen = false;
    }

    private void ShowList()
    {
        for (int i = 0; i < Count; i++)
        {
            ref Port port = ref _ports[i];
            BeginNotice();
            Terminal.WriteNumber((uint)i + 1);
            Terminal.Write(i == Focus ? " * "u8 : "   "u8);
            Terminal.Write(in port.Name);
            Terminal.Repeat((byte)' ', _width - port.NameLength + 2);
            Terminal.Write(port.Report switch
            {
                GuestReport.None => "-"u8,
                GuestReport.Off => "off"u8,
                GuestReport.Crashed => "crashed"u8,
                GuestReport.Restarting => "starts again"u8,
                GuestReport.Stopped => "stopped"u8,
                _ => "running"u8,
            });
            Terminal.NewLine();
        }
    }

    private void ShowHelp()
    {
        Notice("Ctrl-] and then"u8);
        Notice("1 to 9  focus on that partition"u8);
        Notice("n       focus on the next one"u8);
        Notice("l       list partitions"u8);
        Notice("z       give the focused partition the whole terminal, or take it back"u8);
        Notice("c       colours on or off"u8);
        Notice("u d r   start the focused guest (up), stop it (down), restart it"u8);
        Notice("p       print the record of its last crash again"u8);
        Notice("q       turn the machine off"u8);
        Notice("Ctrl-]  send Ctrl-]"u8);
    }
}
