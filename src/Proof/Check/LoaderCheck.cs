using Redoubt.Abi;
using Redoubt.Image;

namespace Redoubt.Proof.Check;

/// <summary>The loader's table (<see cref="BootInfo"/>) says what the description says, and the file has nothing that is nobody's.</summary>
internal static class LoaderCheck
{
    private const ulong Word = 8, Header = 4 * Word;

    public static void Run(CheckedImage image, Facts facts)
    {
        ulong Read(int index) => image.Word(Layout.BootInfo + ((ulong)index * Word));
        PlacedArea[] manifests = image.Map.Areas.Where(area => area.Purpose == "manifest").ToArray();
        ulong zeroes = Read(2), seeds = Read(3);
        facts.Require("loader", Read(0) == BootInfo.MagicValue, () => $"0x{Layout.BootInfo:x}: the loader's table has no magic number");
        facts.Require("loader", Read(1) == Layout.Kernel, () => $"0x{Layout.BootInfo + Word:x}: the kernel is entered at 0x{Read(1):x}, not at 0x{Layout.Kernel:x}");
        facts.Require("loader", zeroes <= Limits.ZeroRanges && seeds <= Limits.Partitions, () => $"0x{Layout.BootInfo:x}: {zeroes} ranges to zero and {seeds} seeds");
        if (zeroes > Limits.ZeroRanges || seeds > Limits.Partitions)
            return;

        ulong ranges = Layout.BootInfo + Header, addresses = ranges + (Limits.ZeroRanges * 2 * Word), end = addresses + (Limits.Partitions * Word);
        List<(ulong Start, ulong End)> zeroed = [];
        for (ulong i = 0; i < zeroes; i++)
        {
            ulong start = image.Word(ranges + (i * 2 * Word));
            ulong size = image.Word(ranges + (i * 2 * Word) + Word);
            facts.Require("zeroed", size > 0, () => $"0x{start:x}: a range to zero is empty");
            zeroed.Add((start, start + size));
        }

        foreach (PlacedArea area in image.Map.Areas)
        {
            bool covered = zeroed.Any(range => range.Start <= area.Address && area.End <= range.End);
            bool touched = zeroed.Any(range => range.Start < area.End && area.Address < range.End);
            facts.Require("zeroed", area.Storage == Storage.Zero ? covered : !touched,
                () => $"{area.Owner}'s {area.Purpose} (0x{area.Address:x} to 0x{area.End:x}) is {(touched ? "" : "not ")}zeroed by the loader{(touched && covered ? "" : ", or only a part of it")}");
        }

        ulong sum = zeroed.Aggregate(0UL, (total, range) => total + (range.End - range.Start));
        ulong wanted = image.Map.Areas.Where(area => area.Storage == Storage.Zero).Aggregate(0UL, (total, area) => total + area.Size);
        facts.Require("zeroed", sum == wanted, () => $"the loader zeroes 0x{sum:x} bytes, the description has 0x{wanted:x}");
        IEnumerable<ulong> seeded = Enumerable.Range(0, (int)seeds).Select(i => image.Word(addresses + ((ulong)i * Word))).Order();
        facts.Require("seeds", seeded.SequenceEqual(manifests.Select(area => area.Address).Order()), () => $"0x{addresses:x}: the manifests that receive seeds are not those of the description");
        RestIsZero(image, facts, ranges + (zeroes * 2 * Word), addresses, "loader", "behind the last range to zero");
        RestIsZero(image, facts, addresses + (seeds * Word), end, "loader", "behind the last seed");
        NothingIsNobodys(image, facts);
    }

    /// <summary>Bytes of the file outside of the areas that have content are zero.</summary>
    private static void NothingIsNobodys(CheckedImage image, Facts facts)
    {
        ulong free = Layout.LoadBase;
        foreach (PlacedArea area in image.Map.Areas.Where(area => area.Storage == Storage.File))
        {
            RestIsZero(image, facts, free, Math.Min(area.Address, image.End), "nobody's", $"before {area.Owner}'s {area.Purpose}, which is nobody's,");
            free = Math.Max(free, area.End);
        }

        facts.Require("nobody's", free >= image.End, () => $"the file goes on at 0x{free:x}, behind the last area");
    }

    private static void RestIsZero(CheckedImage image, Facts facts, ulong start, ulong end, string rule, string what)
    {
        if (start >= end)
            return;
        int at = image.Range(start, end - start).IndexOfAnyExcept((byte)0);
        facts.Require(rule, at < 0, () => $"0x{start + (ulong)at:x}: what lies {what} is not zero");
    }
}
