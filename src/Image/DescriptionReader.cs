using System.Globalization;
using Redoubt.Abi;

namespace Redoubt.Image;

/// <summary>Reads one system description.</summary>
internal sealed class DescriptionReader(string path, string? boards)
{
    /// <summary>Greatest size of a guest's RAM in MiB: what lies between its base and the pristine images in its monitor.</summary>
    private const long LargestMemory = (long)((Layout.Pristine - GuestMap.Ram) / Units.MiB);

    /// <summary>Greatest size of a service's work memory in MiB: what lies between the board's devices and guest RAM.</summary>
    private const long LargestWork = (long)((GuestMap.Ram - Layout.Work) / Units.MiB);

    /// <summary>Memory of a network if the description doesn't say: more than a guest sends in its turn.</summary>
    private const ulong NetworkMemory = 256 * Units.KiB;

    /// <summary>The same of a serial line.</summary>
    private const ulong SerialMemory = 16 * Units.KiB;

    /// <summary>Longest slot in µs: nobody waits longer than that for the next.</summary>
    private const long LongestSlot = 1_000_000;

    private readonly string _folder = Path.GetDirectoryName(Path.GetFullPath(path))!;

    public SystemDescription Read()
    {
        TomlTable root = TomlDocument.Read(path);
        Board board = ReadBoard(root.Need(root.Text("board"), "board"));
        TomlTable machine = root.Need(root.Table("machine"), "[machine]");
        TomlTable partitions = root.Need(root.Table("partition"), "[partition.NAME]");
        SystemDescription description = new()
        {
            Name = Path.GetFileNameWithoutExtension(path),
            At = new Position(path, 0),
            Board = board,
            Cpus = machine.Integer("cpus", 1, board.CpuLimit) ?? new Sourced<long>(1, machine.At),
            Memory = machine.Need(machine.Bytes("memory", Units.MiB, (long)(board.MemoryLimit / Units.MiB)), "memory"),
            Partitions = partitions.Keys.ToList().ConvertAll(name => ReadPartition(partitions.Table(name)!)),
            Channels = root.Tables("channel").Select(ReadChannel).ToList(),
            Schedules = root.Tables("schedule").Select(ReadSchedule).ToList(),
            Identity = root.Table("identity") is { } identity ? ReadIdentity(identity) : null,
        };
        machine.End();
        root.End();
        return description;
    }

    private Board ReadBoard(Sourced<string> name)
    {
        if (name.Value.Contains('/'))
            return Board.Load(Path.GetFullPath(name.Value, _folder));

        string? nearest = null;
        for (string? folder = _folder; nearest is null && folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (Directory.Exists(Path.Combine(folder, "boards")))
                nearest = Path.Combine(folder, "boards");
        }

        if ((nearest ?? boards) is not { } found)
            throw new UserError(name.At, $"board \"{name.Value}\": there is no folder \"boards\" beside this file or above it");
        string file = Path.Combine(found, name.Value, "board.toml");
        if (!File.Exists(file))
        {
            IEnumerable<string> known = Directory.EnumerateDirectories(found).Select(folder => Path.GetFileName(folder));
            throw new UserError(name.At, $"unknown board \"{name.Value}\"{Nearest.Hint(name.Value, known)}");
        }

        return Board.Load(file);
    }

    private PartitionDescription ReadPartition(TomlTable table)
    {
        Sourced<string>? program = table.Text("program");
        Sourced<string>? image = table.Text("image");
        if (program is null == image is null)
            throw new UserError(table.At, $"{table.Name}: a partition has either a program or an image");

        PartitionKind kind = program is not null ? ReadProgramKind(table) : ReadImageKind(table);
        bool guest = kind == PartitionKind.Guest;
        Names.Check("partition", table.Name, guest ? Names.Longest - Names.MonitorSuffix.Length : Names.Longest, table.At);
        IReadOnlyList<Sourced<long>>? cpus = table.Integers("cpus");
        PartitionDescription partition = new()
        {
            Name = table.Name,
            At = table.At,
            Kind = kind,
            Program = program,
            Image = image,
            VcpuCount = ReadVcpuCount(table, cpus),
            Cpus = cpus,
            Console = table.Flag("console"),
            Machine = table.Flag("machine")?.Value ?? table.Name == Names.Console,
            Trusted = kind == PartitionKind.Service && (table.Flag("trusted")?.Value ?? false),
            Devices = table.Texts("devices") ?? [],
            Initrd = guest ? table.Text("initrd") : null,
            Disk = guest ? table.Text("disk") : null,
            CommandLine = guest ? table.Text("cmdline") : null,
            Restart = guest ? ReadRestart(table) : RestartPolicy.Never,
            Screen = kind == PartitionKind.Bare && program is null ? null : ReadScreen(table),
            Memory = ReadMemory(table, kind, image is not null),
            Address = image is null ? null : table.Address("at"),
            Identity = program is null ? null : table.Flag("identity"),
            Anchors = program is null ? null : table.Text("anchors"),
        };
        table.End();
        if (partition.Address is { } address && !address.Value.IsAligned(Units.Block))
            throw new UserError(address.At, $"{table.Name}: at = 0x{address.Value:x} is not a multiple of 2 MiB");
        return partition;
    }

    private static IdentityDescription ReadIdentity(TomlTable table)
    {
        Sourced<long> version = table.Need(table.Integer("version", 0, ushort.MaxValue), "version");
        Sourced<string> date = table.Need(table.Text("date"), "date");
        table.End();
        // A certificate's UTCTime has two digits for the year, and those from 50 on are of the last century (RFC 5280, 4.1.2.5.1).
        if (!DateOnly.TryParseExact(date.Value, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out DateOnly day) || day.Year is < 2000 or >= 2050)
            throw new UserError(date.At, $"{table.Name}: date = \"{date.Value}\" is no day of the years 2000 to 2049, such as \"2026-11-23\"");
        return new IdentityDescription((ulong)version.Value, day, table.At);
    }

    /// <summary>An image has RAM, a service may have work memory.</summary>
    private static Sourced<ulong>? ReadMemory(TomlTable table, PartitionKind kind, bool isImage)
    {
        if (isImage)
            return table.Need(table.Bytes("memory", Units.MiB, LargestMemory), "memory");
        return kind == PartitionKind.Service ? table.Bytes("memory", Units.MiB, LargestWork) : null;
    }

    /// <summary>What is written on the strip must be what people read: letters, digits and signs of the Latin script.</summary>
    private static Sourced<string>? ReadScreen(TomlTable table)
    {
        if (table.Text("screen") is not { } title)
            return null;
        if (title.Value.Length == 0 || System.Text.Encoding.UTF8.GetByteCount(title.Value) > Title.Longest)
            throw new UserError(title.At, $"{table.Name}: screen has the words of the strip, 1 to {Title.Longest} bytes");
        foreach (char character in title.Value)
        {
            if (character is not ((>= ' ' and <= '~') or (>= '\u00a1' and <= '\u017f' and not ('\u00ad' or '\u0149')) or '\u2013'))
                throw new UserError(title.At, $"{table.Name}: screen has the character U+{(int)character:X4}, which the strip can't show");
        }

        return title;
    }

    private static PartitionKind ReadProgramKind(TomlTable table)
    {
        Sourced<string>? kind = table.Text("kind");
        return kind?.Value switch
        {
            null or "service" => PartitionKind.Service,
            "guest" => PartitionKind.Bare,
            _ => throw new UserError(kind.At, $"{table.Name}: kind is \"service\" or \"guest\""),
        };
    }

    private static PartitionKind ReadImageKind(TomlTable table) =>
        table.Flag("monitor")?.Value ?? true ? PartitionKind.Guest : PartitionKind.Bare;

    private static ulong ReadRestart(TomlTable table)
    {
        Sourced<string>? restart = table.Text("restart");
        return restart?.Value switch
        {
            null or "never" => RestartPolicy.Never,
            "on-crash" => RestartPolicy.OnCrash,
            "always" => RestartPolicy.Always,
            _ => throw new UserError(restart.At, $"{table.Name}: restart is \"never\", \"on-crash\" or \"always\""),
        };
    }

    private static Sourced<long> ReadVcpuCount(TomlTable table, IReadOnlyList<Sourced<long>>? cpus)
    {
        Sourced<long>? count = table.Integer("vcpus", 1, Limits.VcpusPerPartition);
        if (cpus is null)
            return count ?? new Sourced<long>(1, table.At);
        Position at = cpus.Count > 0 ? cpus[0].At : table.At;
        if (cpus.Count is 0 or > Limits.VcpusPerPartition)
            throw new UserError(at, $"{table.Name}: cpus names 1 to {Limits.VcpusPerPartition} CPUs, one for each vCPU");
        if (count is not null && count.Value != cpus.Count)
            throw new UserError(at, $"{table.Name}: cpus names {cpus.Count} CPUs for {count.Value} vCPUs");
        return new Sourced<long>(cpus.Count, at);
    }

    private static ChannelDescription ReadChannel(TomlTable table)
    {
        string name = table.Need(table.Text("name"), "name").Value;
        Names.Check("channel", name, Names.Longest, table.At);
        IReadOnlyList<Sourced<string>> ends = table.Need(table.Texts("ends"), "ends");
        if (ends.Count != 2)
            throw new UserError(table.At, $"channel \"{name}\": it has {ends.Count} ends instead of two");
        Sourced<ulong>? memory = table.Bytes("memory", Units.KiB, 64 << 10);
        if (memory is not null && !memory.Value.IsAligned(Units.Page))
            throw new UserError(memory.At, $"channel \"{name}\": memory is a multiple of 4 KiB");
        (ulong kind, ulong usual) = ReadChannelKind(table, name);
        if (kind == ChannelKind.Network && memory?.Value < Frames.LeastMemory)
            throw new UserError(memory.At, $"channel \"{name}\": a network needs {Units.Text(Frames.LeastMemory)} or more");
        table.End();
        return new ChannelDescription(name, ends, memory?.Value ?? usual, kind, table.At);
    }

    /// <summary>What guests see of a channel, and its memory if the description doesn't say.</summary>
    private static (ulong Kind, ulong Memory) ReadChannelKind(TomlTable table, string name)
    {
        bool network = table.Flag("network")?.Value ?? false, serial = table.Flag("serial")?.Value ?? false;
        return (network, serial) switch
        {
            (true, true) => throw new UserError(table.At, $"channel \"{name}\" is a network or a serial line, not both"),
            (true, _) => (ChannelKind.Network, NetworkMemory),
            (_, true) => (ChannelKind.Serial, SerialMemory),
            _ => (ChannelKind.Plain, 0),
        };
    }

    private static ScheduleDescription ReadSchedule(TomlTable table)
    {
        Sourced<long> cpu = table.Need(table.Integer("cpu", 0, long.MaxValue), "cpu");
        List<SlotDescription> slots = table.Tables("slots").Select(ReadSlot).ToList();
        table.End();
        if (slots.Count is 0 or > Limits.Slots)
            throw new UserError(table.At, $"schedule of CPU {cpu.Value}: it has {slots.Count} slots, 1 to {Limits.Slots} fit");
        if (slots.Count > 1 && slots.Find(slot => slot.Microseconds is null) is { } endless)
            throw new UserError(endless.At, $"schedule of CPU {cpu.Value}: only the one slot of a schedule can go without us");
        return new ScheduleDescription(cpu, slots, table.At);
    }

    private static SlotDescription ReadSlot(TomlTable table)
    {
        SlotDescription slot = new(
            table.Need(table.Texts("for"), "for"),
            table.Integer("us", 1, LongestSlot),
            table.Flag("strict")?.Value ?? false,
            table.At);
        table.End();
        return slot;
    }
}
