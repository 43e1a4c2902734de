using System.CommandLine;
using System.Globalization;
using System.Security.Cryptography;
using Redoubt.Proof.Check;
using Redoubt.Proof.Programs;
using Redoubt.Tool.Builds;

namespace Redoubt.Tool.Commands;

/// <summary><c>redoubt check</c>: the theorems about one image.</summary>
public static class CheckCommand
{
    /// <summary>Refusals that are printed for a theorem; <c>--json</c> has all.</summary>
    private const int Printed = 10;

    private const string KernelProgram = "kernel";

    /// <summary>What <c>--json</c> writes.</summary>
    private sealed record Figures(string Image, string Sha256, string Kernel, IReadOnlyList<TheoremResult> Theorems, IReadOnlyList<string> Executed);

    private sealed record Subject(CheckedImage Image, string Path, Board Board, ElfProgram Kernel);

    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        Argument<string> subject = new("IMAGE|SYSTEM") { Description = "an image file, a name in systems/, or a path of a system description (TOML)" };
        Option<string?> board = new("--board") { HelpName = "FILE", Description = "the board of an image, if it is not in boards/" };
        Option<string?> json = JsonOutput.Create();
        Command command = new("check", "Prove that an image's configuration, tables and boot are as the kernel's proof assumes") { subject, board, json };
        command.SetAction(result => Run(result.GetValue(subject)!, result.GetValue(board), result.GetValue(json)));
        return command;
    }

    private static int Run(string name, string? board, string? json)
    {
        Subject subject = Progress.Show($"building {name}", note => Open(name, board, note));
        ImageCheck check = new(subject.Image, subject.Board, subject.Kernel);
        List<TheoremResult> theorems = [];
        foreach (Func<TheoremResult> theorem in (Func<TheoremResult>[])[check.Kernel, check.Config, check.TrustedPath, check.Boot])
        {
            TheoremResult result = Progress.Show($"checking {subject.Path}", _ => theorem());
            Print(result);
            theorems.Add(result);
            if (!result.Holds)
                break;
        }

        string hash = Convert.ToHexStringLower(SHA256.HashData(subject.Image.Bytes.Span));
        JsonOutput.Write(json, new Figures(subject.Path, hash, subject.Kernel.Hash, theorems, [.. check.Executed.Select(address => $"0x{address:x}")]));
        return theorems.All(theorem => theorem.Holds) ? 0 : 1;
    }

    private static void Print(TheoremResult theorem)
    {
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{theorem.Name}: {(theorem.Holds ? "holds" : "REFUSED")}, {theorem.Facts} facts in {theorem.Milliseconds / 1000.0:F1} s; {theorem.Summary}"));
        foreach (Refusal refusal in theorem.Refusals.Take(Printed))
            Console.WriteLine($"  {refusal.Rule}: {refusal.Message}");
        if (theorem.Refusals.Count > Printed)
            Console.WriteLine($"  and {theorem.Refusals.Count - Printed} more");
    }

    private static Subject Open(string name, string? board, Action<string> note)
    {
        bool image = File.Exists(name) && !name.EndsWith(".toml", StringComparison.OrdinalIgnoreCase);
        if (!image)
        {
            BuiltSystem built = BuiltSystem.Build(name, cpus: null, note);
            return new Subject(CheckedImage.Read(built.Image.Bytes, built.Path), built.Path, built.Description.Board, Kernel(note));
        }

        CheckedImage read = CheckedImage.Read(File.ReadAllBytes(name), name);
        string file = board ?? Path.Combine(Workspace.Root, "boards", read.Map.Board, "board.toml");
        if (!File.Exists(file))
            throw new UserError($"{name} is for the board \"{read.Map.Board}\", which is not in boards/: name its file with --board");
        return new Subject(read, name, Board.Load(file), Kernel(note));
    }

    /// <summary>The kernel of this repository, the one that <c>prove</c> is about.</summary>
    private static ElfProgram Kernel(Action<string> note) => ElfProgram.Read(Programs.Build([KernelProgram], note)[KernelProgram]);
}
