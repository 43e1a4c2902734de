using System.ComponentModel;
using System.Diagnostics;

namespace Redoubt.Proof.Terms;

/// <summary>A solver's process, which is told something and says lines. What it complains about on standard error is kept from the terminal.</summary>
internal sealed class SolverProcess : IDisposable
{
    /// <summary>Milliseconds that the last of its complaints may take.</summary>
    private const int LastWords = 1000;

    private readonly Process _process;
    private readonly CancellationToken _stop;
    private readonly CancellationTokenRegistration _stopping;
    private volatile string _complaint = "";

    /// <summary>Starts it.</summary>
    /// <param name="name">The program.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="stop">Ends it, and whatever waits for it with an <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="SolverException">The program is not there.</exception>
    public SolverProcess(string name, IEnumerable<string> arguments, CancellationToken stop = default)
    {
        _process = new Process
        {
            StartInfo = new ProcessStartInfo(name, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true },
        };
        _process.ErrorDataReceived += (_, line) => _complaint = string.IsNullOrWhiteSpace(line.Data) ? _complaint : line.Data;
        try
        {
            _process.Start();
        }
        catch (Win32Exception failure)
        {
            _process.Dispose();
            throw new SolverException($"cannot run the solver {name}: {failure.Message}");
        }

        _process.BeginErrorReadLine();
        _stop = stop;
        _stopping = stop.Register(_process.Kill);
    }

    /// <summary>The last line of its complaints, for after its end; empty if there is none.</summary>
    public string Complaint
    {
        get
        {
            // Without a limit the rest of what it said is waited for, too.
            if (_process.WaitForExit(LastWords))
                _process.WaitForExit();
            return _complaint;
        }
    }

    /// <summary>Says something and returns the first line of the answer.</summary>
    /// <param name="text">What is said.</param>
    /// <param name="patience">Milliseconds that the answer may take.</param>
    /// <returns>Null if it has ended, or is silent for longer.</returns>
    public string? Say(string text, int patience)
    {
        _stop.ThrowIfCancellationRequested();
        try
        {
            _process.StandardInput.Write(text);
            _process.StandardInput.Flush();
            return Hear(patience);
        }
        catch (IOException)
        {
            _stop.ThrowIfCancellationRequested();
            return null;
        }
    }

    /// <summary>The next line of the answer.</summary>
    /// <param name="patience">Milliseconds that it may take.</param>
    /// <returns>Null if the process has ended, or is silent for longer.</returns>
    public string? Hear(int patience)
    {
        Task<string?> line = _process.StandardOutput.ReadLineAsync();
        bool heard = line.Wait(patience, _stop);
        _stop.ThrowIfCancellationRequested();
        return heard ? line.Result : null;
    }

    public void Dispose()
    {
        _stopping.Dispose();
        _process.Kill();
        _process.Dispose();
    }
}
