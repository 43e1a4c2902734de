using System.Text;
using Redoubt.Abi;
using Redoubt.Partition;

namespace Redoubt.Console.Tests;

/// <summary>A multiplexer with someone at it: partitions speak, keys are typed, and the terminal shows it.</summary>
internal sealed class Desk
{
    private readonly string[] _names;
    private Multiplexer _multiplexer;

    internal Desk(params string[] names)
        : this(names, [])
    {
    }

    /// <summary>Some of the partitions are guests.</summary>
    internal Desk(string[] names, string[] guests)
    {
        _names = names;
        foreach (string name in names)
            _multiplexer.Add(Names.Of(Encoding.ASCII.GetBytes(name)), guests.Contains(name));
    }

    internal Screen Screen { get; } = new();

    /// <summary>All bytes that the terminal got.</summary>
    internal List<byte> Sent { get; } = [];

    internal string Text => Encoding.UTF8.GetString([.. Sent]);

    internal bool Finished => _multiplexer.Finished;

    internal int Focus => _multiplexer.Focus;

    internal bool InputIsFull => _multiplexer.InputIsFull;

    internal bool Ready => _multiplexer.Ready;

    /// <summary>What the screen's lines are once all has been shown, without trailing blanks.</summary>
    internal string[] Lines
    {
        get
        {
            Settle();
            return Screen.Lines;
        }
    }

    internal Desk Say(string name, string text) => Say(name, Encoding.UTF8.GetBytes(text));

    internal Desk Say(string name, byte[] bytes)
    {
        foreach (byte value in bytes)
        {
            for (int tries = 0; !_multiplexer.CanTake(Index(name)); tries++)
            {
                Assert.True(tries < 1000, "the multiplexer takes no more output");
                Settle();
            }
            _multiplexer.Output(Index(name), value);
        }
        return this;
    }

    /// <summary>Output as long as the multiplexer takes it, with nobody emptying the terminal's queue. Returns bytes taken.</summary>
    internal int SayBlocked(string name, byte[] bytes)
    {
        int taken = 0;
        while (taken < bytes.Length && _multiplexer.CanTake(Index(name)))
            _multiplexer.Output(Index(name), bytes[taken++]);
        return taken;
    }

    internal Desk Report(string name, ulong report)
    {
        Settle();
        _multiplexer.Report(Index(name), report);
        return this;
    }

    internal Desk Type(string keys)
    {
        foreach (byte key in Encoding.UTF8.GetBytes(keys))
        {
            Settle();
            _multiplexer.Type(key);
        }
        return this;
    }

    /// <summary>What a partition's monitor is told.</summary>
    internal ulong Command(string name) => _multiplexer.CommandWord(Index(name));

    internal Desk Settle()
    {
        do
            _multiplexer.Settle();
        while (Drain());
        return this;
    }

    internal Desk Flush()
    {
        Settle();
        _multiplexer.Flush();
        Drain();
        return this;
    }

    internal string Typed(string name)
    {
        List<byte> bytes = [];
        while (_multiplexer.TryTakeInput(Index(name), out byte key))
            bytes.Add(key);
        Assert.False(_multiplexer.HasInput(Index(name)));
        return Encoding.UTF8.GetString([.. bytes]);
    }

    private bool Drain()
    {
        bool any = false;
        while (_multiplexer.Terminal.TryTake(out byte value))
        {
            any = true;
            Sent.Add(value);
            Screen.Feed(value);
        }
        return any;
    }

    private int Index(string name) => Array.IndexOf(_names, name);
}
