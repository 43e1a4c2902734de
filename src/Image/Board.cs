namespace Redoubt.Image;

/// <summary>A device of a board.</summary>
/// <param name="Name">Its name in system descriptions.</param>
/// <param name="Address">Physical address of its registers.</param>
/// <param name="Size">Bytes of its registers.</param>
/// <param name="Interrupt">INTID of its interrupt, if it has one.</param>
/// <param name="Dma">Whether it reads and writes memory by itself.</param>
/// <param name="Compatible">Its "compatible" strings in a guest's device tree; none if no guest can use it directly.</param>
/// <param name="At">Where it is described.</param>
public sealed record BoardDevice(
    string Name, ulong Address, ulong Size, int? Interrupt, bool Dma, IReadOnlyList<string> Compatible, Position At);

/// <summary>A board: what <c>boards/NAME/board.toml</c> says.</summary>
public sealed record Board
{
    /// <summary>Its name: that of its folder.</summary>
    public required string Name { get; init; }

    /// <summary>Physical address and greatest size of its memory, in bytes.</summary>
    public required ulong MemoryBase { get; init; }

    /// <summary>Greatest size of its memory, in bytes.</summary>
    public required ulong MemoryLimit { get; init; }

    /// <summary>Greatest number of CPUs.</summary>
    public required int CpuLimit { get; init; }

    /// <summary>Physical address of the GICv3 distributor.</summary>
    public required ulong Distributor { get; init; }

    /// <summary>Physical address of the first redistributor; those of further CPUs follow, <see cref="RedistributorStride"/> apart.</summary>
    public required ulong Redistributors { get; init; }

    /// <summary>Devices by name.</summary>
    public required IReadOnlyDictionary<string, BoardDevice> Devices { get; init; }

    /// <summary>Where it is described.</summary>
    public required Position At { get; init; }

    /// <summary>Bytes of the distributor's frame (IHI 0069, 12.8).</summary>
    public const ulong DistributorSize = 0x1_0000;

    /// <summary>Bytes from one redistributor to the next: RD_base and SGI_base (IHI 0069, 12.10).</summary>
    public const ulong RedistributorStride = 0x2_0000;

    /// <summary>INTIDs of shared peripheral interrupts (IHI 0069, 2.2.1).</summary>
    private const int FirstShared = 32, LastShared = 1019;

    /// <summary>Reads a board's description.</summary>
    /// <exception cref="UserError">The file is missing or wrong.</exception>
    public static Board Load(string path)
    {
        TomlTable root = TomlDocument.Read(path);
        TomlTable memory = root.Need(root.Table("memory"), "[memory]");
        TomlTable gic = root.Need(root.Table("gic"), "[gic]");
        Board board = new()
        {
            Name = Path.GetFileName(Path.GetDirectoryName(Path.GetFullPath(path)))!,
            At = new Position(path, 0),
            CpuLimit = (int)root.Need(root.Integer("cpus", 1, Abi.Limits.Cpus), "cpus").Value,
            MemoryBase = memory.Need(memory.Address("base"), "base").Value,
            MemoryLimit = memory.Need(memory.Bytes("limit", Units.MiB, 1 << 20), "limit").Value,
            Distributor = gic.Need(gic.Address("distributor"), "distributor").Value,
            Redistributors = gic.Need(gic.Address("redistributors"), "redistributors").Value,
            Devices = ReadDevices(root.Table("device")),
        };
        foreach (TomlTable table in new[] { root, memory, gic })
            table.End();
        if (board.MemoryBase + ImageHeader.TextOffset != Abi.Layout.LoadBase)
            throw new UserError(memory.At, $"base: Redoubt is linked for memory that begins at 0x{Abi.Layout.LoadBase - ImageHeader.TextOffset:x}");
        return board;
    }

    private static Dictionary<string, BoardDevice> ReadDevices(TomlTable? tables)
    {
        Dictionary<string, BoardDevice> devices = [];
        foreach (string name in tables?.Keys ?? [])
        {
            TomlTable table = tables!.Table(name)!;
            Names.Check("device", name, Names.Longest, table.At);
            devices.Add(name, new BoardDevice(
                name,
                table.Need(table.Address("address"), "address").Value,
                table.Need(table.Bytes("size", 1, 1 << 30), "size").Value,
                (int?)table.Integer("interrupt", FirstShared, LastShared)?.Value,
                table.Flag("dma")?.Value ?? false,
                table.Texts("compatible")?.Select(text => text.Value).ToList() ?? [],
                table.At));
            table.End();
        }

        return devices;
    }
}
