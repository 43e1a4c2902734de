namespace Redoubt.Tool.Testing;

/// <summary>How far test projects are that run at the same time, as one line.</summary>
public sealed class RunningTests
{
    private readonly SortedDictionary<string, TestTotals> _projects = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();
    private Action<string>? _show;
    private string _test = "";

    /// <summary>Waits for something, and shows meanwhile how far they are.</summary>
    /// <param name="show">Told the line, and again when it changes.</param>
    /// <param name="wait">Does the waiting.</param>
    public T Show<T>(Action<string> show, Func<T> wait)
    {
        Change(() => _show = show);
        try
        {
            return wait();
        }
        finally
        {
            Change(() => _show = null);
        }
    }

    /// <summary>A project's test begins.</summary>
    /// <param name="project">Its name.</param>
    /// <param name="test">The test.</param>
    /// <param name="totals">The project's totals so far.</param>
    public void Note(string project, string test, TestTotals totals) => Change(() => (_projects[project], _test) = (totals, test));

    /// <summary>A project has ended.</summary>
    public void End(string project) => Change(() => _projects.Remove(project));

    private void Change(Action change)
    {
        lock (_lock)
        {
            change();
            if (_projects.Count > 0)
                _show?.Invoke($"{string.Join("; ", _projects.Select(pair => $"{pair.Key} {pair.Value.Total} done, {pair.Value.Failed} failed"))}; {_test}");
        }
    }
}
