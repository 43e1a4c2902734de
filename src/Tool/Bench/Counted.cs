using System.Globalization;
using System.Text.RegularExpressions;
using Redoubt.Tool.Machines;

namespace Redoubt.Tool.Bench;

/// <summary>
/// Runs on a machine whose counter counts instructions. One virtual CPU, one nanosecond for each instruction, a counter of 1 GHz, no clock
/// of the host and no random seed: two runs give the same figures.
/// </summary>
public static partial class Counted
{
    /// <summary>The line that ends a run's figures.</summary>
    private const string End = "figures end";

    private const int TailLines = 20;

    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(5);

    /// <summary>Boots a machine and reads the figures that its program prints, by name; of several numbers the median.</summary>
    /// <param name="machine">What to boot.</param>
    /// <param name="what">What it is, for messages.</param>
    /// <exception cref="UserError">It did not come to an end.</exception>
    public static IReadOnlyDictionary<string, double> Run(QemuMachine machine, string what)
    {
        QemuMachine counted = machine with
        {
            Cpus = 1,
            Cpu = "cortex-a72,cntfrq=1000000000",
            Extra = ["-machine", "dtb-randomness=off", "-icount", "shift=0,sleep=off", "-rtc", "base=2026-01-01,clock=vm", .. machine.Extra],
        };
        using RunningMachine running = RunningMachine.Start(counted);
        if (running.Console.Wait(new Regex(End), 0, s_patience) is null)
        {
            // Its console has ended: then so does QEMU, and says why.
            string why = running.WaitForExit(TimeSpan.FromSeconds(1)) is null ? "it still runs" : running.Errors;
            string tail = string.Join('\n', running.Console.Text.Split('\n').TakeLast(TailLines));
            throw new UserError($"{what} did not print all its figures: {why}\n{tail}".TrimEnd());
        }

        return Read(running.Console.Text);
    }

    /// <summary>Reads lines <c>figure NAME VALUE...</c>, wherever in a line they begin; of several values the one in the middle.</summary>
    public static IReadOnlyDictionary<string, double> Read(string text)
    {
        return FigureLine().Matches(text).ToDictionary(
            match => match.Groups["name"].Value,
            match => Middle([.. match.Groups["value"].Captures.Select(value => double.Parse(value.Value, CultureInfo.InvariantCulture))]));
    }

    private static double Middle(double[] values)
    {
        return values[values.Length / 2];
    }

    [GeneratedRegex(@"\bfigure (?<name>[a-z-]+)(?: (?<value>[0-9.]+))+")]
    private static partial Regex FigureLine();
}
