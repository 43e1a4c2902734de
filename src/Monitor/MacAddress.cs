using Redoubt.Abi;
using Redoubt.Partition;

namespace Redoubt.Monitor;

/// <summary>MAC addresses of guests.</summary>
internal static class MacAddress
{
    // The first two bytes, "RD": locally administered, for one station (IEEE 802, 8.2). The others are 32 bits of FNV-1a.
    private const ulong Prefix = 0x4452;
    private const uint Basis = 2166136261, Prime = 16777619;

    /// <summary>The address of a guest in a network, by the names of both, so that it is the same each time: six bytes, the first lowest.</summary>
    public static ulong Of(in Name guest, in Name network) => Prefix | (ulong)Hash(Hash(Basis, in guest), in network) << 16;

    private static uint Hash(uint hash, in Name name)
    {
        for (int i = 0; i < 16; i++)
            hash = (hash ^ Names.Character(in name, i)) * Prime;
        return hash;
    }
}
