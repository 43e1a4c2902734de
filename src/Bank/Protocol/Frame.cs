using System.Buffers.Binary;

namespace Redoubt.Bank.Protocol;

/// <summary>The body of each request and answer: a message of any length in 512 bytes, so that the length on the wire tells nothing.</summary>
public static class Frame
{
    /// <summary>Bytes of a frame.</summary>
    public const int Size = 512;

    private const int HeaderSize = sizeof(ushort);

    /// <summary>Puts a message into a frame.</summary>
    public static byte[] Wrap(ReadOnlySpan<byte> message)
    {
        byte[] frame = new byte[Size];
        BinaryPrimitives.WriteUInt16BigEndian(frame, checked((ushort)message.Length));
        message.CopyTo(frame.AsSpan(HeaderSize));
        return frame;
    }

    /// <summary>Takes a message out of a frame.</summary>
    /// <exception cref="MalformedException">It is no frame.</exception>
    public static ReadOnlyMemory<byte> Unwrap(ReadOnlyMemory<byte> frame)
    {
        if (frame.Length != Size)
            throw new MalformedException($"a frame has {Size} bytes, not {frame.Length}");
        int length = BinaryPrimitives.ReadUInt16BigEndian(frame.Span);
        if (length > Size - HeaderSize)
            throw new MalformedException("the message is longer than its frame");
        if (frame.Span[(HeaderSize + length)..].ContainsAnyExcept((byte)0))
            throw new MalformedException("the frame is not filled with zero bytes");
        return frame.Slice(HeaderSize, length);
    }
}
