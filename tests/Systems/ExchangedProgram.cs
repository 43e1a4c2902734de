using Redoubt.Image;
using Redoubt.Tool.Builds;

namespace Redoubt.Systems;

/// <summary>All that a system is made of, with one program exchanged.</summary>
/// <param name="others">The others.</param>
/// <param name="name">The program's name.</param>
/// <param name="path">The ELF file that takes its place.</param>
internal sealed class ExchangedProgram(IArtifacts others, string name, string path) : IArtifacts
{
    /// <summary>Builds a system with a mutant in it.</summary>
    /// <param name="built">The system as it is.</param>
    /// <param name="mutant">The mutant of one of its programs.</param>
    /// <param name="file">Path of the file that the mutant is written to, without its suffix.</param>
    public static SystemImage Build(BuiltSystem built, ProgramMutant mutant, string file)
    {
        ExchangedProgram artifacts = new(built.Artifacts, mutant.Program, mutant.Save(file));
        return Builder.Build(built.Description, new BuildOptions { Artifacts = artifacts, KernelElf = artifacts.Program("kernel"), LoaderElf = artifacts.Program("loader") });
    }

    /// <inheritdoc/>
    public string Program(string program) => program == name ? path : others.Program(program);

    /// <inheritdoc/>
    public string Artifact(string artifact) => others.Artifact(artifact);
}
