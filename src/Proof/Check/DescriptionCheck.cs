using System.Text;
using Redoubt.Abi;
using Redoubt.Image;

namespace Redoubt.Proof.Check;

/// <summary>
/// The image's description of itself contradicts neither itself nor the board: each byte has one owner, what is shared is a declared
/// channel, devices are where the board has them. Who owns what is not judged here: that is for the person who reads it.
/// </summary>
internal sealed class DescriptionCheck(CheckedImage image, Board board, Facts facts)
{
    private const ulong Page = 0x1000;

    private readonly SystemMap _map = image.Map;

    public static void Run(CheckedImage image, Board board, Facts facts)
    {
        DescriptionCheck check = new(image, board, facts);
        check.Partitions();
        check.Areas();
        check.FixedAreas();
        check.Channels();
        check.Screens();
        check.Devices();
        check.Smmu();
    }

    private void Partitions()
    {
        facts.Require("partitions", _map.Partitions.Count is >= 1 and <= Limits.Partitions, () => $"there are {_map.Partitions.Count} partitions");
        facts.Require("partitions", _map.Partitions.Select(partition => partition.Name).Append(Ownership.Kernel).Append(Ownership.Loader).Distinct().Count() == _map.Partitions.Count + 2,
            () => "two partitions have one name, or that of the kernel or loader");
        foreach (PlacedPartition partition in _map.Partitions)
        {
            PlacedPartition? monitor = _map.Partitions.FirstOrDefault(other => other.Name == partition.Monitor);
            facts.Require("partitions", partition.Kind == PartitionKind.Guest ? monitor?.Kind == PartitionKind.Monitor : partition.Monitor is null,
                () => $"{partition.Name} is a {partition.Kind} and its monitor is \"{partition.Monitor}\"");
            if (partition.Kind == PartitionKind.Monitor)
            {
                facts.Require("partitions", _map.Partitions.Count(guest => guest.Monitor == partition.Name) == 1, () => $"the monitor {partition.Name} does not serve one guest");
            }
        }
    }

    private void Areas()
    {
        ulong free = 0;
        foreach (PlacedArea area in _map.Areas)
        {
            string Who() => $"{area.Owner}'s {area.Purpose} (0x{area.Address:x} to 0x{area.End:x})";
            ulong before = free;
            facts.Require("areas", area.Size > 0 && area.End > area.Address && (area.Address | area.Size) % Page == 0, () => $"{Who()} is no range of pages");
            facts.Require("areas", area.Address >= before, () => $"{Who()} begins before 0x{before:x}, where the area before it ends");
            free = Math.Max(free, area.End);
            facts.Require("areas", area.Owner is Ownership.Kernel or Ownership.Loader || image.IndexOf(area.Owner) >= 0, () => $"{Who()} is no partition's");
            bool inMemory = area.Address >= Layout.LoadBase && area.Address >= _map.MemoryBase && area.End <= _map.MemoryBase + _map.MemorySize;
            bool apart = area.End <= _map.MemoryBase || area.Address >= _map.MemoryBase + board.MemoryLimit;
            facts.Require("areas", area.Storage == Storage.Device ? apart : inMemory,
                () => $"{Who()} is {area.Storage.ToString().ToLowerInvariant()} and lies {(area.Storage == Storage.Device ? "in" : "outside of")} the machine's memory");
            facts.Require("areas", area.Storage != Storage.File || image.Holds(area.Address, area.Size), () => $"{Who()} should be in the file and is not");
        }
    }

    /// <summary>What has an address of its own (<see cref="Layout"/>), and the interrupt controller.</summary>
    private void FixedAreas()
    {
        facts.Require("board", _map.MemoryBase == board.MemoryBase && _map.MemorySize <= board.MemoryLimit, () => $"memory begins at 0x{_map.MemoryBase:x} and has 0x{_map.MemorySize:x} bytes, not so on board {board.Name}");
        facts.Require("board", _map.Cpus >= 1 && _map.Cpus <= board.CpuLimit, () => $"{_map.Cpus} CPUs, which board {board.Name} does not have");
        Require(Ownership.Loader, "program", Layout.LoadBase, Layout.Description - Layout.LoadBase, Storage.File);
        Require(Ownership.Loader, "description", Layout.Description, Layout.Kernel - Layout.Description, Storage.File);
        Require(Ownership.Kernel, "configuration", Layout.Config, Layout.ConfigSize, Storage.File);
        Require(Ownership.Kernel, "GIC distributor", board.Distributor, Board.DistributorSize, Storage.Device);
        Require(Ownership.Kernel, "GIC redistributors", board.Redistributors, (ulong)Math.Max(_map.Cpus, 0) * Board.RedistributorStride, Storage.Device);
        foreach (PlacedArea area in _map.Areas.Where(area => area.Owner == Ownership.Kernel && area.Purpose is "code" or "constants" or "data"))
        {
            facts.Require("fixed areas", area.Address >= Layout.Kernel && area.End <= Layout.Config, () => $"the kernel's {area.Purpose} at 0x{area.Address:x} is not between 0x{Layout.Kernel:x} and 0x{Layout.Config:x}");
        }
    }

    private void Require(string owner, string purpose, ulong address, ulong size, Storage storage)
    {
        PlacedArea[] areas = _map.Areas.Where(area => area.Owner == owner && area.Purpose == purpose).ToArray();
        facts.Require("fixed areas", areas is [var area] && area.Address == address && area.Size == size && area.Storage == storage,
            () => $"the {owner}'s {purpose} is not the one area from 0x{address:x} to 0x{address + size:x}");
    }

    /// <summary>Shared memory and channels are the same thing.</summary>
    private void Channels()
    {
        foreach (PlacedChannel channel in _map.Channels)
        {
            facts.Require("channels", image.IndexOf(channel.First) >= 0 && image.IndexOf(channel.Second) >= 0 && channel.First != channel.Second,
                () => $"channel {channel.Name} leads from {channel.First} to {channel.Second}");
            facts.Require("channels", channel.FirstEvent is >= 0 and < Manifest.PeerEvent && channel.SecondEvent is >= 0 and < Manifest.PeerEvent,
                () => $"channel {channel.Name} of {channel.First} and {channel.Second} has events {channel.FirstEvent} and {channel.SecondEvent}");
            int areas = _map.Areas.Count(area => IsMemoryOf(area, channel));
            facts.Require("channels", areas == (channel.Size == 0 ? 0 : 1), () => $"channel {channel.Name} of {channel.First} and {channel.Second} has {areas} areas of memory");
        }

        foreach (PlacedArea area in _map.Areas.Where(area => area.Sharer is not null))
        {
            facts.Require("channels", area.Storage == Storage.Zero && _map.Channels.Count(channel => IsMemoryOf(area, channel)) + _map.Screens.Count(screen => IsSurfaceOf(area, screen)) == 1,
                () => $"{area.Owner}'s {area.Purpose} (0x{area.Address:x} to 0x{area.End:x}) is shared with {area.Sharer} by no channel");
        }
    }

    private static bool IsMemoryOf(PlacedArea area, PlacedChannel channel) => area.Owner == channel.First && area.Sharer == channel.Second
        && area.Address == channel.Address && area.Size == channel.Size && area.Purpose == $"channel {channel.Name}";

    /// <summary>A screen has a surface and a channel of its own to the one service that shows all of them, and words that no other has.</summary>
    private void Screens()
    {
        foreach (PlacedScreen screen in _map.Screens)
        {
            string Who() => $"the screen of {screen.Client}";
            PlacedPartition? client = _map.Partitions.FirstOrDefault(partition => partition.Name == screen.Client);
            facts.Require("screens", client?.Kind is PartitionKind.Guest or PartitionKind.Service or PartitionKind.Bare && screen.Client != screen.Ui, () => $"{Who()} has a client that can't have one");
            facts.Require("screens", _map.Partitions.Any(partition => partition.Name == screen.Ui && partition.Kind == PartitionKind.Service) && screen.Ui == _map.Screens[0].Ui,
                () => $"{Who()} is shown by {screen.Ui}, no service or not by the one that shows the others");
            facts.Require("screens", board.Display is { } display && (screen.Width, screen.Height) == (display.Width, display.SurfaceHeight), () => $"{Who()} is not as large as board {board.Name} shows it");
            facts.Require("screens", _map.Areas.Count(area => IsSurfaceOf(area, screen)) == 1, () => $"{Who()} has no surface, or several");
            facts.Require("screens", _map.Channels.Count(channel => (channel.Name, channel.First, channel.Second) == (ManifestCheck.ScreenChannel, client?.Monitor ?? screen.Client, screen.Ui)) == 1,
                () => $"{Who()} has no channel to {screen.Ui}, or several");
            facts.Require("screens", Encoding.UTF8.GetByteCount(screen.Title) is >= 1 and <= Title.Longest && _map.Screens.Count(other => other.Title == screen.Title) == 1,
                () => $"{Who()} is called \"{screen.Title}\", as another one or not at all");
        }
    }

    private static bool IsSurfaceOf(PlacedArea area, PlacedScreen screen) => area.Owner == screen.Client && area.Sharer == screen.Ui
        && area.Address == screen.Address && area.Size == screen.Size && area.Purpose == Ownership.Screen
        && screen.Size >= (ulong)screen.Width * screen.Height * Screen.PixelSize;

    /// <summary>Devices are the board's, and a partition's device memory is that of its devices.</summary>
    private void Devices()
    {
        facts.Require("devices", _map.Devices.Select(device => device.Name).Distinct().Count() == _map.Devices.Count, () => "a device is given twice");
        foreach (PlacedDevice device in _map.Devices)
        {
            string Who() => $"{device.Owner}'s device {device.Name}";
            facts.Require("board", board.Devices.TryGetValue(device.Name, out BoardDevice? known)
                && (known.Registers, known.Dma, known.Streams) == (device.Registers, device.Dma, device.Streams)
                && known.Windows.SequenceEqual(device.Windows) && known.Interrupts.SequenceEqual(device.Interrupts),
                () => $"{Who()} at 0x{device.Registers.Address:x} is not as board {board.Name} has it");
            foreach (AddressRange range in device.Ranges)
            {
                facts.Require("devices", _map.Areas.Any(area => IsPartOf(device.Owner, range, area)), () => $"{Who()} at 0x{range.Address:x} is in no device memory of its owner");
            }

            PartitionKind? kind = _map.Partitions.FirstOrDefault(partition => partition.Name == device.Owner)?.Kind;
            facts.Require("devices", kind is not (null or PartitionKind.Monitor), () => $"{Who()} is held by no partition that may hold one");
            bool confined = device.Streams is not null && _map.Smmu?.Owner == device.Owner;
            facts.Require("devices", !device.Dma || confined || (kind == PartitionKind.Service && device.Streams is null),
                () => $"{Who()} reaches {(device.Streams is null ? "all memory by DMA and its owner is no service" : "memory by DMA and the SMMU does not confine it to its owner's")}");
        }

        foreach (PlacedArea area in _map.Areas.Where(area => area.Storage == Storage.Device && area.Owner is not (Ownership.Kernel or Ownership.Loader)))
        {
            facts.Require("devices", _map.Devices.Any(device => device.Ranges.Any(range => IsPartOf(device.Owner, range, area))), () => $"{area.Owner}'s {area.Purpose} at 0x{area.Address:x} has no device");
        }
    }

    private static bool IsPartOf(string owner, AddressRange range, PlacedArea area) => area.Storage == Storage.Device && area.Owner == owner
        && range.Address >= area.Address && range.End <= area.End;

    /// <summary>The SMMU is the board's, and who learns of refused accesses answers for the owner of the devices.</summary>
    private void Smmu()
    {
        PlacedArea[] registers = _map.Areas.Where(area => area.Storage == Storage.Device && area.Owner == Ownership.Loader).ToArray();
        bool needed = _map.Devices.Any(device => device.Streams is not null);
        if (!facts.Require("SMMU", needed == _map.Smmu is not null, () => $"there is {(needed ? "no SMMU" : "an SMMU")}, and {(needed ? "a" : "no")} device that it confines") || _map.Smmu is not { } smmu)
        {
            facts.Require("SMMU", registers.Length == 0, () => $"the loader's {registers[0].Purpose} at 0x{registers[0].Address:x} is no SMMU's");
            return;
        }

        facts.Require("board", board.Smmu is { } known && (known.Address, known.Interrupt) == (smmu.Address, smmu.Interrupt), () => $"the SMMU at 0x{smmu.Address:x} is not as board {board.Name} has it");
        facts.Require("SMMU", registers is [{ Purpose: SmmuCheck.Registers } area] && (area.Address, area.Size) == (smmu.Address, BoardSmmu.Size), () => $"the SMMU's registers at 0x{smmu.Address:x} are not the loader's");
        PlacedPartition? owner = _map.Partitions.FirstOrDefault(partition => partition.Name == smmu.Owner);
        facts.Require("SMMU", owner is not null && smmu.Reader == (owner.Monitor ?? owner.Name), () => $"{smmu.Reader} learns of accesses that devices of {smmu.Owner} are refused");
    }
}
