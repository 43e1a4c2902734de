using System.Collections.Concurrent;
using System.Text;
using System.Text.RegularExpressions;
using Redoubt.Image;
using Redoubt.Tool;
using Redoubt.Tool.Builds;
using Redoubt.Tool.Debian;
using Redoubt.Tool.Machines;
using Xunit;

namespace Redoubt.Systems;

/// <summary>
/// A booted machine under test. All that its consoles say is kept in <c>artifacts/test-logs</c>; waiting is for what it says, never for
/// time to pass; it is ended when the test is over.
/// </summary>
public sealed class Machine : IDisposable
{
    /// <summary>How long anything may take, on a machine that has much else to do.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    private const int TailLines = 40;

    private static readonly ConcurrentDictionary<(string System, int? Cpus), Lazy<BuiltSystem>> s_systems = new();
    private static readonly Lazy<DebianArtifacts> s_debian = new(() => new DebianArtifacts(_ => { }));
    private static int s_logs;

    private readonly FileStream _log;
    private readonly MachineControl? _control;
    private readonly RunningMachine _running;
    private int _position;

    private Machine(QemuMachine machine, MachineControl? control = null)
    {
        _control = control;
        Directory.CreateDirectory(Path.Combine(Workspace.Artifacts, "test-logs"));
        string test = Regex.Replace(TestContext.Current.Test?.TestDisplayName ?? "machine", "[^A-Za-z0-9.]+", "-");
        LogPath = Path.Combine(Workspace.Artifacts, "test-logs", $"{test}-{Interlocked.Increment(ref s_logs)}.log");
        _log = File.Create(LogPath);
        _running = RunningMachine.Start(machine, bytes =>
        {
            _log.Write(bytes);
            _log.Flush();
        });
    }

    /// <summary>The file with everything that the consoles said.</summary>
    public string LogPath { get; }

    /// <summary>Text so far, as a person reads it.</summary>
    public string Text => _running.Console.Text;

    /// <summary>Position in the text of the unfinished line, which may move down or vanish when another partition speaks.</summary>
    public int Mark => Text.LastIndexOf('\n') + 1;

    /// <summary>Builds a system as <c>./redoubt run</c> does, and boots it.</summary>
    /// <param name="system">A name in <c>systems/</c> or a path.</param>
    /// <param name="cpus">CPUs, if other than the description says.</param>
    /// <param name="cpu">CPU model.</param>
    /// <param name="extra">Further options for QEMU.</param>
    public static Machine Boot(string system, int? cpus = null, string cpu = "cortex-a72", params string[] extra)
    {
        QemuMachine machine = Build(system, cpus).MachineWithDisk();
        return new Machine(machine with { Cpu = cpu, Extra = extra });
    }

    /// <summary>Boots whatever a machine is made of.</summary>
    /// <param name="machine">The machine.</param>
    /// <param name="control">A person at it, who is asked for its registers if it does not do what is expected; null for nobody.</param>
    public static Machine Boot(QemuMachine machine, MachineControl? control = null) => new(control is null ? machine : machine with { Control = control.Socket }, control);

    /// <summary>Boots Debian's kernel on the same machine without Redoubt.</summary>
    public static Machine BootNative(int cpus = 2, string cpu = "cortex-a72", params string[] extra)
    {
        DebianArtifacts debian = s_debian.Value;
        return new Machine(new QemuMachine { Kernel = debian.Kernel, Initrd = debian.Initramfs(GuestInitramfs.Shell), Cpus = cpus, Cpu = cpu, Extra = extra });
    }

    /// <summary>Builds a system once, for all tests.</summary>
    public static BuiltSystem Build(string system, int? cpus = null)
    {
        return s_systems.GetOrAdd((system, cpus), key => new Lazy<BuiltSystem>(() => BuiltSystem.Build(key.System, key.Cpus, _ => { }))).Value;
    }

    /// <summary>Waits for text that was not waited for before.</summary>
    /// <param name="pattern">A regular expression; <c>^</c> and <c>$</c> are ends of lines.</param>
    /// <param name="patience">How long, if not <see cref="Patience"/>.</param>
    public Match Expect(string pattern, TimeSpan? patience = null)
    {
        Match match = ExpectFrom(_position, pattern, patience);
        _position = match.Index + match.Length;
        return match;
    }

    /// <summary>Waits for text after a position, and leaves alone what else is waited for.</summary>
    public Match ExpectFrom(int position, string pattern, TimeSpan? patience = null)
    {
        TimeSpan time = patience ?? Patience;
        return TryExpectFrom(position, pattern, time)
            ?? throw Failure($"/{pattern}/ did not appear {(_running.WaitForExit(TimeSpan.Zero) is { } status ? $"before the machine ended with status {status}" : $"within {time.TotalSeconds} s")}");
    }

    /// <summary>The same, but null if the text doesn't appear in time.</summary>
    public Match? TryExpectFrom(int position, string pattern, TimeSpan patience) =>
        _running.Console.Wait(new Regex(pattern, RegexOptions.Multiline), position, patience);

    /// <summary>Types keys.</summary>
    public void Type(string keys)
    {
        _running.Type(Encoding.UTF8.GetBytes(keys));
    }

    /// <summary>Waits until the machine is off; that must not be by an error.</summary>
    public void ExpectOff(TimeSpan? patience = null)
    {
        int? status = _running.WaitForExit(patience ?? Patience);
        if (status != 0)
            throw Failure(status is null ? "the machine is still on" : $"QEMU ended with status {status}: {_running.Errors}");
    }

    /// <summary>Whether the machine is on.</summary>
    public bool IsOn => _running.WaitForExit(TimeSpan.Zero) is null;

    /// <summary>That it is off, which it should not be.</summary>
    public Exception UnexpectedlyOff() => Failure($"the machine is off: QEMU ended with status {_running.WaitForExit(Patience)}: {_running.Errors}");

    /// <summary>A failure that shows what was said last.</summary>
    public Exception Failure(string message)
    {
        IEnumerable<string> tail = Text.Split('\n').TakeLast(TailLines);
        return new MachineException($"{message}{Places()}\nlast lines of {LogPath}:\n{string.Join('\n', tail)}");
    }

    // Where its CPUs are, several times; all of their registers are kept beside the log.
    private string Places()
    {
        const int Looks = 5;
        if (_control is null || !IsOn)
            return "";
        try
        {
            string[] looks = [.. Enumerable.Range(0, Looks).Select(_ => _control.Monitor("info registers -a"))];
            File.WriteAllLines(LogPath + ".registers", looks);
            return "\nCPUs are at " + string.Join("; ", looks.Select(look => string.Join(", ", Regex.Matches(look, "PC=([0-9a-f]+)").Select(pc => pc.Groups[1].Value))));
        }
        catch (UserError ended)
        {
            return $"\n{ended.Message}";
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _running.Dispose();
        _log.Dispose();
    }

    private sealed class MachineException(string message) : Exception(message);
}
