using System;
using Redoubt.Abi;

namespace Redoubt.Partition;

/// <summary>
/// Text for the console. Nothing is lost as long as the console reads: when the ring is full, the writer waits. A console that
/// has read nothing for a second is given up until it reads again.
/// </summary>
public struct ConsoleWriter
{
    private RingWriter _ring;
    private ulong _slot;
    private ulong _events;
    private bool _stuck;

    /// <summary>Opens the channel named "console"; without one, all text is dropped.</summary>
    public unsafe void Open()
    {
        _events = 0;
        _stuck = !Self.TryFindChannel("console"u8, out ChannelEnd* end);
        if (_stuck)
            return;
        _ring.Open(in *end);
        _slot = end->NotifySlot;
    }

    /// <summary>Events that arrived while this writer waited, and forgets them.</summary>
    public ulong TakeEvents()
    {
        ulong events = _events;
        _events = 0;
        return events;
    }

    /// <summary>Writes characters.</summary>
    public void Write(ReadOnlySpan<byte> text)
    {
        bool announce = false;
        for (int i = 0; i < text.Length; i++)
            announce |= Put(text[i]);
        if (announce)
            Kernel.Notify(_slot);
    }

    /// <summary>Writes characters and ends the line.</summary>
    public void WriteLine(ReadOnlySpan<byte> text)
    {
        Write(text);
        Write("\r\n"u8);
    }

    /// <summary>Writes a name.</summary>
    public void Write(in Name name)
    {
        for (int i = 0; i < 16 && Names.Character(in name, i) != 0; i++)
            Write(Names.Character(in name, i));
    }

    /// <summary>Writes one character.</summary>
    public void Write(byte character)
    {
        if (Put(character))
            Kernel.Notify(_slot);
    }

    /// <summary>Writes a number in hexadecimal with this many digits, 1 to 16.</summary>
    public void WriteHex(ulong value, int digits = 16)
    {
        for (int shift = 4 * (digits - 1); shift >= 0; shift -= 4)
            Write("0123456789abcdef"u8[(int)(value >> shift) & 15]);
    }

    /// <summary>Writes a number in decimal.</summary>
    public void WriteDecimal(ulong value)
    {
        ulong unit = 1;
        while (value / unit >= 10)
            unit *= 10;
        for (; unit != 0; unit /= 10)
            Write((byte)('0' + value / unit % 10));
    }

    // Returns whether the console has to be told.
    private bool Put(byte character)
    {
        if (_ring.TryWrite(character, out bool announce))
        {
            _stuck = false;
            return announce;
        }

        if (_stuck)
            return false;
        Kernel.Notify(_slot);
        Kernel.Discover(out _, out _, out _, out ulong frequency);
        ulong start = Kernel.Counter;
        while (!_ring.TryWrite(character, out announce))
        {
            if (Kernel.Counter - start > frequency)
            {
                _stuck = true;
                return false;
            }

            Kernel.Wait(Kernel.Counter + frequency / 1024, out Arrival arrival);
            _events |= arrival.Events;
        }

        return announce;
    }
}
