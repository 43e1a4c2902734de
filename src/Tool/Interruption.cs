using System.Runtime.InteropServices;

namespace Redoubt.Tool;

/// <summary>
/// Clean-up that happens however the command ends: normally, by Ctrl-C or by another signal. What is registered is undone in reverse
/// order; a process that was interrupted by signal n ends with status 128 + n, as shells expect.
/// </summary>
public static class Interruption
{
    private static readonly Lock s_lock = new();
    private static readonly List<Action> s_actions = [];
    private static readonly List<PosixSignalRegistration> s_signals = [];
    private static bool s_interrupted;

    /// <summary>Starts to listen to signals. Called once, by a program that owns its process.</summary>
    public static void Listen()
    {
        (PosixSignal Signal, int Number)[] signals =
            [(PosixSignal.SIGHUP, 1), (PosixSignal.SIGINT, 2), (PosixSignal.SIGQUIT, 3), (PosixSignal.SIGTERM, 15)];
        foreach ((PosixSignal signal, int number) in signals)
            s_signals.Add(PosixSignalRegistration.Create(signal, context => Interrupt(context, number)));
    }

    /// <summary>
    /// Registers <paramref name="action"/>, until the result is disposed (which does not run it). If the program has been interrupted already, by
    /// another thread's work, it runs at once.
    /// </summary>
    public static IDisposable OnExit(Action action)
    {
        bool late;
        lock (s_lock)
        {
            late = s_interrupted;
            s_actions.Add(action);
        }

        if (late)
            action();
        return new Registration(action);
    }

    private static void Interrupt(PosixSignalContext context, int number)
    {
        context.Cancel = true;
        Action[] actions;
        lock (s_lock)
        {
            s_interrupted = true;
            actions = [.. s_actions.AsEnumerable().Reverse()];
        }

        foreach (Action action in actions)
            action();
        Environment.Exit(128 + number);
    }

    private sealed class Registration(Action action) : IDisposable
    {
        public void Dispose()
        {
            lock (s_lock)
                s_actions.Remove(action);
        }
    }
}
