using System.CommandLine;
using Redoubt.Tool.Builds;
using Spectre.Console;

namespace Redoubt.Tool.Commands;

/// <summary><c>redoubt size</c>: how big the kernel is, and how big it may become.</summary>
public static class SizeCommand
{
    private const int CSharpLimit = 3000, AssemblyLimit = 500, ImageLimit = 64 * 1024;

    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        Option<string?> json = JsonOutput.Create();
        Command command = new("size", "Count the kernel's lines and bytes") { json };
        command.SetAction(result => Run(result.GetValue(json)));
        return command;
    }

    private static int Run(string? json)
    {
        KernelSize size = Progress.Show("building the kernel", KernelSize.Measure);
        Table table = new() { Border = TableBorder.Simple };
        table.AddColumns("kernel", "is", "may be");
        table.AddRow("lines of C#", $"{size.CSharpLines}", $"{CSharpLimit}");
        table.AddRow("lines of assembly", $"{size.AssemblyLines}", $"{AssemblyLimit}");
        table.AddRow("bytes of image", $"{size.ImageBytes}", $"{ImageLimit}");
        AnsiConsole.Write(table);
        Console.WriteLine("Lines without blanks and comments, shared definitions (src/Abi) included. "
            + $"The system module (src/Corelib), of which the compiler takes what is used, has {size.CorelibLines} more.");
        JsonOutput.Write(json, size);
        return size is { CSharpLines: <= CSharpLimit, AssemblyLines: <= AssemblyLimit, ImageBytes: <= ImageLimit } ? 0 : 1;
    }
}
