using Redoubt.Proof.Isa;
using Redoubt.Proof.Programs;
using Redoubt.Proof.Tests.Conformance;

namespace Redoubt.Proof.Tests;

/// <summary>The programs under proof, as they are built.</summary>
internal static class Shipped
{
    public static ElfProgram Kernel => Read("Kernel");

    public static ElfProgram Loader => Read("Loader");

    public static ElfProgram Ui => Read("Ui");

    /// <summary>The forms of instructions that occur in them.</summary>
    public static IEnumerable<Instruction> Forms => Form.In(Kernel).Union(Form.In(Loader));

    /// <summary>The folder of the kernel's sources.</summary>
    public static string Sources => Path.Combine(Artifacts.Parent!.FullName, "src", "Kernel");

    /// <summary>What is said of the proof.</summary>
    public static string Documentation => Path.Combine(Artifacts.Parent!.FullName, "docs", "proof.md");

    /// <summary>Where <c>./redoubt prove</c> keeps what it has shown. It counts as long as kernel, prover and solver are the same.</summary>
    public static string Kept => Path.Combine(Artifacts.FullName, "proof");

    private static DirectoryInfo Artifacts
    {
        get
        {
            DirectoryInfo folder = new(AppContext.BaseDirectory);
            while (folder.Name != "artifacts")
            {
                folder = folder.Parent ?? throw new DirectoryNotFoundException("the tests don't run below the artifacts folder");
            }

            return folder;
        }
    }

    private static ElfProgram Read(string name) => ElfProgram.Read(Path.Combine(Artifacts.FullName, "freestanding", name + ".elf"));
}
