using System.Runtime.InteropServices;
using Redoubt.Abi;

namespace Redoubt.Image;

/// <summary>Builds the bootable image of a system. The same input gives the same bytes.</summary>
public sealed class Builder
{
    /// <summary>The program of every monitor, asked for by <see cref="IArtifacts.Program"/>.</summary>
    public const string MonitorProgram = "Monitor";

    /// <summary>Owners of what is no partition's.</summary>
    internal const string Kernel = "kernel", Loader = "loader";

    /// <summary>Bytes from <see cref="Layout.LoadBase"/> that are the loader's.</summary>
    private const ulong LoaderSize = Layout.Description - Layout.LoadBase, DescriptionSize = Layout.Kernel - Layout.Description;

    /// <summary>Greatest size of the file: what one array holds.</summary>
    private const ulong LargestFile = 2047 * Units.MiB;

    private readonly SystemDescription _description;
    private readonly Topology _topology;
    private readonly Wiring _wiring;
    private readonly IReadOnlyList<IReadOnlyList<SlotConfig>> _schedules;
    private readonly ElfFile _kernel;
    private readonly ElfFile _loader;
    private readonly PhysicalMemory _memory;
    private readonly PartitionMemory _partitionMemory;
    private readonly List<Mapping> _kernelMappings = [];

    private Builder(SystemDescription description, BuildOptions options)
    {
        _description = description;
        int cpus = options.Cpus ?? (int)description.Cpus.Value;
        if (cpus < 1 || cpus > description.Board.CpuLimit)
            throw new UserError(description.Cpus.At, $"board {description.Board.Name} has 1 to {description.Board.CpuLimit} CPUs, not {cpus}");
        _topology = new Topology(description, cpus);
        _wiring = new Wiring(description, _topology);
        _schedules = Schedules.Build(description, _topology);

        // The board's device tree goes behind the image (QEMU, hw/arm/boot.c): one block is kept free for it.
        Board board = description.Board;
        ulong end = ((board.MemoryBase + description.Memory.Value) & ~(Units.Block - 1)) - Units.Block;
        _memory = new PhysicalMemory(Layout.Free, end, description.Memory.Value);

        ArtifactReader artifacts = new(options.Artifacts, Path.GetDirectoryName(Path.GetFullPath(description.At.File))!);
        _kernel = artifacts.Elf("kernel", options.KernelElf, description.At);
        _loader = artifacts.Elf("loader", options.LoaderElf, description.At);
        _partitionMemory = new PartitionMemory(_memory, artifacts);
    }

    /// <summary>Builds the image of a system.</summary>
    /// <exception cref="UserError">The system can't be built; the message names the owners and their lines.</exception>
    public static SystemImage Build(SystemDescription description, BuildOptions options) => new Builder(description, options).Build();

    private SystemImage Build()
    {
        Area loader = Fix(new Area(Loader, "program", LoaderSize, Storage.File, _description.At), Layout.LoadBase);
        Area self = Fix(new Area(Loader, "description", DescriptionSize, Storage.File, _description.At), Layout.Description);
        Area config = PlaceKernel();
        foreach (DeviceGrant grant in _wiring.Devices)
            _partitionMemory.AddDevice(grant);
        foreach (Channel channel in _wiring.Channels)
            _partitionMemory.AddChannel(channel);
        foreach (Screen screen in _wiring.Screens)
            _partitionMemory.AddScreen(screen);
        foreach (Partition partition in _topology.Partitions)
            _partitionMemory.Add(partition);
        Smmu? smmu = PlaceSmmu();
        IdentityPlan? identities = IdentityPlan.Of(_description, _topology.Partitions, _loader);

        Dictionary<Partition, Area> tables = _topology.Partitions.ToDictionary(
            partition => partition,
            partition => TableArea($"tables of {partition.Name}", Stage.Two, partition.Mappings));
        Area kernelTables = TableArea("own tables", Stage.One, _kernelMappings);
        PlaceAll(tables.Values.Append(kernelTables).Concat(smmu?.Areas ?? []).Concat(_partitionMemory.Unplaced));
        // Somebody else writes it where the image already lies.
        if (identities is not null)
            _memory.Place(identities.Secret, EndOfFile);

        kernelTables.Content = new TranslationTables(Stage.One, _kernelMappings).Encode(kernelTables.Address);
        foreach ((Partition partition, Area area) in tables)
            area.Content = new TranslationTables(Stage.Two, partition.Mappings).Encode(area.Address);
        smmu?.Encode();
        foreach (Partition partition in _topology.Partitions.Where(partition => partition.HasManifest))
            partition.Manifest!.Content = ManifestWriter.Write(partition);
        config.Content = ConfigWriter.Write(_description.Board, _topology, _wiring, _schedules, kernelTables.Address, partition => tables[partition].Address);

        SystemMap map = Describe();
        self.Content = SystemImage.WriteDescription(map);
        if ((ulong)self.Content.Length > self.Size)
            throw new UserError(_description.At, "the image's description of itself is too long");
        loader.Content = WriteLoader(smmu?.Setup(_description.Board.Distributor) ?? default, identities?.Setup(map) ?? default);
        return new SystemImage(Assemble(), map);
    }

    private Area Fix(Area area, ulong address)
    {
        _memory.Fix(area, address);
        return area;
    }

    /// <summary>Kernel segments, its configuration and the interrupt controller, and how the kernel sees them.</summary>
    private Area PlaceKernel()
    {
        Position at = _description.At;
        _kernel.CheckMapped(Layout.Kernel, Layout.Config, Kernel, at);
        foreach (ElfSegment segment in _kernel.Segments)
        {
            Area area = new(Kernel, ProgramSegments.Purpose(segment), segment.Size, segment.Content.IsEmpty ? Storage.Zero : Storage.File, at) { Content = segment.Content };
            MapKernel(Fix(area, segment.Address), ProgramSegments.AccessOf(segment));
        }

        Board board = _description.Board;
        Area config = Fix(new Area(Kernel, "configuration", Layout.ConfigSize, Storage.File, at), Layout.Config);
        MapKernel(config, Access.Read);
        MapKernel(Fix(new Area(Kernel, "GIC distributor", Board.DistributorSize, Storage.Device, board.At), board.Distributor), Access.Read | Access.Write);
        ulong redistributors = (ulong)_topology.Cpus.Count * Board.RedistributorStride;
        MapKernel(Fix(new Area(Kernel, "GIC redistributors", redistributors, Storage.Device, board.At), board.Redistributors), Access.Read | Access.Write);
        return config;
    }

    /// <summary>The SMMU's registers, which nobody maps: only the loader writes them, before the MMU is on. Null if no device needs it.</summary>
    private Smmu? PlaceSmmu()
    {
        if (_wiring.DmaFaults is not { } faults)
            return null;
        Fix(new Area(Loader, "SMMU", BoardSmmu.Size, Storage.Device, faults.Smmu.At), faults.Smmu.Address);
        _partitionMemory.AddDmaFaults(faults);
        return new Smmu(faults.Smmu, faults.Owner, faults.Queue);
    }

    private void MapKernel(Area area, Access access) => _kernelMappings.Add(new Mapping(area, area.Address, access));

    private Area TableArea(string purpose, Stage stage, List<Mapping> mappings) =>
        new(Kernel, purpose, new TranslationTables(stage, mappings).Size, Storage.File, _description.At);

    /// <summary>What is in the file comes first, so that the file is no longer than it must be; guest RAM comes last.</summary>
    private void PlaceAll(IEnumerable<Area> areas)
    {
        foreach (Area area in areas.OrderBy(area => area.Storage))
            _memory.Place(area);
    }

    /// <summary>The loader's part of the image: header, program, and what it is told.</summary>
    private byte[] WriteLoader(SmmuSetup smmu, in IdentitySetup identity)
    {
        _loader.CheckMapped(Layout.Loader, Layout.Description, Loader, _description.At);
        byte[] bytes = new byte[LoaderSize];
        ulong bootInfoEnd = Layout.BootInfo + Units.Page;
        foreach (ElfSegment segment in _loader.Segments)
        {
            if (segment.Address < bootInfoEnd && Layout.BootInfo < segment.End)
                throw new UserError(_description.At, $"loader: the segment at 0x{segment.Address:x} covers the boot information at 0x{Layout.BootInfo:x}");
            segment.Content.CopyTo(bytes.AsMemory((int)(segment.Address - Layout.LoadBase)));
        }

        ulong end = _memory.Areas.Where(area => area.Storage != Storage.Device).Max(area => area.End);
        ImageHeader.Write(bytes, _loader.Entry, end - Layout.LoadBase);
        ref BootInfo info = ref MemoryMarshal.AsRef<BootInfo>(bytes.AsSpan((int)(Layout.BootInfo - Layout.LoadBase)));
        BootInfoWriter.Write(ref info, _kernel.Entry, _memory.Areas, _topology.Partitions, smmu, in identity);
        return bytes;
    }

    private IEnumerable<Area> Stored => _memory.Areas.Where(area => area.Storage == Storage.File);

    private ulong EndOfFile => Stored.Max(area => area.End);

    private byte[] Assemble()
    {
        ulong size = EndOfFile - Layout.LoadBase;
        if (size > LargestFile)
            throw new UserError(_description.At, $"the image would have {Units.Text(size)}, {Units.Text(LargestFile)} fit");
        byte[] bytes = new byte[size];
        foreach (Area area in Stored)
            area.Content.CopyTo(bytes.AsMemory((int)(area.Address - Layout.LoadBase)));
        return bytes;
    }

    private SystemMap Describe() => new()
    {
        System = _description.Name,
        Board = _description.Board.Name,
        Cpus = _topology.Cpus.Count,
        MemoryBase = _description.Board.MemoryBase,
        MemorySize = _description.Memory.Value,
        Partitions = _topology.Partitions.Select(partition => new PlacedPartition(
            partition.Name,
            partition.Kind,
            partition.Kind == PartitionKind.Monitor ? MonitorProgram : (partition.Description.Program ?? partition.Description.Image)!.Value,
            partition.Monitor?.Name)).ToList(),
        Areas = _memory.Areas.Select(area => new PlacedArea(area.Owner, area.Sharer, area.Purpose, area.Address, area.Size, area.Storage)).ToList(),
        Devices = _wiring.Devices.Select(grant => new PlacedDevice(
            grant.Device.Name, grant.Owner.Name, grant.Device.Registers, grant.Device.Windows, grant.Device.Interrupts, grant.Device.Dma, grant.Device.Streams)).ToList(),
        Smmu = _wiring.DmaFaults is { } faults ? new PlacedSmmu(faults.Smmu.Address, faults.Smmu.Interrupt, faults.Owner.Name, faults.Reader.Name) : null,
        Channels = _wiring.Channels.Select(channel => new PlacedChannel(
            channel.Name,
            channel.Sides[0].Partition.Name,
            channel.Sides[1].Partition.Name,
            channel.Memory?.Address ?? 0,
            channel.Memory?.Size ?? 0,
            (int)channel.Sides[0].EventBit,
            (int)channel.Sides[1].EventBit,
            channel.Kind)).ToList(),
        Screens = _wiring.Screens.Select(screen => new PlacedScreen(
            screen.Client.Name,
            screen.Surface.Sharer!,
            screen.Surface.Address,
            screen.Surface.Size,
            screen.Display.Width,
            screen.Display.SurfaceHeight,
            screen.Title)).ToList(),
    };
}
