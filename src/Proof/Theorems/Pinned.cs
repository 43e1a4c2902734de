namespace Redoubt.Proof.Theorems;

/// <summary>
/// The handlers, acts of the specification and properties that a proof consists of, written down apart from the code that makes them: one that is missing,
/// or there twice, is a failure.
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

    private const string Schedule = "specification schedule", ByGuest = "by the guest";

    // Operations of the specification, the schedule that ends each, and what the processor does beside them.
    private static readonly string[] Operations =
    [
        "discover", "wait", "notify", "acknowledge", "account", "machine", "resume", "read register", "write register", "start", "stop", "write virtual interrupts",
        "read virtual interrupts", "set priority", "identify", "revision", "unknown call of a service", "unknown call of a guest",
        "send interrupts", "read an identification register", "access ICC_SRE_EL1", "access a register that is zero", "write a register that is ignored", "access any other register",
        "wait for interrupt", "data abort", "instruction abort", "secure monitor call", "other exception", "SError",
        "nothing", "virtual timer", "device", "hypervisor timer", "maintenance", "mail", "any other",
        "schedule", $"acknowledge {ByGuest}", $"end {ByGuest}", $"mode {ByGuest}",
    ];

    /// <summary>Names of the acts of the specification.</summary>
    public static IReadOnlyList<string> Acts { get; } = [.. Operations.Select(operation => $"specification {operation}")];

    /// <summary>Where they are defined.</summary>
    public const string PlaceOfActs = "src/Spec";

    /// <summary>Names of all of which something is proved.</summary>
    public static IReadOnlyList<string> All { get; } = [.. Handlers, .. Acts];

    /// <summary>Names of the properties of handlers.</summary>
    public static IReadOnlyList<string> HandlerProperties { get; } = ["interrupts", "invariant", "ownership", "refinement", "registers", "safety", "tlb", "vacuity", "world"];

    /// <summary>Names of the properties of acts of the specification.</summary>
    public static IReadOnlyList<string> ActProperties { get; } = ["confidentiality", "integrity", "interrupts", "invariant", "isolation", "vacuity"];

    /// <summary>What notices a change that only boot would show: that the systems that are booted end in the state that they must (docs/check.md).</summary>
    public const string Boot = "boot";

    /// <summary>Names of all properties.</summary>
    public static IReadOnlyList<string> Properties { get; } = [.. HandlerProperties.Union(ActProperties)];

    /// <summary>
    /// Names of the properties that a handler or act has. Only the schedule enters a vCPU; that of the specification belongs to no partition, so that a policy has nothing
    /// to say of whom it alters. A guest does with its own interrupts what it likes.
    /// </summary>
    public static IEnumerable<string> PropertiesOf(string name) => Acts.Contains(name)
        ? ActProperties.Where(property => (property != "integrity" || name != Schedule) && (property != "interrupts" || !name.EndsWith(ByGuest, StringComparison.Ordinal)))
        : HandlerProperties.Where(property => property != "registers" || name == "schedule");

    /// <summary>What is wrong with a list of handlers and acts.</summary>
    public static IEnumerable<string> Differences(IEnumerable<string> names)
    {
        List<string> given = names.ToList();
        return All.Except(given).Select(name => $"handler \"{name}\" is missing")
            .Concat(given.Except(All).Select(name => $"handler \"{name}\" is not expected"))
            .Concat(given.GroupBy(name => name).Where(group => group.Count() > 1).Select(group => $"handler \"{group.Key}\" is there {group.Count()} times"));
    }
}
