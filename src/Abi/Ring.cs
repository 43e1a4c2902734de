namespace Redoubt.Abi;

/// <summary>
/// Two byte rings in a channel's shared memory, one each way. The memory is halved; side 0 writes the first half and side 1 the second.
/// A half begins with a 64-byte header: the writer's count of bytes at offset 0, a word of the writer to the reader at 8, the
/// reader's count at 32; counts are 64-bit and ever growing. The data follow. The capacity is the half's size minus 64,
/// rounded down to a power of two. Either side may be hostile: a count that is further ahead than the capacity is treated as an empty or
/// full ring.
/// </summary>
public static class Ring
{
    /// <summary>Bytes before the data.</summary>
    public const ulong Header = 64;

    /// <summary>Offsets of the writer's words: bytes written, and a <see cref="GuestReport"/> or, from the console, a <see cref="GuestCommand"/>.</summary>
    public const ulong Written = 0, Report = 8;

    /// <summary>Offset of the reader's words: bytes read.</summary>
    public const ulong Read = 32;
}

/// <summary>What a monitor tells the console of its guest, beside characters.</summary>
public static class GuestReport
{
    /// <summary>No guest (a bare partition), the guest runs, is off, or crashed.</summary>
    public const ulong None = 0, Running = 1, Off = 2, Crashed = 3;

    /// <summary>It ended and will start anew by itself; it was stopped from the console.</summary>
    public const ulong Restarting = 4, Stopped = 5;
}

/// <summary>
/// What the console tells a monitor to do with its guest, beside characters: one word, the command in bits 7:0 and a count above, so that
/// the same command twice is another word. A monitor that finds a new word obeys the last one.
/// </summary>
public static class GuestCommand
{
    /// <summary>Start a guest that is off, stop one that runs, do both, write the record of the last crash once more.</summary>
    public const ulong Start = 1, Stop = 2, Restart = 3, Show = 4;

    /// <summary>The word after this one.</summary>
    public static ulong Next(ulong word, ulong command) => (((word >> 8) + 1) << 8) | command;

    /// <summary>The command of a word.</summary>
    public static ulong Command(ulong word) => word & 0xff;
}
