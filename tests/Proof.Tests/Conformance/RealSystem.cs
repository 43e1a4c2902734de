namespace Redoubt.Proof.Tests.Conformance;

/// <summary>A system whose traps are replayed.</summary>
/// <param name="Name">Its name in <c>systems/</c>.</param>
/// <param name="Least">Traps that have to be replayed at least.</param>
/// <param name="Most">Traps, replayed or not, among which all that has to be replayed must be found.</param>
/// <param name="Often">Handlers of which <see cref="Dozens"/> traps have to be among them.</param>
/// <param name="Once">Handlers of which one has to be.</param>
internal sealed record RealSystem(string Name, int Least, int Most, string[] Often, string[] Once)
{
    public const int Dozens = 24;

    public static IReadOnlyList<RealSystem> All { get; } =
    [
        new("hello", 200, 2_000, ["svc wait", "svc notify"], ["svc discover", "interrupt hypervisor timer", "awake hypervisor timer"]),
        new("linux", 800, 20_000, ["svc resume", "svc set priority", "system register", "data abort", "interrupt hypervisor timer"],
            ["svc discover", "svc wait", "svc notify", "svc start", "svc write virtual", "hvc uid", "hvc other", "wfi", "interrupt virtual timer"]),
    ];

    /// <summary>Whether all that has to be replayed has been.</summary>
    public bool IsDone(IReadOnlyDictionary<string, int> replayed) =>
        replayed.Values.Sum() >= Least && Often.All(kind => replayed.GetValueOrDefault(kind) >= Dozens) && Once.All(replayed.ContainsKey);
}
