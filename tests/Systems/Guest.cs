using System.Text.RegularExpressions;
using Redoubt.Tool.Debian;

namespace Redoubt.Systems;

/// <summary>The shell of a Linux guest (or of native Linux) on a machine's console.</summary>
/// <param name="machine">The machine.</param>
/// <param name="name">The guest's name where several share the console, each line headed by its name; null where it is alone.</param>
/// <param name="key">The digit that gives it the keyboard.</param>
public sealed class Guest(Machine machine, string? name = null, int key = 1)
{
    private const string EscapeKey = "\x1d";

    private readonly string _head = name is null ? "^" : $"^{Regex.Escape(name)} *\\| ";
    private readonly string _prompt = (name is null ? "^" : $"^{Regex.Escape(name)} *\\| ") + "[a-z0-9]+:[^ ]*# ";
    private int _commands;

    /// <summary>Position in the machine's text after which the shell's next prompt comes.</summary>
    private int _ready;

    /// <summary>Waits until it has booted to its shell.</summary>
    /// <param name="from">Position in the machine's text after which it boots.</param>
    public Guest Login(int from = 0)
    {
        _ready = machine.ExpectFrom(from, _head + Regex.Escape(GuestInitramfs.Ready)).Index;
        // A message of the kernel that follows the prompt would end its line, and it would not show again.
        Run("stty cols 250; dmesg -n 1");
        return this;
    }

    /// <summary>Waits until a whole Debian has booted to its login, and logs in as root, who has no password.</summary>
    /// <param name="patience">How long, if not <see cref="Machine.Patience"/>.</param>
    public Guest LoginAsRoot(TimeSpan? patience = null)
    {
        int login = machine.ExpectFrom(0, _head + "[a-z]+ login: ", patience).Index;
        Type("root\n");
        machine.ExpectFrom(login, _head + "root@[a-z]+:~# ", patience);
        // The shell shows the prompt that this class knows, and long lines as they are.
        Type("PS1='\\h:\\w# '; stty cols 250; dmesg -n 1\n");
        return this;
    }

    /// <summary>Runs a command that must succeed.</summary>
    /// <returns>What it said.</returns>
    public string Run(string command, TimeSpan? patience = null)
    {
        (int status, string output) = Try(command, patience);
        return status == 0 ? output : throw machine.Failure($"{command}: status {status}: {output}");
    }

    /// <summary>Runs a command that may fail.</summary>
    /// <returns>Its exit status and what it said.</returns>
    public (int Status, string Output) Try(string command, TimeSpan? patience = null)
    {
        int from = Start(command);
        return Finish(from, patience);
    }

    /// <summary>Starts a command, for <see cref="Finish"/> to wait for.</summary>
    /// <returns>Position in the machine's text where it started.</returns>
    public int Start(string command)
    {
        Focus();
        machine.ExpectFrom(_ready, _prompt);
        int from = machine.Mark;
        machine.Type($"{command}; echo =$?={++_commands}=\n");
        return from;
    }

    /// <summary>Waits for the command that was started last.</summary>
    public (int Status, string Output) Finish(int from, TimeSpan? patience = null)
    {
        Match end = machine.ExpectFrom(from, $"{_head}=([0-9]+)={_commands}= *$", patience);
        _ready = end.Index;
        string said = machine.Text[from..end.Index];
        IEnumerable<string> lines = said.Split('\n')
            .Where(line => Regex.IsMatch(line, _head))
            .Select(line => Regex.Replace(line, _head, ""))
            .SkipWhile(line => !line.Contains($"=$?={_commands}=", StringComparison.Ordinal))
            .Skip(1);
        return (int.Parse(end.Groups[1].Value), string.Join('\n', lines).Trim());
    }

    /// <summary>Types keys for this guest; a command that follows waits for a prompt that comes after them.</summary>
    public void Type(string keys)
    {
        Focus();
        _ready = machine.Text.Length;
        machine.Type(keys);
    }

    private void Focus()
    {
        if (name is not null)
        {
            int from = machine.Mark;
            machine.Type(EscapeKey + key);
            // What was typed before and the prompt show once more after this line.
            _ready = machine.ExpectFrom(from, $"^--- focus on {Regex.Escape(name)} ").Index;
        }
    }
}
