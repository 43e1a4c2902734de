using Redoubt.Abi;
using Redoubt.Tool.Builds;
using Redoubt.Tool.Machines;

namespace Redoubt.Tool.Bench;

/// <summary>Debian's kernel in a partition and on the bare machine: its boot, and what its processes see.</summary>
public static class Linux
{
    /// <summary>How much more than natively the boot may take; and what it, an operation, and waking up ought to come down to.</summary>
    private const double BootLimit = 1.005, BootGoal = 1.001, OperationGoal = 1.01, WakeGoal = 1.03;

    /// <summary>Its boot while it is quiet, and a process's system calls, pages and sleeps.</summary>
    public static IReadOnlyList<Figure> Quiet(Action<string> note)
    {
        (var native, var redoubt) = Run("bench-linux", note);
        Figure Compare(string name, string title, double goal)
        {
            return new Figure(name, title, redoubt[name]) { Native = native[name], Goal = Share(native[name], goal) };
        }

        return
        [
            Compare("boot", "Linux, kernel entry to /init", BootGoal) with
            {
                Limit = Share(native["boot"], BootLimit),
                Peers = new(881_670_000, 882_500_000, 877_110_000),
            },
            Compare("null-call", "Linux, null system call", OperationGoal) with { Peers = new(460.7, 461.1, 461.2) },
            Compare("page-touch", "Linux, first touch of a page", OperationGoal) with { Peers = new(4651, 4654, 4661) },
            Compare("sleep-overshoot", "Linux, overshoot of a 1 ms sleep", WakeGoal) with { Peers = new(5746, 10_103, 14_188) },
        ];
    }

    /// <summary>Its boot while it writes its log to the console, each character through the monitor.</summary>
    public static IReadOnlyList<Figure> Talking(Action<string> note)
    {
        (var native, var redoubt) = Run("bench-linux-log", note);
        return [new Figure("boot-with-log", "Linux, kernel entry to /init, log shown", redoubt["boot"]) { Native = native["boot"] }];
    }

    private static double Share(double whole, double share)
    {
        return Math.Round(whole * share, 1);
    }

    private static (Dictionary<string, double> Native, Dictionary<string, double> Redoubt) Run(string name, Action<string> note)
    {
        LinuxPayload.Make(note);
        BuiltSystem system = BenchSystem.Build(name, note);
        note($"counting {name} natively");
        Dictionary<string, double> native = WithBoot(Counted.Run(Native(system), $"{name} on the bare machine"));
        note($"counting {name} in a partition");
        return (native, WithBoot(Counted.Run(system.Machine, $"{name} in a partition")));
    }

    private static Dictionary<string, double> WithBoot(IReadOnlyDictionary<string, double> figures)
    {
        return new Dictionary<string, double>(figures) { ["boot"] = figures["init-entry"] - figures["kernel-entry"] };
    }

    /// <summary>The bare machine at EL1 with the guest's files, memory and device tree, so that Linux has the same to do.</summary>
    private static QemuMachine Native(BuiltSystem system)
    {
        PartitionDescription guest = system.Description.Partitions.Single(partition => partition.Kind == PartitionKind.Guest);
        PlacedArea tree = system.Image.Map.Areas.Single(area => area.Purpose == "pristine device tree");
        string file = Path.Combine(Workspace.Artifacts, "bench", $"{system.Description.Name}.dtb");
        Files.Write(file, path => File.WriteAllBytes(path, system.Image.Bytes.Slice((int)(tree.Address - Layout.LoadBase), (int)tree.Size).ToArray()));
        return new QemuMachine
        {
            Kernel = LinuxPayload.Kernel,
            Initrd = LinuxPayload.Initrd,
            CommandLine = guest.CommandLine!.Value,
            Memory = (int)(guest.Memory!.Value >> 20),
            Virtualization = false,
            Extra = ["-dtb", file],
        };
    }
}
