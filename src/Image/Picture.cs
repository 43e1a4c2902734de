namespace Redoubt.Image;

/// <summary>Draws a system: its partitions over the kernel, the channels between them, the time of each CPU and the memory map.</summary>
public sealed class Picture
{
    private const double Margin = 24, Width = 1080, CardHeight = 66, WidestCard = 352, Gap = 12, LaneStep = 20, BarHeight = 30, SectionGap = 34;
    private const string Grey = "#9aa5b1", Dark = "#3e4c59", Pale = "#f5f7fa";

    /// <summary>Pixels of one character of the small text, roughly.</summary>
    private const double CharacterWidth = 6.3;

    private static readonly string[] Colours =
        ["#9fd8cb", "#f7c59f", "#b8c0ff", "#f4a6b7", "#d4e09b", "#a3d5ff", "#e0bbe4", "#ffe08a", "#c9ada7", "#90dbf4"];

    private readonly Inspection _inspection;
    private readonly SystemMap _map;
    private readonly Svg _svg = new();
    private readonly Dictionary<string, double> _centres = [];
    private readonly Dictionary<string, string> _colours = [];
    private double _y = Margin;

    private Picture(Inspection inspection)
    {
        (_inspection, _map) = (inspection, inspection.Map);
        foreach (PlacedPartition partition in _map.Partitions.Where(partition => partition.Kind != PartitionKind.Monitor))
        {
            _colours[partition.Name] = Colours[_colours.Count % Colours.Length];
            if (partition.Monitor is { } monitor)
                _colours.TryAdd(monitor, _colours[partition.Name]);
        }
    }

    /// <summary>The picture as an SVG document.</summary>
    public static string Draw(Inspection inspection) => new Picture(inspection).Draw();

    private string Draw()
    {
        _svg.Text(Margin, _y + 14, _map.System, "h1");
        _svg.Text(Margin, _y + 34, $"board {_map.Board}, {_map.Cpus} {(_map.Cpus == 1 ? "CPU" : "CPUs")}, {Units.Text(_map.MemorySize)} of memory", "small");
        _y += 54;
        DrawPartitions();
        DrawChannels();
        DrawKernel();
        DrawSchedules();
        DrawMemory();
        return _svg.Document(Width + 2 * Margin, _y + Margin, $"The system {_map.System}");
    }

    private string ColourOf(string owner) => _colours.GetValueOrDefault(owner, Grey);

    /// <summary>One column for each partition; a guest stands on its monitor, all others on the level of monitors.</summary>
    private void DrawPartitions()
    {
        List<PartitionRow> columns = _inspection.Partitions.Where(row => row.Kind != PartitionKind.Monitor).ToList();
        double width = Math.Min(WidestCard, (Width + Gap) / columns.Count - Gap);
        for (int i = 0; i < columns.Count; i++)
        {
            double x = Margin + i * (width + Gap);
            PartitionRow row = columns[i];
            string? monitor = _map.Partitions.First(partition => partition.Name == row.Name).Monitor;
            double lower = _y + CardHeight + 6;
            DrawCard(row, x, monitor is null ? lower : _y, width);
            _centres[row.Name] = x + width / 2;
            if (monitor is null)
                continue;
            DrawCard(_inspection.Partitions.First(other => other.Name == monitor), x, lower, width);
            _centres[monitor] = x + width / 2;
        }

        _y += 2 * CardHeight + 6;
    }

    private void DrawCard(PartitionRow row, double x, double y, double width)
    {
        string level = row.Kind is PartitionKind.Service or PartitionKind.Monitor ? "EL0" : "EL1";
        string cpus = string.Join(", ", row.Vcpus.Distinct().Select(cpu => cpu.Replace("CPU ", "", StringComparison.Ordinal)));
        string[] details =
        [
            $"{row.Runs}, {level}",
            $"{row.Vcpus.Count} {(row.Vcpus.Count == 1 ? "vCPU" : "vCPUs")} on CPU {cpus}, {Units.Text(row.Memory)}",
        ];
        _svg.Box(x, y, width, CardHeight, ColourOf(row.Name), title: string.Join("; ", details.Prepend(row.Name)));
        _svg.Text(x + 10, y + 21, Cut(row.Name, width / 1.2), "name");
        _svg.Text(x + 10, y + 40, Cut(details[0], width), "small");
        _svg.Text(x + 10, y + 56, Cut(details[1], width), "small");
    }

    /// <summary>Each channel is a line of its own below the partitions that it joins.</summary>
    private void DrawChannels()
    {
        double top = _y;
        _y += 12;
        foreach (PlacedChannel channel in _inspection.Channels)
        {
            (double left, double right) = (_centres[channel.First], _centres[channel.Second]);
            string label = channel.Size == 0 ? channel.Name : $"{channel.Name}, {Units.Text(channel.Size)}";
            foreach (double end in new[] { left, right })
            {
                _svg.Line(end, top, end, _y + 8, Grey, dashed: true);
                _svg.Dot(end, _y + 8, Dark);
            }

            _svg.Line(left, _y + 8, right, _y + 8, Dark);
            _svg.Text((left + right) / 2, _y + 4, label, "small", "middle");
            _y += LaneStep;
        }

        _y += 6;
    }

    private void DrawKernel()
    {
        _svg.Box(Margin, _y, Width, BarHeight, Dark);
        _svg.Text(Margin + 10, _y + 20, "kernel, EL2", "light");
        string devices = string.Join(", ", _inspection.Devices.Select(device => $"{device.Name} of {device.Owner}"));
        _svg.Box(Margin, _y + BarHeight + 6, Width, BarHeight, Pale, Grey);
        _svg.Text(Margin + 10, _y + BarHeight + 26, Cut($"{_map.Board}: {string.Join(", ", Enumerable.Range(0, _map.Cpus).Select(cpu => $"CPU {cpu}"))}{(devices.Length > 0 ? "; " : "")}{devices}", Width), "small");
        _y += 2 * BarHeight + 6 + SectionGap;
    }

    /// <summary>One bar for each CPU; slots as wide as they are long.</summary>
    private void DrawSchedules()
    {
        _svg.Text(Margin, _y, "Time", "h2");
        _y += 10;
        foreach (IGrouping<int, ScheduleRow> cpu in _inspection.Schedule.GroupBy(row => row.Cpu))
        {
            const double left = Margin + 60, width = Width - 60;
            double total = cpu.Sum(row => row.Microseconds ?? 1), x = left;
            _svg.Text(Margin, _y + 20, $"CPU {cpu.Key}");
            foreach (ScheduleRow row in cpu)
            {
                double share = (row.Microseconds ?? 1) / total * width;
                string runs = row.Runs.Count == 0 ? "idle" : string.Join(", ", row.Runs);
                string length = row.Microseconds is { } us ? $"{us / 1000:0.###} ms" : "always";
                string rest = row.Microseconds is null ? "" : row.Otherwise.Count == 0 ? ", strict" : ", then others";
                string owner = row.Runs.Count == 0 ? "" : row.Microseconds is null ? "" : PartitionOf(row.Runs[^1]);
                _svg.Strip(x, _y, Math.Max(1, share - 2), BarHeight, ColourOf(owner), $"{runs}: {length}{rest}");
                _svg.Text(x + 8, _y + 19, Cut($"{runs}: {length}{rest}", share), "small");
                x += share;
            }

            _y += BarHeight + 6;
        }

        _y += SectionGap - 6;
    }

    /// <summary>The partition whose vCPU a row of the schedule names.</summary>
    private string PartitionOf(string vcpu) =>
        _inspection.Partitions.First(partition => vcpu == partition.Name || vcpu[..Math.Max(0, vcpu.LastIndexOf('.'))] == partition.Name).Name;

    /// <summary>The machine's memory to scale, neighbours of one owner as one piece.</summary>
    private void DrawMemory()
    {
        _svg.Text(Margin, _y, "Memory", "h2");
        _svg.Text(Margin + Width, _y, "dark grey: kernel and loader", "small", "end");
        _y += 10;
        double scale = Width / _map.MemorySize;
        double At(ulong address) => Margin + (address - _map.MemoryBase) * scale;
        _svg.Strip(Margin, _y, Width, BarHeight, Pale, "free");
        foreach ((string owner, ulong start, ulong end) in Pieces())
        {
            _svg.Strip(At(start), _y, Math.Max(0.75, At(end) - At(start)), BarHeight, ColourOf(owner), $"{owner}: 0x{start:x} to 0x{end:x}, {Units.Text(end - start)}");
            _svg.Text(At(start) + 6, _y + 19, Cut(owner, At(end) - At(start)), "small");
        }

        for (int quarter = 0; quarter <= 4; quarter++)
        {
            ulong address = _map.MemoryBase + _map.MemorySize / 4 * (ulong)quarter;
            _svg.Line(At(address), _y + BarHeight, At(address), _y + BarHeight + 5, Dark);
            _svg.Text(At(address), _y + BarHeight + 18, $"0x{address:x}", "small", quarter == 0 ? "start" : quarter == 4 ? "end" : "middle");
        }

        _y += BarHeight + 18;
    }

    private List<(string Owner, ulong Start, ulong End)> Pieces()
    {
        List<(string Owner, ulong Start, ulong End)> pieces = [];
        foreach (PlacedArea area in _map.Areas.Where(area => area.Storage != Storage.Device))
        {
            if (pieces.Count > 0 && pieces[^1].Owner == area.Owner && pieces[^1].End == area.Address)
                pieces[^1] = pieces[^1] with { End = area.End };
            else
                pieces.Add((area.Owner, area.Address, area.End));
        }

        return pieces;
    }

    /// <summary>As much of a text as fits; nothing if that is hardly anything.</summary>
    private static string Cut(string text, double width)
    {
        int fits = (int)((width - 14) / CharacterWidth);
        return text.Length <= fits ? text : fits < 4 ? "" : text[..(fits - 1)] + "…";
    }
}
