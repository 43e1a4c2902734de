namespace Redoubt.Abi;

/// <summary>
/// A network between the monitors of two guests: the two rings of <see cref="Ring"/>, with Ethernet frames in place of single bytes. A frame
/// is a word with its length, then its bytes, then what is missing to a multiple of 8. Counts are of bytes in the ring and always multiples of
/// 8. Either side may be hostile: what can't be a frame is given up with all that follows it.
/// </summary>
public static class Frames
{
    /// <summary>Bytes before a frame's own.</summary>
    public const ulong Header = 8;

    /// <summary>A frame has two addresses and a type; and at most 1500 bytes behind those, with a VLAN tag between (IEEE 802.3, 3.2.7).</summary>
    public const ulong Shortest = 14, Longest = 1518;

    /// <summary>Least memory of a channel that holds them: both rings then take two of the longest, and one more while half full.</summary>
    public const ulong LeastMemory = 16 << 10;

    /// <summary>Bytes of the ring that a frame of this length takes.</summary>
    public static ulong Size(ulong length) => Header + ((length + 7) & ~7UL);
}
