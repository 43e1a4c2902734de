using System.Numerics;
using Redoubt.Abi;

namespace Redoubt.Partition;

/// <summary>Where the two rings of a channel lie, see <see cref="Ring"/>.</summary>
internal static class Rings
{
    /// <summary>Bytes that one ring holds: a power of two, or 0 if the channel's memory is too small for any.</summary>
    public static ulong Capacity(ulong size) => size / 2 <= Ring.Header ? 0 : 1UL << BitOperations.Log2(size / 2 - Ring.Header);

    /// <summary>Address of the ring that this side writes.</summary>
    public static ulong Half(in ChannelEnd end, ulong side) => end.Address + (side == 0 ? 0 : end.Size / 2);
}
