namespace Redoubt.Abi;

/// <summary>
/// A screen: what the partition <c>ui</c> shows of another one while that has the focus. Its surface is memory that the client writes and
/// <c>ui</c> reads: pixels of 32 bits, <c>0x00RRGGBB</c>, rows from top to bottom without a gap, as wide as the display and lower than it by the strip.
/// Beside it there is a channel named "screen" with the rings of <see cref="Ring"/>, <c>ui</c> being side 1. In its ring go input events, words of 8 bytes: type in
/// bits 15:0, code in 31:16, value in 63:32. <see cref="Ring.Report"/> is 1 on its side while the client has the focus; on the side of a client that is a service, while it wants to
/// have it: who lost it by the attention key gives up its wish before it can have it again, and waits until the person has been quiet for a while. Either side may be hostile.
/// </summary>
public static class Screen
{
    /// <summary>Rows of the strip at the top of the display, which <c>ui</c> alone paints.</summary>
    public const uint StripHeight = 96;

    /// <summary>Bytes of a pixel.</summary>
    public const uint PixelSize = 4;

    /// <summary>Shared memory of the channel.</summary>
    public const ulong ChannelMemory = 16 << 10;

    /// <summary>Bytes of a word in the rings.</summary>
    public const ulong WordSize = 8;

    /// <summary>Types of events: Linux's EV_SYN, EV_KEY and EV_ABS (include/uapi/linux/input-event-codes.h).</summary>
    public const uint Synchronise = 0, Key = 1, Absolute = 3;

    /// <summary>Value of <see cref="Ring.Report"/>: has the focus, wants it.</summary>
    public const ulong Yes = 1;

    /// <summary>Code of a finger on the surface (BTN_TOUCH), a <see cref="Key"/>; keys of a keyboard have codes below <see cref="KeyLimit"/>.</summary>
    public const uint Touch = 0x14a, KeyLimit = 0x100;

    /// <summary>Codes of <see cref="Absolute"/>: pixels from the left and from the top of the surface (ABS_X, ABS_Y).</summary>
    public const uint X = 0, Y = 1;

    /// <summary>Packs a word.</summary>
    public static ulong Pack(uint type, uint code, uint value) => (type & 0xffff) | ((ulong)(code & 0xffff) << 16) | ((ulong)value << 32);

    /// <summary>Type of a word.</summary>
    public static uint Type(ulong word) => (uint)word & 0xffff;

    /// <summary>Code of a word.</summary>
    public static uint Code(ulong word) => (uint)(word >> 16) & 0xffff;

    /// <summary>Value of a word.</summary>
    public static uint Value(ulong word) => (uint)(word >> 32);
}
