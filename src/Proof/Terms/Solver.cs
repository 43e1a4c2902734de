using System.ComponentModel;
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

/// <summary>What a solver said.</summary>
/// <param name="Answer">The answer.</param>
/// <param name="Core">If the truths can't hold together, the numbers of those that are enough for that.</param>
/// <param name="Question">The question that was answered, without its frame (<see cref="SmtWriter.Question"/>).</param>
public sealed record Reply(Answer Answer, int[] Core, string Question);

/// <summary>A solver is missing, or said what is no answer.</summary>
public sealed class SolverException(string message) : Exception(message);

/// <summary>A solver of SMT-LIB questions, as a process that answers one after another.</summary>
public sealed class Solver : IDisposable
{
    /// <summary>What a solver is given for a question, if nothing else is said.</summary>
    public const int Milliseconds = 60_000;

    /// <summary>Solvers look at the time now and then only; one that does not for so long is ended.</summary>
    private const int Patience = 2 * Milliseconds;

    /// <summary>Also what a solver says that was interrupted by its own limit.</summary>
    private const string Nothing = "timeout";

    private readonly AnswerCache? _cache;
    private readonly CancellationToken _stop;
    private CancellationTokenRegistration _stopping;
    private Process? _process;

    /// <summary>Prepares a solver; it starts with the first question.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="cache">Where answers are kept; null for nowhere.</param>
    /// <param name="stop">Ends the process, and whatever waits for it with an <see cref="OperationCanceledException"/>.</param>
    public Solver(string name, AnswerCache? cache = null, CancellationToken stop = default)
    {
        (Name, _cache, _stop) = (name, cache, stop);
    }

    /// <summary>The solvers that there are.</summary>
    public static IReadOnlyList<string> Names { get; } = ["z3", "cvc5"];

    public string Name { get; }

    /// <summary>
    /// Whether questions become bits at once, not as they are needed: better where words are shifted and masked a lot and memory is little. So large words are not left
    /// out at first. z3 judges by itself when to make bits; cvc5 has to be told, and then answers one question in its life.
    /// </summary>
    public bool IsEager { get; init; }

    private bool StartsAnew => IsEager && Name != "z3";

    /// <summary>Questions put to the process, questions answered from the cache, and the time that the process took.</summary>
    public int Asked { get; private set; }

    public int Remembered { get; private set; }

    public TimeSpan Time { get; private set; }

    /// <summary>What a solver says of its version.</summary>
    /// <exception cref="SolverException">It is not there.</exception>
    public static string VersionOf(string name)
    {
        using Process process = Start(new ProcessStartInfo(name, ["--version"]) { RedirectStandardOutput = true });
        string version = process.StandardOutput.ReadLine() ?? "";
        process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return version;
    }

    /// <summary>Asks whether truths can hold together: first roughly, and more and more exactly as long as that does not settle it.</summary>
    /// <param name="truths">The truths.</param>
    /// <param name="exactly">If not, an answer other than that they can't means nothing.</param>
    /// <param name="limit">Milliseconds that the solver is given each time.</param>
    public Reply Ask(IReadOnlyList<Term> truths, bool exactly = true, int limit = Milliseconds)
    {
        foreach (SmtWriter.Level level in IsEager ? (ReadOnlySpan<SmtWriter.Level>)[SmtWriter.Level.Coarse] : [SmtWriter.Level.Rough, SmtWriter.Level.Coarse])
        {
            if (SmtWriter.Question(truths, level) is { } question && Ask(question, limit) is var settled && (settled.Answer == Answer.Unsatisfiable || !exactly))
                return settled;
        }

        return AskExactly(truths, limit);
    }

    /// <summary>Asks whether truths can hold together, at once with all that is known: for those who want that they can.</summary>
    public Reply AskExactly(IReadOnlyList<Term> truths, int limit = Milliseconds) => Ask(SmtWriter.Question(truths, SmtWriter.Level.Exact)!, limit);

    /// <summary>Asks again a question that has a solution. Until the next question, what its unknowns are can be asked.</summary>
    /// <param name="question">The question, as in <see cref="Reply.Question"/>.</param>
    /// <returns>Tells the value of an expression in SMT-LIB; null if the solver finds no solution now.</returns>
    public Func<string, ulong>? Model(string question) =>
        !StartsAnew && Say($"(reset)\n(set-option :produce-models true)\n(set-logic QF_UFBV)\n{question}(check-sat)\n") == "sat" ? ValueOf : null;

    private ulong ValueOf(string expression)
    {
        string text = Say($"(get-value ({expression}))\n");
        while (!text.EndsWith("))", StringComparison.Ordinal))
        {
            text += text.EndsWith(Nothing, StringComparison.Ordinal) ? throw new SolverException($"{Name} ended before it had said all") : Hear();
        }

        string digits = text[(text.LastIndexOf('#') + 1)..^2];
        return Convert.ToUInt64(digits[1..], digits[0] == 'x' ? 16 : 2);
    }

    private Reply Ask(string question, int limit)
    {
        string hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(question)));
        if (_cache is not null && _cache.TryFind(hash, out (Answer Answer, int[] Core) known))
        {
            Remembered++;
            return new Reply(known.Answer, known.Core, question);
        }

        if (limit < Milliseconds && _cache?.IsUndecided(hash, limit) == true)
            return new Reply(Answer.Unknown, [], question);
        Asked++;
        long start = Stopwatch.GetTimestamp();
        if (StartsAnew)
            End();
        string limited = limit == Milliseconds ? "" : $"(set-option :{(Name == "z3" ? "timeout" : "tlimit-per")} {limit})\n";
        string line = Say($"{(StartsAnew ? "" : "(reset)\n")}{limited}(set-option :produce-unsat-cores true)\n(set-logic QF_UFBV)\n{question}(check-sat)\n");
        (Answer answer, int[] core) = line switch
        {
            "unsat" => (Answer.Unsatisfiable, ReadCore()),
            "sat" => (Answer.Satisfiable, []),
            "unknown" or Nothing => (Answer.Unknown, Array.Empty<int>()),
            _ => throw new SolverException($"{Name} said: {line}"),
        };
        Time += Stopwatch.GetElapsedTime(start);
        if (answer != Answer.Unknown)
            _cache?.Add(hash, answer, core);
        else
            _cache?.AddUndecided(hash, limit);
        return new Reply(answer, core, question);
    }

    /// <summary>Names of assertions, between parentheses on one or more lines.</summary>
    private int[] ReadCore()
    {
        string core = Say("(get-unsat-core)\n");
        while (!core.Contains(')'))
        {
            if (core.EndsWith(Nothing, StringComparison.Ordinal))
                throw new SolverException($"{Name} ended before it had said why");
            core += ' ' + Hear();
        }

        return core.Split([' ', '(', ')'], StringSplitOptions.RemoveEmptyEntries).Select(name => int.Parse(name.AsSpan(1))).ToArray();
    }

    /// <summary>Says something and returns the first line of the answer.</summary>
    private string Say(string text)
    {
        _stop.ThrowIfCancellationRequested();
        _process ??= Start();
        try
        {
            _process.StandardInput.Write(text);
            _process.StandardInput.Flush();
            return Hear();
        }
        catch (IOException)
        {
            return GiveUp();
        }
    }

    private string Hear()
    {
        Task<string?> line = _process!.StandardOutput.ReadLineAsync();
        bool heard = line.Wait(Patience, _stop);
        _stop.ThrowIfCancellationRequested();
        return heard && line.Result is { } text ? text : GiveUp();
    }

    /// <summary>A solver that hangs, or that fails on a question, has no answer to it.</summary>
    private string GiveUp()
    {
        _stop.ThrowIfCancellationRequested();
        End();
        return Nothing;
    }

    private Process Start()
    {
        string[] arguments = Name == "z3" ? ["-in", "-smt2", $"-t:{Milliseconds}"]
            : StartsAnew ? ["--lang=smt2", "--ackermann", "--bitblast=eager", $"--tlimit={Milliseconds}"]
            : ["--lang=smt2", "--incremental", $"--tlimit-per={Milliseconds}"];
        Process process = Start(new ProcessStartInfo(Name, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true });
        _stopping = _stop.Register(process.Kill);
        return process;
    }

    /// <exception cref="SolverException">The program is not there.</exception>
    private static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception failure)
        {
            throw new SolverException($"cannot run the solver {start.FileName}: {failure.Message}");
        }
    }

    private void End()
    {
        _stopping.Dispose();
        _process?.Kill();
        _process?.Dispose();
        _process = null;
    }

    public void Dispose() => End();
}
