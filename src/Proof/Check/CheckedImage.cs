using System.Buffers.Binary;
using System.Text.Json;
using Redoubt.Abi;
using Redoubt.Image;
using Redoubt.Proof.Isa;

namespace Redoubt.Proof.Check;

/// <summary>An image as a file of bytes, with what it says of itself. Nothing about it is believed yet.</summary>
public sealed class CheckedImage
{
    private CheckedImage(ReadOnlyMemory<byte> bytes, SystemMap map)
    {
        (Bytes, Map) = (bytes, map);
        Words = new MemoryWords(Word);
        Configuration = new Configuration<Word>(Words);
    }

    public ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>The description that a person reviews with <c>inspect</c>.</summary>
    public SystemMap Map { get; }

    /// <summary>Words of the configuration.</summary>
    public MemoryWords Words { get; }

    public Configuration<Word> Configuration { get; }

    /// <summary>One past the address of the last byte.</summary>
    public ulong End => Layout.LoadBase + (ulong)Bytes.Length;

    /// <summary>Reads an image.</summary>
    /// <param name="bytes">The file.</param>
    /// <param name="path">Its path, for messages.</param>
    /// <exception cref="UserError">It is none.</exception>
    public static CheckedImage Read(ReadOnlyMemory<byte> bytes, string path)
    {
        const ulong Least = Layout.Config + Layout.ConfigSize - Layout.LoadBase;
        UserError error = new(new Position(path, 0), "not an image of Redoubt");
        if ((ulong)bytes.Length < Least)
            throw error;
        try
        {
            SystemMap map = SystemImage.ReadDescription(bytes.Span) ?? throw error;
            return IsComplete(map) ? new CheckedImage(bytes, map) : throw error;
        }
        catch (Exception e) when (e is InvalidDataException or JsonException)
        {
            throw error;
        }
    }

    /// <summary>Whether the file holds these bytes.</summary>
    public bool Holds(ulong address, ulong size) => address >= Layout.LoadBase && address <= End && size <= End - address;

    /// <summary>The 64-bit word at an address of the file.</summary>
    public ulong Word(ulong address) => BinaryPrimitives.ReadUInt64LittleEndian(Bytes.Span[(int)(address - Layout.LoadBase)..]);

    /// <summary>The bytes of a range that the file holds.</summary>
    public ReadOnlySpan<byte> Range(ulong address, ulong size) => Bytes.Span.Slice((int)(address - Layout.LoadBase), (int)size);

    /// <summary>The area that an address belongs to, or null.</summary>
    public PlacedArea? AreaAt(ulong address)
    {
        foreach (PlacedArea area in Map.Areas)
        {
            if (address >= area.Address && address - area.Address < area.Size)
                return area;
        }

        return null;
    }

    /// <summary>Index of a partition, or -1.</summary>
    public int IndexOf(string partition)
    {
        for (int i = 0; i < Map.Partitions.Count; i++)
        {
            if (Map.Partitions[i].Name == partition)
                return i;
        }

        return -1;
    }

    /// <summary>The partition that a monitor serves, or null.</summary>
    public PlacedPartition? GuestOf(PlacedPartition monitor) =>
        monitor.Kind == PartitionKind.Monitor ? Map.Partitions.FirstOrDefault(partition => partition.Monitor == monitor.Name) : null;

    /// <summary>Indices of a partition's vCPUs by number, those that are ones; none of a partition that is none.</summary>
    public IEnumerable<ulong> VcpusOf(int partition)
    {
        Word index = new((ulong)partition);
        ulong count = partition < 0 ? 0 : Math.Min(Configuration.VcpuCount(index).Value, Limits.VcpusPerPartition);
        for (ulong number = 0; number < count; number++)
        {
            if (Configuration.VcpuOf(index, new Word(number)).Value is < Limits.Vcpus and ulong vcpu)
                yield return vcpu;
        }
    }

    /// <summary>Index of a partition's first vCPU; <see cref="Limits.NoVcpu"/> if it has none.</summary>
    public ulong FirstVcpu(string partition) => VcpusOf(IndexOf(partition)).FirstOrDefault(Limits.NoVcpu);

    /// <summary>JSON may leave out or null what must be there.</summary>
    private static bool IsComplete(SystemMap map) =>
        map is { System: not null, Board: not null, Partitions: not null, Areas: not null, Devices: not null, Channels: not null }
        && map.Partitions.All(partition => partition is { Name: not null, Runs: not null })
        && map.Areas.All(area => area is { Owner: not null, Purpose: not null })
        && map.Devices.All(device => device is { Name: not null, Owner: not null, Registers: not null, Windows: not null, Interrupts: not null } && device.Windows.All(window => window is not null))
        && map.Smmu is null or { Owner: not null, Reader: not null }
        && map.Channels.All(channel => channel is { Name: not null, First: not null, Second: not null })
        && map.Screens is not null && map.Screens.All(screen => screen is { Client: not null, Ui: not null, Title: not null });
}
