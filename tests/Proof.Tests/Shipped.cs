using Redoubt.Proof.Isa;
using Redoubt.Proof.Programs;
using Redoubt.Proof.Tests.Conformance;

namespace Redoubt.Proof.Tests;

/// <summary>The programs under proof, as they are built.</summary>
internal static class Shipped
{
    public static ElfProgram Kernel => Read("Kernel");

    public static ElfProgram Loader => Read("Loader");

    /// <summary>The forms of instructions that occur in them.</summary>
    public static IEnumerable<Instruction> Forms => Form.In(Kernel).Union(Form.In(Loader));

    private static ElfProgram Read(string name)
    {
        DirectoryInfo folder = new(AppContext.BaseDirectory);
        while (folder.Name != "artifacts")
        {
            folder = folder.Parent ?? throw new DirectoryNotFoundException("the tests don't run below the artifacts folder");
        }

        return ElfProgram.Read(Path.Combine(folder.FullName, "freestanding", name + ".elf"));
    }
}
