using Spectre.Console;

namespace Redoubt.Tool.Inspection;

/// <summary>Prints who owns what in an image.</summary>
public static class SystemTables
{
    private const int WidthOfFiles = 160;

    /// <summary>Prints all tables.</summary>
    public static void Print(SystemImage image, IAnsiConsole console)
    {
        if (!console.Profile.Out.IsTerminal)
            console.Profile.Width = WidthOfFiles;
        SystemMap map = image.Map;
        console.WriteLine($"{map.System} for {map.Board}: {map.Cpus} CPU(s), {Sizes.Bytes(map.MemorySize)} of memory, image of {Sizes.Bytes((ulong)image.Bytes.Length)}");
        Print(console, "Partitions", ["partition", "kind", "runs", "on CPUs", "monitor"], map.Partitions.Select((partition, index) => new[]
        {
            partition.Name, $"{partition.Kind}".ToLowerInvariant(), partition.Runs, string.Join(", ", SlotView.CpusOf(image, index)), partition.Monitor ?? "",
        }));
        Print(console, "Memory", ["from", "to", "size", "owner", "what", "at boot"], map.Areas.Select(area => new[]
        {
            Sizes.Address(area.Address), Sizes.Address(area.End - 1), Sizes.Bytes(area.Size),
            area.Sharer is null ? area.Owner : $"{area.Owner} and {area.Sharer}", area.Purpose, $"{area.Storage}".ToLowerInvariant(),
        }));
        Print(console, "Devices", ["device", "owner", "registers", "interrupt", "DMA"], map.Devices.Select(device => new[]
        {
            device.Name, device.Owner, Sizes.Address(device.Address), device.Interrupt?.ToString() ?? "", device.Dma ? "yes" : "no",
        }));
        Print(console, "Channels", ["channel", "between", "and", "memory", "event bits"], map.Channels.Select(channel => new[]
        {
            channel.Name, channel.First, channel.Second, channel.Size == 0 ? "" : Sizes.Bytes(channel.Size), $"{channel.FirstEvent}, {channel.SecondEvent}",
        }));
        Print(console, "Schedule", ["CPU", "slot", "for", "unused time goes to"], SlotView.Of(image).Select(slot => new[]
        {
            $"{slot.Cpu}", Sizes.Time(slot.Microseconds), string.Join(", ", slot.Runs), slot.Leftover.Count == 0 ? "nobody" : string.Join(", ", slot.Leftover),
        }));
    }

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
