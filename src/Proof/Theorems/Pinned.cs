namespace Redoubt.Proof.Theorems;

/// <summary>
/// The handlers and properties that a proof consists of, written down apart from the code that makes them: one that is missing, or there
/// twice, is a failure.
/// </summary>
public static class Pinned
{
    private static readonly string[] Calls =
    [
        "discover", "wait", "notify", "resume", "read register", "write register", "start", "stop", "write virtual", "read virtual",
        "set priority", "acknowledge", "account", "machine", "uid", "revision", "other",
    ];

    private static readonly string[] Interrupts = ["inbox", "maintenance", "hypervisor timer", "virtual timer", "device", "other own", "none"];

    private static readonly string[] Traps =
    [
        .. Calls.Select(call => $"svc {call}"),
        .. Calls.Select(call => $"hvc {call}"),
        "smc", "wfi", "system register", "instruction abort", "data abort", "other exception", "system error",
        .. Interrupts.Select(interrupt => $"interrupt {interrupt}"),
    ];

    /// <summary>Names of all handlers.</summary>
    public static IReadOnlyList<string> Handlers { get; } =
    [
        .. Traps,
        .. Traps.Select(trap => $"{trap} of AArch32"),
        .. Interrupts.Select(interrupt => $"awake {interrupt}"),
    ];

    /// <summary>Names of the properties that each of them has.</summary>
    public static IReadOnlyList<string> Properties { get; } = ["invariant", "ownership", "registers", "safety", "world"];

    /// <summary>What is wrong with a list of handlers.</summary>
    public static IEnumerable<string> Differences(IEnumerable<string> handlers)
    {
        List<string> given = handlers.ToList();
        return Handlers.Except(given).Select(name => $"handler \"{name}\" is missing")
            .Concat(given.Except(Handlers).Select(name => $"handler \"{name}\" is not expected"))
            .Concat(given.GroupBy(name => name).Where(group => group.Count() > 1).Select(group => $"handler \"{group.Key}\" is there {group.Count()} times"));
    }
}
