namespace Redoubt.Image;

/// <summary>A device of a board.</summary>
/// <param name="Name">Its name in system descriptions.</param>
/// <param name="Registers">Physical addresses of its registers.</param>
/// <param name="Windows">Of a PCI host bridge, the memory through which the CPUs reach the devices behind it; their addresses on the bus are the same.</param>
/// <param name="Interrupts">INTIDs: one or none, or INTA to INTD of a PCI host bridge.</param>
/// <param name="Dma">Whether it reads and writes memory by itself.</param>
/// <param name="Streams">What the SMMU knows it by, if that can confine it.</param>
/// <param name="Compatible">Its "compatible" strings in a guest's device tree; none if no guest can use it directly.</param>
/// <param name="At">Where it is described.</param>
public sealed record BoardDevice(
    string Name,
    AddressRange Registers,
    IReadOnlyList<AddressRange> Windows,
    IReadOnlyList<int> Interrupts,
    bool Dma,
    StreamRange? Streams,
    IReadOnlyList<string> Compatible,
    Position At)
{
    /// <summary>Registers and windows.</summary>
    public IEnumerable<AddressRange> Ranges => [Registers, .. Windows];

    /// <summary>Whether it is a PCI host bridge, whose registers are the configuration space (ECAM).</summary>
    public bool IsPciHost => Windows.Count > 0;
}

/// <summary>A range of physical addresses.</summary>
/// <param name="Address">The first.</param>
/// <param name="Size">Bytes.</param>
public sealed record AddressRange(ulong Address, ulong Size)
{
    /// <summary>One past the last.</summary>
    public ulong End => Address + Size;
}

/// <summary>Stream IDs: the numbers by which an SMMU tells who accesses memory.</summary>
/// <param name="First">The first.</param>
/// <param name="Count">How many follow each other.</param>
public sealed record StreamRange(uint First, uint Count)
{
    /// <summary>One past the last.</summary>
    public uint End => First + Count;
}

/// <summary>The board's SMMUv3, which confines devices that have streams.</summary>
/// <param name="Address">Physical address of its registers.</param>
/// <param name="Interrupt">INTID by which it tells that it has recorded an event, a pulse.</param>
/// <param name="At">Where it is described.</param>
public sealed record BoardSmmu(ulong Address, int Interrupt, Position At)
{
    /// <summary>Bytes of its registers: two pages of 64 KiB (IHI 0070, 6.1).</summary>
    public const ulong Size = 0x2_0000;
}

/// <summary>The board's display.</summary>
/// <param name="Width">Pixels.</param>
/// <param name="Height">Pixels.</param>
/// <param name="Devices">Names of the devices by which a person sees and touches it.</param>
public sealed record BoardDisplay(uint Width, uint Height, IReadOnlyList<string> Devices)
{
    /// <summary>Height of what is below the strip.</summary>
    public uint SurfaceHeight => Height - Abi.Screen.StripHeight;

    /// <summary>Bytes of the surface of a screen.</summary>
    public ulong SurfaceSize => (ulong)Width * SurfaceHeight * Abi.Screen.PixelSize;
}

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

    /// <summary>Its SMMU, or null.</summary>
    public BoardSmmu? Smmu { get; init; }

    /// <summary>Its display, or null.</summary>
    public BoardDisplay? Display { get; init; }

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
        TomlTable? smmu = root.Table("smmu");
        Board board = new()
        {
            Name = Path.GetFileName(Path.GetDirectoryName(Path.GetFullPath(path)))!,
            At = new Position(path, 0),
            CpuLimit = (int)root.Need(root.Integer("cpus", 1, Abi.Limits.Cpus), "cpus").Value,
            MemoryBase = memory.Need(memory.Address("base"), "base").Value,
            MemoryLimit = memory.Need(memory.Bytes("limit", Units.MiB, 1 << 20), "limit").Value,
            Distributor = gic.Need(gic.Address("distributor"), "distributor").Value,
            Redistributors = gic.Need(gic.Address("redistributors"), "redistributors").Value,
            Smmu = smmu is null ? null : ReadSmmu(smmu),
            Display = root.Table("display") is { } display ? ReadDisplay(display) : null,
            Devices = ReadDevices(root.Table("device"), smmu is not null),
        };
        if (board.Display?.Devices.FirstOrDefault(device => !board.Devices.ContainsKey(device)) is { } missing)
            throw new UserError(root.Table("display")!.At, $"display: there is no device \"{missing}\"");
        foreach (TomlTable table in new[] { root, memory, gic })
            table.End();
        if (board.MemoryBase + ImageHeader.TextOffset != Abi.Layout.LoadBase)
            throw new UserError(memory.At, $"base: Redoubt is linked for memory that begins at 0x{Abi.Layout.LoadBase - ImageHeader.TextOffset:x}");
        return board;
    }

    private static BoardSmmu ReadSmmu(TomlTable table)
    {
        BoardSmmu smmu = new(
            table.Need(table.Address("address"), "address").Value,
            (int)table.Need(table.Integer("interrupt", FirstShared, LastShared), "interrupt").Value,
            table.At);
        table.End();
        return smmu;
    }

    private static BoardDisplay ReadDisplay(TomlTable table)
    {
        const long Least = 2 * Abi.Screen.StripHeight, Most = 2048;
        BoardDisplay display = new(
            (uint)table.Need(table.Integer("width", Least, Most), "width").Value,
            (uint)table.Need(table.Integer("height", Least, Most), "height").Value,
            [.. table.Need(table.Texts("devices"), "devices").Select(device => device.Value)]);
        table.End();
        return display;
    }

    private static Dictionary<string, BoardDevice> ReadDevices(TomlTable? tables, bool confined)
    {
        Dictionary<string, BoardDevice> devices = [];
        foreach (string name in tables?.Keys ?? [])
        {
            TomlTable table = tables!.Table(name)!;
            Names.Check("device", name, Names.Longest, table.At);
            BoardDevice device = new(
                name,
                ReadRange(table),
                table.Tables("windows").Select(ReadWindow).ToList(),
                ReadInterrupts(table),
                table.Flag("dma")?.Value ?? false,
                table.Table("streams") is { } streams ? ReadStreams(streams) : null,
                table.Texts("compatible")?.Select(text => text.Value).ToList() ?? [],
                table.At);
            table.End();
            Check(device, confined);
            devices.Add(name, device);
        }

        return devices;
    }

    private static void Check(BoardDevice device, bool confined)
    {
        if (device.Streams is not null && !(device.Dma && confined))
            throw new UserError(device.At, $"device \"{device.Name}\": streams are for a device with dma = true on a board with an [smmu]");
        if (device.Interrupts.Count != (device.IsPciHost ? PciInterrupts : Math.Min(device.Interrupts.Count, 1)))
            throw new UserError(device.At, $"device \"{device.Name}\": a device has one interrupt or none, one with windows has {PciInterrupts}");
    }

    /// <summary>INTA to INTD.</summary>
    private const int PciInterrupts = 4;

    private static AddressRange ReadRange(TomlTable table) => new(
        table.Need(table.Address("address"), "address").Value,
        table.Need(table.Bytes("size", 1, 1 << 30), "size").Value);

    private static AddressRange ReadWindow(TomlTable table)
    {
        AddressRange window = ReadRange(table);
        table.End();
        if (!(window.Address | window.Size).IsAligned(Units.Page))
            throw new UserError(table.At, "windows: a window is made of whole pages");
        return window;
    }

    /// <summary><c>interrupt</c>, or several as <c>interrupts</c>.</summary>
    private static List<int> ReadInterrupts(TomlTable table)
    {
        List<int> interrupts = table.Integer("interrupt", FirstShared, LastShared) is { } one ? [(int)one.Value] : [];
        foreach (Sourced<long> intid in table.Integers("interrupts") ?? [])
        {
            if (intid.Value is < FirstShared or > LastShared)
                throw new UserError(intid.At, $"{table.Name}: interrupt {intid.Value} is not from {FirstShared} to {LastShared}");
            interrupts.Add((int)intid.Value);
        }

        return interrupts;
    }

    private static StreamRange ReadStreams(TomlTable table)
    {
        const long Most = 1 << 16;
        StreamRange streams = new(
            (uint)table.Need(table.Integer("first", 0, Most - 1), "first").Value,
            (uint)table.Need(table.Integer("count", 1, Most), "count").Value);
        table.End();
        return streams.End <= Most ? streams : throw new UserError(table.At, $"streams: they end beyond {Most - 1}");
    }
}
