using Redoubt.Tool.Builds;

namespace Redoubt.Tool.Bench;

/// <summary>The systems that are only there to be measured: in tests/descriptions.</summary>
internal static class BenchSystem
{
    /// <summary>Builds one by its name.</summary>
    public static BuiltSystem Build(string name, Action<string> note)
    {
        return BuiltSystem.Build(Path.Combine(Workspace.Root, "tests/descriptions", name + ".toml"), cpus: 1, note);
    }
}
