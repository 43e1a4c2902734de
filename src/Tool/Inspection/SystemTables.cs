using System.Globalization;
using Spectre.Console;

namespace Redoubt.Tool.Inspection;

/// <summary>Prints who owns what in an image.</summary>
public static class SystemTables
{
    private const int WidthOfFiles = 160;

    /// <summary>Prints all tables.</summary>
    public static void Print(Image.Inspection inspection, int bytes, IAnsiConsole console)
    {
        if (!console.Profile.Out.IsTerminal)
            console.Profile.Width = WidthOfFiles;
        SystemMap map = inspection.Map;
        console.WriteLine($"{map.System} for {map.Board}: {map.Cpus} CPU(s), {Units.Text(map.MemorySize)} of memory, image of {Units.Text((ulong)bytes)}");
        Print(console, "Partitions", ["partition", "kind", "runs", "VMID", "vCPUs on", "memory"], inspection.Partitions.Select(row => new[]
        {
            row.Name, $"{row.Kind}".ToLowerInvariant(), row.Runs, $"{row.Vmid}", string.Join(", ", row.Vcpus), Units.Text(row.Memory),
        }));
        Print(console, "Memory", ["from", "to", "size", "owner", "what", "at boot", "reached by"], inspection.Memory.Select(row => new[]
        {
            Address(row.Address), Address(row.Address + row.Size - 1), Units.Text(row.Size), row.Owner, row.Purpose,
            $"{row.Storage}".ToLowerInvariant(), string.Join(", ", row.Seen),
        }));
        Print(console, "Devices", ["device", "owner", "registers", "interrupt", "DMA"], inspection.Devices.Select(row => new[]
        {
            row.Name, row.Owner, string.Join(", ", row.Ranges.Select(range => Address(range.Address))), string.Join(", ", row.Interrupts),
            row.Streams is { } streams ? $"its owner's memory, streams 0x{streams.First:x} to 0x{streams.End - 1:x}" : row.Dma ? "all memory" : "no",
        }));
        Print(console, "Interrupts", ["INTID", "device", "goes to", "vCPU", "CPU", "as"], inspection.Interrupts.Select(row => new[]
        {
            $"{row.Intid}", row.Device, row.Partition, $"{row.Vcpu}", $"{row.Cpu}", row.Arrives,
        }));
        Print(console, "Channels", ["channel", "between", "and", "memory", "event bits"], inspection.Channels.Select(row => new[]
        {
            row.Name, row.First, row.Second, row.Size == 0 ? "" : Units.Text(row.Size), $"{row.FirstEvent}, {row.SecondEvent}",
        }));
        Print(console, "Capabilities", ["partition", "slot", "may", "what"], inspection.Capabilities.Select(row => new[]
        {
            row.Partition, $"{row.Slot}", row.Kind, row.Target,
        }));
        Print(console, "Schedule", ["CPU", "slot", "length", "for", "unused time goes to"], inspection.Schedule.Select(row => new[]
        {
            $"{row.Cpu}", $"{row.Slot}", Time(row.Microseconds), row.Runs.Count == 0 ? "nobody" : string.Join(", ", row.Runs),
            row.Otherwise.Count == 0 ? "nobody" : string.Join(", ", row.Otherwise),
        }));
    }

    private static string Address(ulong address) => string.Create(CultureInfo.InvariantCulture, $"0x{address:x8}");

    private static string Time(double? microseconds) =>
        microseconds is null ? "endless" : string.Create(CultureInfo.InvariantCulture, $"{microseconds / 1000:0.##} ms");

    private static void Print(IAnsiConsole console, string title, string[] columns, IEnumerable<string[]> rows)
    {
        Table table = new() { Border = TableBorder.Simple, Title = new TableTitle(title) };
        table.AddColumns(columns);
        foreach (string[] row in rows)
            table.AddRow([.. row.Select(cell => Markup.Escape(cell))]);
        if (table.Rows.Count > 0)
            console.Write(table);
    }
}
