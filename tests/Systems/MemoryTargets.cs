using System.Globalization;
using System.Text.RegularExpressions;
using Redoubt.Abi;
using Redoubt.Image;

namespace Redoubt.Systems;

/// <summary>Addresses that the compromised Linux reads and writes at, of which it has no memory there or another memory than who has it in the machine.</summary>
internal static class MemoryTargets
{
    private const ulong Page = 0x1000;

    /// <summary>
    /// Where the pinpad is, in its own eyes; the first and the last page of each area of others, as the machine has it; at the ends of what Linux has. Without what is
    /// Linux's by right: a broken phone's tables give it more.
    /// </summary>
    public static ulong[] Foreign(CompromisedPhone phone)
    {
        MappedRange[] own = Own(phone.Image);
        return
        [
            .. new[] { Layout.Manifest, Layout.Anchors, Layout.Identity, Layout.Program, Layout.Program + 0xf_2000, Layout.Devices }
                .Concat(Others(phone.Image))
                .Concat(own.SelectMany(range => new[] { range.Virtual - Page, range.Virtual + range.Size }))
                .Where(place => !own.Any(range => Has(range, place)))
                .Distinct(),
        ];
    }

    /// <summary>
    /// First and last pages of others' areas whose addresses in the machine are, in the eyes of Linux and its devices, addresses of Linux's kernel: its code, which
    /// stays as it is.
    /// </summary>
    /// <param name="phone">The phone.</param>
    /// <param name="memory">The machine's memory, at least <see cref="CompromisedPhone.LowMemory"/>.</param>
    /// <returns>Each address, and the sector that Linux has there.</returns>
    public static IReadOnlyList<(ulong Address, byte[] Own)> Shared(CompromisedPhone phone, byte[] memory)
    {
        GroupCollection code = Regex.Match(phone.Linux.Run("grep 'Kernel code' /proc/iomem"), "([0-9a-f]+)-([0-9a-f]+) : Kernel code").Groups;
        ulong start = ulong.Parse(code[1].Value, NumberStyles.HexNumber, CultureInfo.InvariantCulture), end = ulong.Parse(code[2].Value, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        MappedRange ram = Own(phone.Image).Single(range => Has(range, start));
        return
        [
            .. Others(phone.Image).Where(place => place >= start && place + Page <= end).Distinct().Select(place =>
            {
                int at = (int)(ram.Physical + (place - ram.Virtual) - phone.Image.Map.MemoryBase);
                return (place, memory[at..(at + DmaDisk.SectorSize)]);
            }),
        ];
    }

    /// <summary>All that Linux's tables map.</summary>
    public static IReadOnlyList<MappedRange> Linux(SystemImage image) => Of(image, "linux");

    /// <summary>All that a partition's tables map.</summary>
    public static IReadOnlyList<MappedRange> Of(SystemImage image, string partition) =>
        image.PartitionMemory(image.Map.Partitions.Select((placed, index) => (placed.Name, index)).Single(placed => placed.Name == partition).index);

    private static MappedRange[] Own(SystemImage image) =>
        [.. Linux(image).Where(range => image.Map.Areas.Any(area => area.Owner == "linux" && range.Physical >= area.Address && range.Physical < area.End))];

    private static IEnumerable<ulong> Others(SystemImage image) =>
        image.Map.Areas.Where(area => area.Owner != "linux" && area.Storage != Storage.Device).SelectMany(area => new[] { area.Address, area.End - Page });

    private static bool Has(MappedRange range, ulong place) => place >= range.Virtual && place < range.Virtual + range.Size;
}
