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
        .. Interrupts.Select(interrupt => $"awake {interrupt}"),
        "schedule",
    ];

    private const string Refinement = "refinement";

    /// <summary>Names of all properties.</summary>
    public static IReadOnlyList<string> Properties { get; } = ["interrupts", "invariant", "ownership", Refinement, "registers", "safety", "tlb", "vacuity", "world"];

    // Calls, traps and interrupts of which refinement is not shown yet.
    private static readonly string[] OtherCalls = ["notify", "resume", "start", "stop", "write virtual"],
        OtherTraps = ["system register"], OtherInterrupts = ["inbox", "maintenance", "hypervisor timer", "virtual timer", "device"];

    /// <summary>Names of the handlers of which refinement is claimed.</summary>
    public static IReadOnlyList<string> Refined { get; } =
    [
        .. Handlers.Except(
        [
            .. OtherCalls.SelectMany(call => (string[])[$"svc {call}", $"hvc {call}"]),
            .. OtherTraps,
            .. OtherInterrupts.SelectMany(interrupt => (string[])[$"interrupt {interrupt}", $"awake {interrupt}"]),
        ]),
    ];

    /// <summary>Names of the properties that a handler has: only the schedule enters a vCPU.</summary>
    public static IEnumerable<string> PropertiesOf(string handler) =>
        Properties.Where(property => (property != Refinement || Refined.Contains(handler)) && (property != "registers" || handler == "schedule"));

    /// <summary>What is wrong with a list of handlers.</summary>
    public static IEnumerable<string> Differences(IEnumerable<string> handlers)
    {
        List<string> given = handlers.ToList();
        return Handlers.Except(given).Select(name => $"handler \"{name}\" is missing")
            .Concat(given.Except(Handlers).Select(name => $"handler \"{name}\" is not expected"))
            .Concat(given.GroupBy(name => name).Where(group => group.Count() > 1).Select(group => $"handler \"{group.Key}\" is there {group.Count()} times"));
    }
}
