using System;
using System.Runtime.CompilerServices;
using Redoubt.PinPad.Protocol;

namespace Redoubt.PinPad;

/// <summary>Messages on their way to the phone's software, as bytes: whole ones only.</summary>
internal struct Outbox
{
    private const int Capacity = 4096, HeadSize = 3;

    private Bytes _bytes;
    private uint _written, _read;

    /// <summary>Bytes of payload that fit into one more message, 0 or less for none.</summary>
    public readonly int Room => Capacity - (int)(_written - _read) - HeadSize;

    /// <summary>Whether there is nothing to send.</summary>
    public readonly bool IsEmpty => _written == _read;

    /// <summary>Appends a message; it must fit.</summary>
    public void Put(byte type, scoped ReadOnlySpan<byte> payload)
    {
        Put(type);
        Put((byte)(payload.Length >> 8));
        Put((byte)payload.Length);
        for (int i = 0; i < payload.Length; i++)
            Put(payload[i]);
    }

    /// <summary>The next byte.</summary>
    public readonly byte Peek() => _bytes[(int)(_read % Capacity)];

    /// <summary>The next byte is on its way.</summary>
    public void Drop() => _read++;

    private void Put(byte value) => _bytes[(int)(_written++ % Capacity)] = value;

    [InlineArray(Capacity)]
    private struct Bytes
    {
        private byte _first;
    }
}
