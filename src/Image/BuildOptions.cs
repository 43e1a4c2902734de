namespace Redoubt.Image;

/// <summary>Finds the files that a system description names.</summary>
public interface IArtifacts
{
    /// <summary>Path of the ELF file of one of Redoubt's programs.</summary>
    /// <exception cref="UserError">There is none of that name.</exception>
    string Program(string name);

    /// <summary>Path of the file behind a name such as <c>debian:kernel</c>.</summary>
    /// <exception cref="UserError">There is none of that name.</exception>
    string Artifact(string name);
}

/// <summary>What the builder needs beside the description.</summary>
public sealed record BuildOptions
{
    /// <summary>CPUs of the machine, if not those that the description says.</summary>
    public int? Cpus { get; init; }

    /// <summary>Finds programs and images.</summary>
    public required IArtifacts Artifacts { get; init; }

    /// <summary>Path of the kernel's ELF file.</summary>
    public required string KernelElf { get; init; }

    /// <summary>Path of the loader's ELF file.</summary>
    public required string LoaderElf { get; init; }
}
