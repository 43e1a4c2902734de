using System;
using System.Runtime.CompilerServices;

namespace Redoubt.PinPad.Protocol;

/// <summary>Types of messages on the line between the phone's software and the pinpad (docs/pin-entry.md, "The relay").</summary>
public static class RelayMessage
{
    /// <summary>From the phone.</summary>
    public const byte Authorise = 1, Enrol = 2, Data = 3, Closed = 4;

    /// <summary>From the pinpad.</summary>
    public const byte Connect = 129, DataForBank = 130, Close = 131, Ended = 132;

    /// <summary>The longest payload.</summary>
    public const int Longest = 1024;
}

/// <summary>Takes the phone's bytes one by one and finds messages in them. Nothing that comes can stop it; what is no message is passed over.</summary>
public struct RelayReader
{
    private const int HeadSize = 3;

    private Payload _payload;
    private int _have, _length, _first, _second;

    /// <summary>Type of the message that is whole.</summary>
    public byte Type { get; private set; }

    /// <summary>Payload of the message that is whole, in place.</summary>
    [System.Diagnostics.CodeAnalysis.UnscopedRef]
    public readonly ReadOnlySpan<byte> Content => ((ReadOnlySpan<byte>)_payload).Slice(0, _length);

    /// <summary>Takes a byte; true if with it a message is whole, which stays until the next byte.</summary>
    public bool Take(byte value)
    {
        if (_have == 0)
        {
            if (value == 0)
                return false;
            Type = value;
            _have = 1;
            return false;
        }

        if (_have < HeadSize)
        {
            if (_have == 1)
                _first = value;
            else
                _second = value;
            _have++;
            _length = _first << 8 | _second;
            return _have == HeadSize && _length == 0 && End();
        }

        int at = _have++ - HeadSize;
        if (at < RelayMessage.Longest)
            _payload[at] = value;
        return _have - HeadSize == _length && End();
    }

    // A message that is too long has been passed over; whether the type is known is for who uses it.
    private bool End()
    {
        _have = 0;
        return _length <= RelayMessage.Longest;
    }

    [InlineArray(RelayMessage.Longest)]
    private struct Payload
    {
        private byte _first;
    }
}
