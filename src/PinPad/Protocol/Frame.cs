using System;

namespace Redoubt.PinPad.Protocol;

/// <summary>A body of a request or an answer: a message with its length before it and zeros behind it, the same size always.</summary>
public static class Frame
{
    /// <summary>Bytes.</summary>
    public const int Size = 512;

    /// <summary>Bytes before the message.</summary>
    public const int Head = 2;

    /// <summary>Ends a frame whose message of so many bytes stands at its place.</summary>
    public static void Close(Span<byte> frame, int length)
    {
        frame[0] = (byte)(length >> 8);
        frame[1] = (byte)length;
        frame.Slice(Head + length).Clear();
    }

    /// <summary>The message of a frame, in place.</summary>
    public static bool TryOpen(ReadOnlySpan<byte> frame, out ReadOnlySpan<byte> message)
    {
        message = default;
        if (frame.Length != Size)
            return false;
        int length = frame[0] << 8 | frame[1];
        if (length > Size - Head)
            return false;
        for (int i = Head + length; i < Size; i++)
            if (frame[i] != 0)
                return false;
        message = frame.Slice(Head, length);
        return true;
    }
}
