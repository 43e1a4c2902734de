using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Redoubt.Tool.Machines;

namespace Redoubt.Systems;

/// <summary>A system of tests/descriptions in which a hostile partition attacks all that is around it, and what its neighbours say of that.</summary>
internal static class HostileMachine
{
    /// <summary>Operations after which the hostile partition says that it is done (tests/programs/Hostile).</summary>
    public const long Goal = 10_000_000;

    /// <summary>
    /// Operations that are enough to notice that a protection is missing (<see cref="HostileMutantTests"/>): each vCPU then has reached every encoding
    /// of a system register three times.
    /// </summary>
    public const long Enough = 2_500_000;

    /// <summary>What the programs say when something is not as it must be (tests/programs: Hostile, Sentinel, Heartbeat).</summary>
    private const string Trouble = @"(?:DISTURBED|SAW|REACHED|LOST|CHANGED|panic:).*$";

    private const string Milestone = @"hostile: (?<count>[0-9]+) operations(, done)?\s*$";

    /// <summary>How long no partition is ever silent, however much else the machine under QEMU has to do.</summary>
    private static readonly TimeSpan s_silence = TimeSpan.FromSeconds(20);

    /// <summary>Partitions that must get on between any two milestones of the hostile one.</summary>
    private static readonly string[] s_neighbours = ["sentinel", "heartbeat"];

    /// <summary>The machine for a number of CPUs.</summary>
    /// <param name="cpus">1 or 2.</param>
    /// <param name="cpu">CPU model.</param>
    /// <param name="kernel">Path of the kernel's ELF file, if not the one that ships.</param>
    /// <param name="name">Name of the image's file.</param>
    public static QemuMachine Build(int cpus, string cpu, string? kernel = null, string name = "hostile") =>
        ProgramMutant.Build(cpus == 1 ? "hostile" : $"hostile{cpus}", kernel, $"{name}-{cpus}").Machine with { Cpu = cpu };

    /// <summary>Waits until the hostile partition has made so many operations, and all have gone on for a while after that.</summary>
    /// <param name="machine">The machine.</param>
    /// <param name="operations">How many.</param>
    /// <param name="patience">How long each milestone may take.</param>
    /// <returns>Operations made.</returns>
    /// <exception cref="Exception">Somebody was disturbed, or doesn't get on.</exception>
    public static long Endure(Machine machine, long operations, TimeSpan patience)
    {
        int position = 0;
        long made;
        do
            made = Advance(machine, ref position, patience);
        while (made < operations);
        // All are still there.
        Advance(machine, ref position, patience);
        return made;
    }

    /// <summary>Waits for a milestone of the hostile partition, and that its neighbours have got on since the one before.</summary>
    private static long Advance(Machine machine, ref int position, TimeSpan patience)
    {
        Match milestone = Next(machine, position, patience);
        RequireBeats(machine, position, milestone.Index);
        position = milestone.Index + milestone.Length;
        return long.Parse(milestone.Groups["count"].Value, CultureInfo.InvariantCulture);
    }

    /// <summary>The last shares of its CPU that each vCPU of the sentinel reported, in thousandths.</summary>
    public static int[] Shares(Machine machine)
    {
        Match last = Regex.Matches(machine.Text, "share ([0-9]+) and ([0-9]+) of 1000")[^1];
        return [.. last.Groups.Values.Skip(1).Select(group => int.Parse(group.Value, CultureInfo.InvariantCulture))];
    }

    /// <summary>The next milestone of the hostile partition. Until then its neighbours are heard of all the time.</summary>
    private static Match Next(Machine machine, int position, TimeSpan patience)
    {
        for (TimeSpan waited = TimeSpan.Zero; waited < patience; waited += s_silence)
        {
            int from = machine.Mark;
            long start = Stopwatch.GetTimestamp();
            if (machine.TryExpectFrom(position, $"{Trouble}|{Milestone}", s_silence) is { } match)
                return match.Groups["count"].Success ? match : throw machine.Failure($"disturbed: {match.Value.Trim()}");
            // Nothing more will come; if it ended later than that, the next turn tells.
            if (Stopwatch.GetElapsedTime(start) < s_silence / 2)
                throw machine.UnexpectedlyOff();
            RequireBeats(machine, from, machine.Text.Length);
        }

        throw machine.Failure($"no milestone of the hostile partition within {patience.TotalSeconds} s");
    }

    private static void RequireBeats(Machine machine, int from, int to)
    {
        string said = machine.Text[from..to];
        foreach (string neighbour in s_neighbours.Where(neighbour => !said.Contains($"{neighbour}: beat ", StringComparison.Ordinal)))
            throw machine.Failure($"{neighbour} did not get on");
    }
}
