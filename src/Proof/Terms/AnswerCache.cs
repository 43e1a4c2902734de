using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace Redoubt.Proof.Terms;

/// <summary>Answers of one solver in one version, kept in a file between runs. Several threads, and several processes, may use one file.</summary>
public sealed class AnswerCache
{
    private readonly ConcurrentDictionary<string, (Answer Answer, int[] Core)> _known = new();
    private readonly ConcurrentDictionary<string, int> _undecided = new();
    private readonly Lock _writing = new();
    private readonly string _file;

    /// <summary>Reads what there is.</summary>
    /// <param name="file">The file; it and its folder are made when there is something to keep.</param>
    public AnswerCache(string file)
    {
        _file = file;
        if (!File.Exists(file))
            return;
        foreach (string line in File.ReadLines(file))
        {
            // A line that was not written to its end lacks the parenthesis: it is no answer.
            if (line.Split(' ') is [{ Length: 64 } hash, var answer, ['(', .. var core, ')']] && Enum.TryParse(answer, out Answer known))
                _known[hash] = (known, core.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(int.Parse).ToArray());
        }
    }

    /// <summary>The answer to a question that was asked before.</summary>
    /// <param name="hash">SHA-256 of the question, in hexadecimal.</param>
    /// <param name="known">The answer, and if the truths can't hold together, the numbers of those that are enough for that.</param>
    public bool TryFind(string hash, [MaybeNullWhen(false)] out (Answer Answer, int[] Core) known) => _known.TryGetValue(hash, out known);

    /// <summary>Whether there was no answer to a question with so much time, or more. That is known until the process ends: another time there may be one.</summary>
    /// <param name="hash">SHA-256 of the question, in hexadecimal.</param>
    /// <param name="limit">Milliseconds.</param>
    public bool IsUndecided(string hash, int limit) => _undecided.TryGetValue(hash, out int most) && limit <= most;

    /// <summary>Keeps that there was no answer.</summary>
    public void AddUndecided(string hash, int limit) => _undecided.AddOrUpdate(hash, limit, (_, before) => Math.Max(before, limit));

    /// <summary>Keeps an answer.</summary>
    public void Add(string hash, Answer answer, int[] core)
    {
        _known[hash] = (answer, core);
        lock (_writing)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(_file)!);
            File.AppendAllText(_file, $"{hash} {answer} ({string.Join(',', core)})\n");
        }
    }
}
