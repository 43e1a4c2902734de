using System.Diagnostics;

namespace Redoubt.Proof.Programs;

/// <summary>Source lines of addresses, from the program's line table.</summary>
public static class SourceLines
{
    /// <summary>The line that an instruction comes from, as <c>File.cs:12</c>; empty if the program doesn't tell.</summary>
    public static string Of(ElfProgram program, ulong address)
    {
        using Process process = Process.Start(new ProcessStartInfo("aarch64-linux-gnu-addr2line", ["-s", "-e", program.Path, $"0x{address:x}"])
        {
            RedirectStandardOutput = true,
        })!;
        string line = process.StandardOutput.ReadToEnd().Trim();
        process.WaitForExit();
        return line.StartsWith('?') ? "" : line;
    }
}
