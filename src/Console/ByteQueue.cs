using System;
using System.Runtime.CompilerServices;

namespace Redoubt.Console;

/// <summary>A first-in first-out queue of bytes in place. All zero is empty.</summary>
/// <typeparam name="TStorage">As many bytes as it holds, a power of two.</typeparam>
public struct ByteQueue<TStorage> where TStorage : unmanaged
{
    private TStorage _storage;
    private uint _written, _read;

    /// <summary>Bytes that it holds.</summary>
    public static int Capacity => Unsafe.SizeOf<TStorage>();

    /// <summary>Bytes in it.</summary>
    public readonly int Count => (int)(_written - _read);

    /// <summary>Bytes that fit.</summary>
    public readonly int Free => Capacity - Count;

    /// <summary>Appends a byte; drops it if the queue is full.</summary>
    public void Add(byte value)
    {
        if (Free != 0)
            At(_written++) = value;
    }

    /// <summary>Appends bytes, as far as they fit.</summary>
    public void Add(ReadOnlySpan<byte> values)
    {
        for (int i = 0; i < values.Length; i++)
            Add(values[i]);
    }

    /// <summary>Takes the first byte, if there is one.</summary>
    public bool TryTake(out byte value)
    {
        value = 0;
        if (Count == 0)
            return false;
        value = At(_read++);
        return true;
    }

    // The mask keeps it within the storage.
    private ref byte At(uint count) =>
        ref Unsafe.Add(ref Unsafe.As<TStorage, byte>(ref Unsafe.AsRef(in _storage)), (nint)(count & (uint)(Capacity - 1)));
}

/// <summary>1 KiB.</summary>
[InlineArray(1 << 10)]
public struct Bytes1K
{
    private byte _first;
}

/// <summary>4 KiB.</summary>
[InlineArray(1 << 12)]
public struct Bytes4K
{
    private byte _first;
}

/// <summary>32 KiB.</summary>
[InlineArray(1 << 15)]
public struct Bytes32K
{
    private byte _first;
}
