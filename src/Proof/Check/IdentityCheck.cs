using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Redoubt.Abi;
using Redoubt.Image;

namespace Redoubt.Proof.Check;

/// <summary>
/// Measured boot measures what docs/pin-entry.md says, and gives identities to those whom the description says, each in a page that nobody else maps. Written
/// from that page, not from the image builder.
/// </summary>
internal sealed class IdentityCheck
{
    /// <summary>Purposes of areas.</summary>
    public const string Identity = "identity", Anchors = "bank anchors", DeviceSecret = "device secret";

    private const ulong Page = 0x1000;

    private static readonly string[] s_program = ["code", "constants", "data"];

    private readonly CheckedImage _image;
    private readonly Facts _facts;
    private readonly IdentitySetup _setup;
    private int _next;

    private IdentityCheck(CheckedImage image, Facts facts) => (_image, _facts, _setup) = (image, facts, SetupOf(image));

    /// <summary>What the loader is told.</summary>
    public static IdentitySetup SetupOf(CheckedImage image) => MemoryMarshal.Read<BootInfo>(image.Range(Layout.BootInfo, Page)).Identity;

    /// <summary>The loader's page for the device's secret, or null if nobody has an identity.</summary>
    public static PlacedArea? SecretOf(CheckedImage image) => image.Map.Areas.FirstOrDefault(area => area is { Owner: Ownership.Loader, Purpose: DeviceSecret });

    /// <summary>Checks what the loader is told, and where partitions see their pages.</summary>
    public static void Run(CheckedImage image, IReadOnlyList<TableCheck> tables, Facts facts)
    {
        new IdentityCheck(image, facts).Check();
        for (int i = 0; i < tables.Count; i++)
        {
            PlacedPartition partition = image.Map.Partitions[i];
            foreach (PlacedArea area in image.Map.Areas.Where(area => area.Owner == partition.Name && area.Purpose is Identity or Anchors))
            {
                ulong address = area.Purpose == Identity ? Layout.Identity : Layout.Anchors;
                facts.Require("identity", area.Size == Page && tables[i].SeenAt(address)?.Area == area, () => $"{partition.Name}'s {area.Purpose} is not the page that it sees at 0x{address:x}");
            }
        }
    }

    private void Check()
    {
        PlacedArea[] pages = [.. _image.Map.Areas.Where(area => area.Purpose == Identity)];
        PlacedArea? secret = SecretOf(_image);
        Require(secret is null || secret.Address >= _image.End, "the device's secret is handed over where the image lies");
        Require(_setup.DeviceSecret == (secret?.Address ?? 0) && (secret is null) == (pages.Length == 0) && secret is null or { Storage: Storage.Raw, Size: Page },
            $"the device's secret is handed over at 0x{_setup.DeviceSecret:x}");
        Require(_setup.Count == (ulong)pages.Length && pages.Length <= Limits.Identities, $"{_setup.Count} partitions have an identity, not {pages.Length}");
        if (_setup.Count == 0 || _setup.Count > Limits.Identities)
        {
            Require(MemoryMarshal.AsBytes(new ReadOnlySpan<IdentitySetup>(in _setup)).IndexOfAnyExcept((byte)0) < 0, "nobody has an identity, and something is measured");
            return;
        }

        string date = Text(_setup.BuildDate);
        Require(date.Length == 13 && DateTime.TryParseExact(date, "yyMMdd'000000Z'", CultureInfo.InvariantCulture, DateTimeStyles.None, out _), $"\"{date}\" is no day");
        Require(_setup.SecurityVersion <= ushort.MaxValue, $"{_setup.SecurityVersion} is no security version");
        Microvisor();
        for (int i = 0; i < (int)_setup.Count; i++)
        {
            Partition(_setup.Entries[i], pages);
        }

        int used = MemoryMarshal.AsBytes(((ReadOnlySpan<MemoryRange>)_setup.Ranges)[_next..]).IndexOfAnyExcept((byte)0);
        Require(used < 0 && MemoryMarshal.AsBytes(((ReadOnlySpan<IdentityEntry>)_setup.Entries)[(int)_setup.Count..]).IndexOfAnyExcept((byte)0) < 0, "what lies behind the last range or partition is not zero");
    }

    private void Microvisor()
    {
        MemoryRange loader = _setup.Ranges[0];
        // What of it is executed must lie in it, see BootCheck
        Require(loader.Address == Layout.LoadBase && loader.Size % Page == 0 && loader.Address + loader.Size <= Layout.BootInfo, $"the loader is not measured from its beginning, but 0x{loader.Address:x}");
        Measures("the microvisor's code", _setup.Microvisor[0], area => area.Owner == Ownership.Kernel && s_program.Contains(area.Purpose), loader);
        Measures("the memory map", _setup.Microvisor[1], area => area.Owner == Ownership.Kernel
            && (area.Purpose == Ownership.KernelTables || _image.Map.Partitions.Any(partition => area.Purpose == Ownership.TablesOf(partition.Name))));
        Measures("the devices", _setup.Microvisor[2], area => area.Purpose == "manifest" || (area.Owner == Ownership.Kernel && IsOfDevices(area.Purpose)),
            new MemoryRange { Address = Layout.BootInfo, Size = Page });
        Measures("the services", _setup.Microvisor[3], area => s_program.Contains(area.Purpose)
            && _image.Map.Partitions.Any(partition => partition.Name == area.Owner && partition.Kind is PartitionKind.Service or PartitionKind.Monitor));
    }

    private bool IsOfDevices(string purpose) => purpose is "configuration" or SmmuCheck.StreamTable or SmmuCheck.Commands
        || _image.Map.Partitions.Any(partition => purpose == SmmuCheck.ContextOf(partition.Name) || purpose == SmmuCheck.TablesOf(partition.Name));

    private void Partition(IdentityEntry entry, PlacedArea[] pages)
    {
        string name = Text(entry.Name);
        PlacedArea[] own = [.. pages.Where(page => page.Owner == name)];
        PartitionKind? kind = _image.Map.Partitions.FirstOrDefault(partition => partition.Name == name)?.Kind;
        Require(own is [{ Storage: Storage.Zero }] && own[0].Address == entry.Address && kind is PartitionKind.Service or PartitionKind.Bare, $"\"{name}\" gets an identity at 0x{entry.Address:x}, which is not its page for that");
        Measures($"{name}'s code", entry.Counts[0], area => area.Owner == name && s_program.Contains(area.Purpose));
        Measures($"{name}'s memory map", entry.Counts[1], area => area.Owner == Ownership.Kernel && area.Purpose == Ownership.TablesOf(name));
        Measures($"{name}'s devices", entry.Counts[2], area => area.Owner == name && area.Purpose == "manifest");
        Measures($"{name}'s anchors", entry.Counts[3], area => area.Owner == name && area.Purpose == Anchors);
    }

    /// <summary>The next ranges ascend, and together are what of the meant areas is in the file, and what else is meant.</summary>
    private void Measures(string what, ulong count, Func<PlacedArea, bool> meant, params ReadOnlySpan<MemoryRange> others)
    {
        if (!Require(count <= (ulong)(Limits.MeasuredRanges - _next), $"{what} has {count} ranges, which do not fit"))
            return;
        List<(ulong Start, ulong End)> expected = [.. _image.Map.Areas.Where(area => area.Storage == Storage.File && meant(area)).Select(area => (area.Address, area.End))];
        foreach (MemoryRange other in others)
        {
            expected.Add((other.Address, other.Address + other.Size));
        }

        List<(ulong Start, ulong End)> measured = [];
        foreach (MemoryRange range in ((ReadOnlySpan<MemoryRange>)_setup.Ranges).Slice(_next, (int)count))
        {
            Require(range.Size > 0 && (measured.Count == 0 || measured[^1].End <= range.Address), $"{what}: the range at 0x{range.Address:x} does not follow the one before");
            measured.Add((range.Address, range.Address + range.Size));
        }

        _next += (int)count;
        Require(Joined(expected).SequenceEqual(Joined(measured)), $"{what}: what is measured is not what it is");
    }

    private static List<(ulong Start, ulong End)> Joined(List<(ulong Start, ulong End)> ranges)
    {
        List<(ulong Start, ulong End)> joined = [];
        foreach ((ulong start, ulong end) in ranges.Order())
        {
            if (joined.Count > 0 && joined[^1].End == start)
                joined[^1] = (joined[^1].Start, end);
            else
                joined.Add((start, end));
        }

        return joined;
    }

    private static string Text(Name name) => Encoding.Latin1.GetString(MemoryMarshal.AsBytes(new ReadOnlySpan<Name>(in name))).TrimEnd('\0');

    private bool Require(bool holds, string message) => _facts.Require("identity", holds, () => $"0x{Layout.BootInfo:x}: {message}");
}
