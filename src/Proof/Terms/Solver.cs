using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;

namespace Redoubt.Proof.Terms;

/// <summary>Whether truths can hold together.</summary>
public enum Answer
{
    /// <summary>They can't.</summary>
    Unsatisfiable,

    /// <summary>They can.</summary>
    Satisfiable,

    /// <summary>The solver gave up: never taken for either.</summary>
    Unknown,
}

/// <summary>A solver of SMT-LIB questions, as a process that answers one after another.</summary>
public sealed class Solver : IDisposable
{
    private const int Milliseconds = 60_000;
    private readonly Process _process;
    private readonly Dictionary<string, (Answer, int[])>? _cache;
    private readonly string? _cacheFile;

    /// <summary>Starts a solver.</summary>
    /// <param name="name">z3 or cvc5.</param>
    /// <param name="cacheFolder">Where answers are kept between runs, by the SHA-256 of the question; null for nowhere.</param>
    public Solver(string name, string? cacheFolder)
    {
        Name = name;
        string[] arguments = name == "z3" ? ["-in", "-smt2", $"-t:{Milliseconds}"] : ["--lang=smt2", "--incremental", $"--tlimit-per={Milliseconds}"];
        _process = Process.Start(new ProcessStartInfo(name, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        if (cacheFolder is not null)
        {
            Directory.CreateDirectory(cacheFolder);
            _cacheFile = Path.Combine(cacheFolder, $"{name}.answers");
            _cache = File.Exists(_cacheFile) ? ReadCache(_cacheFile) : [];
        }
    }

    public string Name { get; }

    /// <summary>Questions put to the process, questions answered from the cache, and the time that the process took.</summary>
    public int Asked { get; private set; }

    public int Remembered { get; private set; }

    public TimeSpan Time { get; private set; }

    /// <summary>Asks whether truths can hold together: first roughly, and more and more exactly as long as that does not settle it.</summary>
    /// <param name="truths">The truths.</param>
    /// <param name="exactly">If not, an answer other than that they can't means nothing.</param>
    /// <returns>The answer, and if they can't, the numbers of those that are enough for that.</returns>
    public (Answer Answer, int[] Core) Ask(IReadOnlyList<Term> truths, bool exactly = true)
    {
        foreach (SmtWriter.Level level in (ReadOnlySpan<SmtWriter.Level>)[SmtWriter.Level.Rough, SmtWriter.Level.Coarse])
        {
            if (SmtWriter.Question(truths, level) is { } question && Ask(question) is var settled && (settled.Answer == Answer.Unsatisfiable || !exactly))
                return settled;
        }

        return Ask(SmtWriter.Question(truths, SmtWriter.Level.Exact)!);
    }

    private (Answer Answer, int[] Core) Ask(string question)
    {
        string hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(question)));
        if (_cache is not null && _cache.TryGetValue(hash, out (Answer, int[]) known))
        {
            Remembered++;
            return known;
        }

        Asked++;
        long start = Stopwatch.GetTimestamp();
        _process.StandardInput.Write($"(reset)\n(set-option :produce-unsat-cores true)\n(set-logic QF_UFBV)\n{question}(check-sat)\n");
        _process.StandardInput.Flush();
        string? line = _process.StandardOutput.ReadLine();
        (Answer Answer, int[] Core) answer = line switch
        {
            "unsat" => (Answer.Unsatisfiable, ReadCore()),
            "sat" => (Answer.Satisfiable, []),
            "unknown" or "timeout" => (Answer.Unknown, []),
            _ => throw new InvalidOperationException($"{Name} said: {line}"),
        };
        Time += Stopwatch.GetElapsedTime(start);
        if (answer.Answer != Answer.Unknown && _cache is not null)
        {
            _cache[hash] = answer;
            File.AppendAllText(_cacheFile!, $"{hash} {answer.Answer} {string.Join(',', answer.Core)}\n");
        }

        return answer;
    }

    /// <summary>Names of assertions, between parentheses on one or more lines.</summary>
    private int[] ReadCore()
    {
        _process.StandardInput.Write("(get-unsat-core)\n");
        _process.StandardInput.Flush();
        string core = "";
        while (!core.Contains(')'))
        {
            core += ' ' + (_process.StandardOutput.ReadLine() ?? throw new InvalidOperationException($"{Name} ended"));
        }

        return core.Split([' ', '(', ')'], StringSplitOptions.RemoveEmptyEntries).Select(name => int.Parse(name.AsSpan(1))).ToArray();
    }

    public void Dispose()
    {
        _process.StandardInput.Close();
        if (!_process.WaitForExit(1000))
            _process.Kill();
        _process.Dispose();
    }

    private static Dictionary<string, (Answer, int[])> ReadCache(string file)
    {
        Dictionary<string, (Answer, int[])> cache = [];
        foreach (string line in File.ReadLines(file))
        {
            if (line.Split(' ') is [{ Length: 64 } hash, var answer, var core] && Enum.TryParse(answer, out Answer known))
                cache[hash] = (known, core.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(int.Parse).ToArray());
        }

        return cache;
    }
}
