using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Redoubt.Tool.Machines;

/// <summary>Everything that a machine's consoles said, as a person reads it, to be waited for. Safe for several threads.</summary>
public sealed class Transcript
{
    private readonly object _lock = new();
    private readonly ConsoleText _text = new();
    private bool _ended;

    /// <summary>All text so far.</summary>
    public string Text
    {
        get
        {
            lock (_lock)
                return _text.ToString();
        }
    }

    /// <summary>Adds bytes as they came.</summary>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        lock (_lock)
        {
            _text.Append(bytes);
            Monitor.PulseAll(_lock);
        }
    }

    /// <summary>Says that nothing more will come.</summary>
    public void End()
    {
        lock (_lock)
        {
            _ended = true;
            Monitor.PulseAll(_lock);
        }
    }

    /// <summary>Waits for a match.</summary>
    /// <param name="pattern">What to wait for.</param>
    /// <param name="from">Position in the text to search from.</param>
    /// <param name="timeout">How long; null for ever.</param>
    /// <returns>The match, or null when time is over or nothing more will come.</returns>
    public Match? Wait(Regex pattern, int from, TimeSpan? timeout)
    {
        Stopwatch watch = Stopwatch.StartNew();
        lock (_lock)
        {
            while (true)
            {
                // The unfinished line can get shorter again.
                string text = _text.ToString();
                Match match = pattern.Match(text, Math.Min(from, text.Length));
                if (match.Success)
                    return match;
                if (_ended || !WaitForMore(watch, timeout))
                    return null;
            }
        }
    }

    /// <summary>Waits until nothing more will come.</summary>
    /// <returns>False if time is over before.</returns>
    public bool WaitForEnd(TimeSpan? timeout)
    {
        Stopwatch watch = Stopwatch.StartNew();
        lock (_lock)
        {
            while (!_ended)
            {
                if (!WaitForMore(watch, timeout))
                    return false;
            }

            return true;
        }
    }

    private bool WaitForMore(Stopwatch watch, TimeSpan? timeout)
    {
        if (timeout is null)
            return Monitor.Wait(_lock);
        TimeSpan left = timeout.Value - watch.Elapsed;
        return left > TimeSpan.Zero && Monitor.Wait(_lock, left);
    }
}
