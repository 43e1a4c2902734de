using System.Diagnostics;

namespace Redoubt.Tool.Machines;

/// <summary>
/// A machine that runs in QEMU. It never outlives this object, nor this process: QEMU is ended when the object is disposed, when a signal
/// interrupts the command, and by the system (<c>PR_SET_PDEATHSIG</c>) when this process is killed.
/// </summary>
public sealed class RunningMachine : IDisposable
{
    private readonly Process _process;
    private readonly IDisposable _cleanUp;
    private readonly TaskCompletionSource<int> _exit = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task<string> _errors;
    private readonly Lock _input = new();

    private RunningMachine(Process process, Action<ReadOnlySpan<byte>>? output)
    {
        _process = process;
        _cleanUp = Interruption.OnExit(Kill);
        _errors = process.StandardError.ReadToEndAsync();
        new Thread(() => Read(output)) { IsBackground = true, Name = "machine output" }.Start();
    }

    /// <summary>What its consoles say.</summary>
    public Transcript Console { get; } = new();

    /// <summary>What QEMU itself complained about, once it has ended.</summary>
    public string Errors => _errors.Result.Trim();

    /// <summary>Starts a machine.</summary>
    /// <param name="machine">The machine.</param>
    /// <param name="output">Given the console's bytes as they come, on a thread of its own.</param>
    /// <exception cref="UserError">QEMU is not there.</exception>
    public static RunningMachine Start(QemuMachine machine, Action<ReadOnlySpan<byte>>? output = null)
    {
        // The death signal is sent when the thread that started the process ends: so that thread waits for the process.
        TaskCompletionSource<RunningMachine> started = new(TaskCreationOptions.RunContinuationsAsynchronously);
        new Thread(() => StartAndWait(machine, output, started)) { IsBackground = true, Name = "machine" }.Start();
        return started.Task.GetAwaiter().GetResult();
    }

    /// <summary>Types bytes on the serial line.</summary>
    public void Type(ReadOnlySpan<byte> bytes)
    {
        try
        {
            lock (_input)
            {
                _process.StandardInput.BaseStream.Write(bytes);
                _process.StandardInput.BaseStream.Flush();
            }
        }
        catch (Exception failure) when (failure is IOException or InvalidOperationException)
        {
            // The machine is off: nobody reads what is typed.
        }
    }

    /// <summary>Waits until the machine is off.</summary>
    /// <returns>QEMU's exit status, or null when time is over.</returns>
    public int? WaitForExit(TimeSpan? timeout)
    {
        return _exit.Task.Wait(timeout ?? Timeout.InfiniteTimeSpan) ? _exit.Task.Result : null;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Kill();
        _exit.Task.Wait();
        _cleanUp.Dispose();
        _process.Dispose();
    }

    private static void StartAndWait(QemuMachine machine, Action<ReadOnlySpan<byte>>? output, TaskCompletionSource<RunningMachine> started)
    {
        RunningMachine running;
        try
        {
            ProcessStartInfo start = new("setpriv", ["--pdeathsig", "KILL", QemuMachine.Program, .. machine.Arguments])
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            };
            running = new RunningMachine(Subprocess.Start(start), output);
        }
        catch (UserError error)
        {
            started.SetException(error);
            return;
        }

        started.SetResult(running);
        running._process.WaitForExit();
        // All that the machine said is in the transcript before the machine counts as off.
        running.Console.WaitForEnd(timeout: null);
        running._exit.SetResult(running._process.ExitCode);
    }

    private void Read(Action<ReadOnlySpan<byte>>? output)
    {
        Stream stream = _process.StandardOutput.BaseStream;
        byte[] buffer = new byte[16 * 1024];
        int count;
        while ((count = stream.Read(buffer)) > 0)
        {
            output?.Invoke(buffer.AsSpan(0, count));
            Console.Append(buffer.AsSpan(0, count));
        }

        Console.End();
    }

    private void Kill()
    {
        Subprocess.Kill(_process);
    }
}
