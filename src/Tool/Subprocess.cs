using System.Diagnostics;

namespace Redoubt.Tool;

/// <summary>A program that runs to its end, its output captured.</summary>
public static class Subprocess
{
    /// <summary>What a program said and how it ended.</summary>
    /// <param name="Status">Its exit status.</param>
    /// <param name="Output">Its standard output.</param>
    /// <param name="Error">Its standard error.</param>
    public sealed record Result(int Status, string Output, string Error)
    {
        /// <summary>Both streams, for a person to read.</summary>
        public string Text => (Output + Error).Trim();
    }

    /// <summary>Runs a program, without a terminal.</summary>
    /// <param name="program">Its name, looked up in PATH.</param>
    /// <param name="arguments">Its arguments, passed as they are.</param>
    /// <param name="folder">Its working folder; null for this process's own.</param>
    /// <param name="line">Called with each line of its standard output as it comes.</param>
    /// <exception cref="UserError">The program is not there.</exception>
    public static Result Run(string program, IEnumerable<string> arguments, string? folder = null, Action<string>? line = null)
    {
        ProcessStartInfo start = new(program, arguments)
        {
            WorkingDirectory = folder ?? Directory.GetCurrentDirectory(),
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // Messages are read by this program: in one language.
        start.Environment["LC_ALL"] = "C.UTF-8";
        using Process process = Start(start);
        using IDisposable cleanUp = Interruption.OnExit(() => Kill(process));
        process.StandardInput.Close();
        Task<string> error = process.StandardError.ReadToEndAsync();
        System.Text.StringBuilder output = new();
        while (process.StandardOutput.ReadLine() is { } text)
        {
            output.Append(text).Append('\n');
            line?.Invoke(text);
        }

        process.WaitForExit();
        return new Result(process.ExitCode, output.ToString(), error.Result);
    }

    /// <summary>Starts a program that must be there.</summary>
    /// <exception cref="UserError">It is not.</exception>
    public static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception failure)
        {
            throw new UserError($"cannot run {start.FileName}: {failure.Message}");
        }
    }

    /// <summary>Ends a process and all that it started.</summary>
    public static void Kill(Process process)
    {
        try
        {
            process.Kill(entireProcessTree: true);
        }
        catch (InvalidOperationException)
        {
            // It has ended already.
        }
    }
}
