using Redoubt.Proof.Check;
using Redoubt.Proof.Programs;

namespace Redoubt.Tool.Builds;

/// <summary>Systems whose boot takes, between them, every way through the kernel's.</summary>
internal static class BootedSystems
{
    private const string Loader = "loader", Monitor = "monitor", Folder = "tests/descriptions";

    private static readonly string[] s_names = ["boot", "hostile"];

    /// <summary>Boots them with a kernel, instruction by instruction, as `check` does.</summary>
    /// <returns>Addresses of the kernel's instructions that boot executed, and why a system does not boot with this kernel.</returns>
    public static (IReadOnlySet<ulong> Executed, IReadOnlyList<string> Refusals) Execute(ElfProgram kernel, Action<string> note)
    {
        HashSet<ulong> executed = [];
        List<string> refusals = [];
        foreach (string name in s_names)
        {
            SystemDescription description = SystemDescription.Load(Path.Combine(Workspace.Root, Folder, name + ".toml"), Path.Combine(Workspace.Root, "boards"));
            Artifacts artifacts = Artifacts.For(description, [Loader, Monitor], note);
            SystemImage image = Builder.Build(description, new BuildOptions { Artifacts = artifacts, KernelElf = kernel.Path, LoaderElf = artifacts.Program(Loader) });
            note($"executing the boot of {name}");
            ImageCheck check = new(CheckedImage.Read(image.Bytes, name), description.Board, kernel);
            foreach (Func<TheoremResult> theorem in (Func<TheoremResult>[])[check.Kernel, check.Boot])
                refusals.AddRange(theorem().Refusals.Select(refusal => $"boot of {name}: {refusal.Rule}: {refusal.Message}"));
            executed.UnionWith(check.Executed);
        }

        return (executed, refusals);
    }
}
