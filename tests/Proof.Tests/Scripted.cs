using System.Diagnostics;

namespace Redoubt.Proof.Tests;

/// <summary>A program in a folder of its own that takes the place of a solver.</summary>
internal sealed class Scripted : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("redoubt-solver").FullName;

    /// <summary>Writes the program.</summary>
    /// <param name="start">What the shell does first; <c>$0</c> is a file that it may keep things beside.</param>
    /// <param name="answer">What it answers to every question.</param>
    public Scripted(string start, string answer)
    {
        string text = Name + ".sh";
        File.WriteAllText(text, $"""
            #!/bin/sh
            {start}
            while read -r line; do
              case "$line" in
                "(check-sat)") echo {answer};;
                "(get-unsat-core)") echo "(a0)";;
              esac
            done
            """.ReplaceLineEndings("\n"));
        // By a process of its own: a program that is open for writing can't be run, and what another test starts meanwhile inherits what is open here.
        using Process install = Process.Start("install", ["-m", "755", text, Name]);
        install.WaitForExit();
    }

    /// <summary>The program.</summary>
    public string Name => Path.Combine(_folder, "solver");

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
