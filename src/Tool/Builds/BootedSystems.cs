using Redoubt.Proof.Check;
using Redoubt.Proof.Mutants;
using Redoubt.Proof.Programs;

namespace Redoubt.Tool.Builds;

/// <summary>Systems whose boot takes, between them, every way through the kernel's.</summary>
internal sealed class BootedSystems
{
    private const string Loader = "loader", Monitor = "monitor", Folder = "tests/descriptions";

    private static readonly string[] s_names = ["boot", "hostile"];

    private readonly (SystemDescription Description, Artifacts Artifacts)[] _systems;
    private readonly Lock _building = new();

    /// <summary>Builds the programs of these systems.</summary>
    /// <param name="note">Told what goes on.</param>
    public BootedSystems(Action<string> note) => _systems = [.. s_names.Select(name =>
    {
        SystemDescription description = SystemDescription.Load(Path.Combine(Workspace.Root, Folder, name + ".toml"), Path.Combine(Workspace.Root, "boards"));
        return (description, Artifacts.For(description, [Loader, Monitor], note));
    })];

    /// <summary>Boots them with a kernel, instruction by instruction, as `check` does.</summary>
    /// <param name="kernel">The kernel, a file.</param>
    /// <param name="note">Told what goes on.</param>
    /// <returns>Addresses of the kernel's instructions that boot executed, and why a system does not boot with this kernel.</returns>
    public (IReadOnlySet<ulong> Executed, IReadOnlyList<string> Refusals) Execute(ElfProgram kernel, Action<string> note)
    {
        HashSet<ulong> executed = [];
        List<string> refusals = [];
        foreach ((string name, (SystemDescription description, Artifacts artifacts)) in s_names.Zip(_systems))
        {
            SystemImage image;
            lock (_building)
                image = Builder.Build(description, new BuildOptions { Artifacts = artifacts, KernelElf = kernel.Path, LoaderElf = artifacts.Program(Loader) });
            note($"executing the boot of {name}");
            ImageCheck check = new(CheckedImage.Read(image.Bytes, name), description.Board, kernel);
            foreach (Func<TheoremResult> theorem in (Func<TheoremResult>[])[check.Kernel, check.Boot])
                refusals.AddRange(theorem().Refusals.Select(refusal => $"boot of {name}: {refusal.Rule}: {refusal.Message}"));
            executed.UnionWith(check.Executed);
        }

        return (executed, refusals);
    }

    /// <summary>Tells why these systems do not boot with a mutant of a kernel; null if boot does not get to what was changed, or they do.</summary>
    /// <param name="kernel">The kernel as it is.</param>
    public Func<Mutant, string?> Refusing(ElfProgram kernel)
    {
        IReadOnlySet<ulong> executed = Execute(kernel, _ => { }).Executed;
        return mutant =>
        {
            if (!executed.Contains(mutant.Address))
                return null;
            string file = Path.GetTempFileName();
            using IDisposable cleanUp = Interruption.OnExit(() => File.Delete(file));
            try
            {
                File.WriteAllBytes(file, kernel.Patched(mutant.Address, mutant.Word).File);
                return Execute(ElfProgram.Read(file), _ => { }).Refusals.FirstOrDefault();
            }
            finally
            {
                File.Delete(file);
            }
        };
    }
}
