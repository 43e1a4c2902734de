using System.Buffers.Binary;
using Redoubt.Image;

namespace Redoubt.Systems;

/// <summary>What the SMMU has recorded of accesses that it refused (Arm IHI 0070, 7.3).</summary>
internal static class DmaRecord
{
    private const int Size = 32, StreamAt = 4, AddressAt = 16;

    /// <summary>Stream and address of each.</summary>
    /// <param name="map">Who is where.</param>
    /// <param name="memory">The machine's memory, from its beginning on.</param>
    public static IReadOnlyList<(uint Stream, ulong Address)> Read(SystemMap map, ReadOnlySpan<byte> memory)
    {
        PlacedArea queue = map.Areas.Single(area => area.Purpose == "DMA faults");
        List<(uint, ulong)> recorded = [];
        for (ulong offset = 0; offset < queue.Size; offset += Size)
        {
            ReadOnlySpan<byte> record = memory.Slice((int)(queue.Address - map.MemoryBase + offset), Size);
            if (record[0] == 0)
                break;
            recorded.Add((BinaryPrimitives.ReadUInt32LittleEndian(record[StreamAt..]), BinaryPrimitives.ReadUInt64LittleEndian(record[AddressAt..])));
        }

        return recorded;
    }
}
