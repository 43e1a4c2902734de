using System.CommandLine;
using Redoubt.Tool.Builds;
using Redoubt.Tool.Inspection;
using Spectre.Console;

namespace Redoubt.Tool.Commands;

/// <summary><c>redoubt inspect</c>: prints who owns what.</summary>
public static class InspectCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        Argument<string> subject = new("IMAGE|SYSTEM") { Description = "an image file, a name in systems/, or a path of a system description (TOML)" };
        Option<string?> svg = new("--svg") { HelpName = "FILE", Description = "also draw a picture to FILE" };
        Option<string?> json = JsonOutput.Create();
        Command command = new("inspect", "Print who owns what: memory, devices, interrupts, channels, time") { subject, svg, json };
        command.SetAction(result =>
        {
            SystemImage image = Open(result.GetValue(subject)!);
            Image.Inspection inspection = Image.Inspection.Of(image);
            SystemTables.Print(inspection, image.Bytes.Length, AnsiConsole.Console);
            if (result.GetValue(svg) is { } file)
                Files.Write(file, temporary => File.WriteAllText(temporary, Picture.Draw(inspection)));
            JsonOutput.Write(result.GetValue(json), inspection);
        });
        return command;
    }

    private static SystemImage Open(string subject)
    {
        bool image = File.Exists(subject) && !subject.EndsWith(".toml", StringComparison.OrdinalIgnoreCase);
        return image
            ? SystemImage.Read(subject)
            : Progress.Show($"building {subject}", note => BuiltSystem.Build(subject, cpus: null, note)).Image;
    }
}
