using System.Globalization;
using System.Security;
using System.Text;

namespace Redoubt.Tool.Inspection;

/// <summary>Draws an image as an SVG picture: memory with its owners, partitions with their channels and devices, and the schedule.</summary>
public sealed class SystemPicture
{
    private const int Width = 1040, Margin = 32, MemoryWidth = 360, Row = 22, Box = 58, Gap = 18;

    private static readonly string[] s_colours = ["#4e79a7", "#f28e2b", "#59a14f", "#b07aa1", "#e15759", "#76b7b2", "#edc948", "#9c755f", "#ff9da7", "#79706e"];

    private readonly StringBuilder _body = new();
    private readonly SystemImage _image;
    private int _bottom;

    private SystemPicture(SystemImage image)
    {
        _image = image;
    }

    /// <summary>Draws.</summary>
    /// <returns>The SVG document.</returns>
    public static string Draw(SystemImage image)
    {
        return new SystemPicture(image).Draw();
    }

    private string Draw()
    {
        SystemMap map = _image.Map;
        Text(Margin, 44, $"{map.System} on {map.Board}", size: 22, weight: 600);
        Text(Margin, 66, $"{map.Cpus} CPU(s), {Sizes.Bytes(map.MemorySize)}", fill: "#666");
        DrawMemory(Margin, 110);
        int right = Margin + MemoryWidth + 100;
        int bottom = DrawPartitions(right, 110);
        DrawSchedule(right, bottom + 50);
        int height = _bottom + Margin;
        return $"""
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {Width} {height}" font-family="system-ui, sans-serif" font-size="13">
            <rect width="{Width}" height="{height}" fill="#fff"/>
            {_body}</svg>

            """;
    }

    /// <summary>Areas by address, neighbours of one owner in one row.</summary>
    private void DrawMemory(int x, int y)
    {
        Text(x, y - 14, "Physical memory", weight: 600);
        foreach ((string owner, string purpose, ulong address, ulong size) in Rows())
        {
            Rectangle(x, y, MemoryWidth, Row, Colour(owner));
            Text(x + 8, y + 15, $"{owner}: {purpose}", fill: "#fff", clip: MemoryWidth - 90);
            Text(x + MemoryWidth - 8, y + 15, Sizes.Bytes(size), fill: "#fff", anchor: "end");
            Text(x + MemoryWidth + 8, y + 15, Sizes.Address(address), fill: "#666", size: 11);
            y += Row + 2;
        }

        _bottom = Math.Max(_bottom, y);
    }

    private IEnumerable<(string Owner, string Purpose, ulong Address, ulong Size)> Rows()
    {
        List<PlacedArea> run = [];
        foreach (PlacedArea area in _image.Map.Areas)
        {
            if (run.Count > 0 && (run[^1].Owner != area.Owner || run[^1].Sharer != area.Sharer))
            {
                yield return Join(run);
                run.Clear();
            }

            run.Add(area);
        }

        if (run.Count > 0)
            yield return Join(run);
    }

    private static (string, string, ulong, ulong) Join(List<PlacedArea> run)
    {
        string owner = run[0].Sharer is { } sharer ? $"{run[0].Owner} + {sharer}" : run[0].Owner;
        ulong size = 0;
        foreach (PlacedArea area in run)
            size += area.Size;
        return (owner, string.Join(", ", run.Select(area => area.Purpose).Distinct()), run[0].Address, size);
    }

    private int DrawPartitions(int x, int y)
    {
        SystemMap map = _image.Map;
        int width = Width - x - Margin - 120;
        Text(x, y - 14, "Partitions and channels", weight: 600);
        Dictionary<string, int> middles = [];
        for (int i = 0; i < map.Partitions.Count; i++)
        {
            PlacedPartition partition = map.Partitions[i];
            int top = y + (i * (Box + Gap));
            middles[partition.Name] = top + (Box / 2);
            Rectangle(x, top, width, Box, Colour(partition.Name), radius: 8);
            Text(x + 14, top + 24, partition.Name, fill: "#fff", size: 15, weight: 600);
            Text(x + 14, top + 43, $"{partition.Kind}: {partition.Runs}".ToLowerInvariant(), fill: "#fff", size: 12, clip: width - 28);
            IEnumerable<string> devices = map.Devices.Where(device => device.Owner == partition.Name).Select(device => device.Name);
            string note = string.Join(", ", devices.Prepend("CPU " + string.Join(" ", SlotView.CpusOf(_image, i))));
            Text(x + width - 14, top + 24, note, fill: "#fff", size: 12, anchor: "end");
        }

        int lane = 0;
        foreach (PlacedChannel channel in map.Channels)
        {
            int edge = x + width, outside = edge + 20 + (lane++ * 10 % 60);
            int from = middles[channel.First], to = middles[channel.Second];
            _body.Append(CultureInfo.InvariantCulture, $"<path d=\"M{edge} {from} H{outside} V{to} H{edge}\" fill=\"none\" stroke=\"#888\" stroke-width=\"1.5\"><title>{Escape(channel.Name)}</title></path>\n");
            Text(edge + 80, to - 6 + (12 * (lane % 2)), channel.Name, fill: "#666", size: 11);
        }

        int bottom = y + (map.Partitions.Count * (Box + Gap));
        _bottom = Math.Max(_bottom, bottom);
        return bottom;
    }

    /// <summary>One line for each CPU; an endless slot takes all of it.</summary>
    private void DrawSchedule(int x, int y)
    {
        Text(x, y - 14, "Schedule", weight: 600);
        int width = Width - x - Margin;
        foreach (IGrouping<int, SlotView> cpu in SlotView.Of(_image).GroupBy(slot => slot.Cpu))
        {
            double total = cpu.Sum(slot => slot.Microseconds ?? 1);
            double left = x + 50;
            Text(x, y + 19, $"CPU {cpu.Key}");
            foreach (SlotView slot in cpu)
            {
                double length = (slot.Microseconds ?? 1) / total * (width - 50);
                string name = slot.Runs.Count == 0 ? "idle" : slot.Runs[^1].Split('.')[0];
                Rectangle((int)left, y, (int)length - 2, 30, Colour(name), radius: 4);
                Text((int)left + 8, y + 19, slot.Microseconds is null ? string.Join(", ", slot.Runs) : $"{name} {Sizes.Time(slot.Microseconds)}", fill: "#fff", size: 12, clip: (int)length - 12);
                left += length;
            }

            y += 38;
        }

        _bottom = Math.Max(_bottom, y);
    }

    /// <summary>A guest and its monitor have one colour.</summary>
    private string Colour(string owner)
    {
        string family = owner.Split(' ', '.')[0];
        List<string> families = [.. _image.Map.Partitions.Select(partition => partition.Name.Split('.')[0]).Distinct()];
        int index = families.IndexOf(family);
        return index < 0 ? "#3b3b4f" : s_colours[index % s_colours.Length];
    }

    private void Rectangle(int x, int y, int width, int height, string fill, int radius = 2)
    {
        _body.Append(CultureInfo.InvariantCulture, $"<rect x=\"{x}\" y=\"{y}\" width=\"{Math.Max(1, width)}\" height=\"{height}\" rx=\"{radius}\" fill=\"{fill}\"/>\n");
    }

    /// <param name="x">Where it begins, or ends.</param>
    /// <param name="y">Base line.</param>
    /// <param name="text">What is written.</param>
    /// <param name="fill">Its colour.</param>
    /// <param name="size">Its height.</param>
    /// <param name="weight">How bold it is.</param>
    /// <param name="anchor">Whether x is its start or end.</param>
    /// <param name="clip">Room that it has; 0 for all it needs.</param>
    private void Text(int x, int y, string text, string fill = "#222", int size = 13, int weight = 400, string anchor = "start", int clip = 0)
    {
        const double letter = 0.56;
        int room = clip == 0 ? text.Length : Math.Max(0, (int)(clip / (size * letter)));
        string shown = text.Length <= room ? text : text[..Math.Max(0, room - 1)] + "…";
        _body.Append(CultureInfo.InvariantCulture, $"<text x=\"{x}\" y=\"{y}\" fill=\"{fill}\" font-size=\"{size}\" font-weight=\"{weight}\" text-anchor=\"{anchor}\">{Escape(shown)}</text>\n");
    }

    private static string Escape(string text)
    {
        return SecurityElement.Escape(text);
    }
}
