using System.CommandLine;
using Redoubt.Tool.Builds;

namespace Redoubt.Tool.Commands;

/// <summary><c>redoubt image</c>: writes the bootable image of a system.</summary>
public static class ImageCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        Argument<string> system = SystemArgument.Create();
        Option<string> output = new("--output", "-o") { HelpName = "FILE", Description = "the file to write", Required = true };
        Option<int?> cpus = SystemArgument.Cpus();
        Command command = new("image", "Write the bootable image of a system, the same bytes each time") { system, output, cpus };
        command.SetAction(result =>
        {
            string file = result.GetValue(output)!;
            string name = result.GetValue(system)!;
            BuiltSystem built = Progress.Show($"building {name}", note => BuiltSystem.Build(name, result.GetValue(cpus), note));
            Files.Write(file, temporary => File.Copy(built.Path, temporary));
            if (built.HasIdentities)
                Files.Write(file + ReferenceValues.Suffix, temporary => File.Copy(built.Path + ReferenceValues.Suffix, temporary));
            Console.WriteLine($"{file}: {new FileInfo(file).Length} bytes; the machine needs {built.Cpus} CPU(s) and {built.Memory} MiB");
            if (built.HasIdentities)
                Console.WriteLine($"{file}{ReferenceValues.Suffix}: what its identities say, for those who appraise them");
        });
        return command;
    }
}
