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
            string tail = string.Join('\n', running.Console.Text.Split('\n').TakeLast(20));
            throw new UserError($"{what}: its figures did not come to an end. {(running.WaitForExit(TimeSpan.Zero) is null ? "" : running.Errors)}\n{tail}".TrimEnd());
        }

        return FigureLine().Matches(running.Console.Text).ToDictionary(
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
