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
/// <param name="Level">How exact it is.</param>
public sealed record Reply(Answer Answer, int[] Core, string Question, SmtWriter.Level Level = SmtWriter.Level.Exact);

/// <summary>A solver is missing, or said what is no answer.</summary>
public sealed class SolverException(string message) : Exception(message);

/// <summary>A solver of SMT-LIB questions, as a process that answers one after another.</summary>
public sealed class Solver : IDisposable
{
    /// <summary>What a solver is given for a question, if nothing else is said.</summary>
    public const int Milliseconds = 60_000;

    private readonly AnswerCache? _cache;
    private readonly CancellationToken _stop;
    private readonly List<string> _complaints = [];
    private SolverProcess? _process;

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

    /// <summary>Whether it is of interest which truths are enough. If not, a solver may bring a question to whatever form is easy; its answers are to be kept apart.</summary>
    public bool TellsCores { get; init; } = true;

    /// <summary>Milliseconds that the solver is given for a question at most.</summary>
    public int Longest { get; init; } = Milliseconds;

    /// <summary>
    /// Whether z3 is to look for an answer in two ways, half of the time each: by its search for cases that theories take part in, then by simplifying and making bits. Which one is
    /// quick at a question nobody knows before.
    /// </summary>
    public bool IsThorough { get; init; }

    /// <summary>Solvers look at the time now and then only; one that does not for so long is ended.</summary>
    private int Patience => 2 * Longest;

    private bool StartsAnew => IsEager && Name != "z3";

    /// <summary>Questions put to the process, questions answered from the cache, and the time that the process took.</summary>
    public int Asked { get; private set; }

    public int Remembered { get; private set; }

    public TimeSpan Time { get; private set; }

    /// <summary>What the process said each time that it ended over a question although it was asked once more: there is no answer then.</summary>
    public IReadOnlyList<string> Complaints => _complaints;

    /// <summary>What a solver says of its version.</summary>
    /// <exception cref="SolverException">It is not there.</exception>
    public static string VersionOf(string name)
    {
        using SolverProcess process = new(name, ["--version"]);
        return process.Hear(2 * Milliseconds) ?? "";
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
                return settled with { Level = level };
        }

        return AskExactly(truths, limit);
    }

    /// <summary>Asks whether truths can hold together, at once with all that is known: for those who want that they can.</summary>
    public Reply AskExactly(IReadOnlyList<Term> truths, int limit = Milliseconds) => Ask(SmtWriter.Question(truths, SmtWriter.Level.Exact)!, limit);

    /// <summary>Asks a question as it is written.</summary>
    /// <param name="question">The question, as in <see cref="Reply.Question"/>.</param>
    /// <param name="limit">Milliseconds that the solver is given.</param>
    public Reply Ask(string question, int limit)
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
        (Answer answer, int[] core) = Answered(question, limit);
        Time += Stopwatch.GetElapsedTime(start);
        if (answer != Answer.Unknown)
            _cache?.Add(hash, answer, core);
        else
            _cache?.AddUndecided(hash, limit);
        return new Reply(answer, core, question);
    }

    /// <summary>Asks again a question that has a solution. Until the next question, what its unknowns are can be asked.</summary>
    /// <param name="question">The question, as in <see cref="Reply.Question"/>.</param>
    /// <returns>Tells the value of an expression in SMT-LIB; null if the solver finds no solution now.</returns>
    public Func<string, ulong>? Model(string question)
    {
        if (StartsAnew)
            return null;
        _process ??= Start();
        string? said = _process.Say($"(reset)\n(set-option :produce-models true)\n(set-logic QF_UFBV)\n{question}(check-sat)\n", Patience);
        if (said is null)
            End();
        return said == "sat" ? ValueOf : null;
    }

    private ulong ValueOf(string expression)
    {
        string? text = _process?.Say($"(get-value ({expression}))\n", Patience);
        while (text?.EndsWith("))", StringComparison.Ordinal) == false)
            text = _process?.Hear(Patience) is { } more ? text + more : null;
        if (text is null)
            throw new SolverException($"{Name} ended before it had said all");
        string digits = text[(text.LastIndexOf('#') + 1)..^2];
        return Convert.ToUInt64(digits[1..], digits[0] == 'x' ? 16 : 2);
    }

    /// <summary>The answer of a process. One that ends before its time is up may have stumbled over what it was asked earlier: the question is put to another one, once.</summary>
    private (Answer Answer, int[] Core) Answered(string question, int limit)
    {
        string complaint = "";
        for (int attempt = 0; attempt < 2; attempt++)
        {
            long start = Stopwatch.GetTimestamp();
            if (StartsAnew)
                End();
            _process ??= Start();
            if (Said(_process, question, limit) is { } answer)
                return answer;
            bool isUp = Stopwatch.GetElapsedTime(start).TotalMilliseconds >= limit;
            complaint = isUp ? "" : _process.Complaint;
            End();
            if (isUp)
                return (Answer.Unknown, []);
        }

        _complaints.Add(complaint);
        return (Answer.Unknown, []);
    }

    /// <summary>What a process says to a question; null if it ends over it, or hangs.</summary>
    private (Answer Answer, int[] Core)? Said(SolverProcess process, string question, int limit)
    {
        string limited = limit == Longest ? "" : $"(set-option :{(Name == "z3" ? "timeout" : "tlimit-per")} {limit})\n";
        string check = IsThorough && Name == "z3" ? $"(check-sat-using (or-else (try-for smt {limit / 2}) qfufbv))" : "(check-sat)";
        string cores = TellsCores ? "(set-option :produce-unsat-cores true)\n" : "";
        return process.Say($"{(StartsAnew ? "" : "(reset)\n")}{limited}{cores}(set-logic QF_UFBV)\n{question}{check}\n", Patience) switch
        {
            "unsat" => TellsCores ? CoreOf(process) is { } core ? (Answer.Unsatisfiable, core) : null : (Answer.Unsatisfiable, []),
            "sat" => (Answer.Satisfiable, []),
            "unknown" or "timeout" => (Answer.Unknown, []),
            null => null,
            var line => throw new SolverException($"{Name} said: {line}"),
        };
    }

    /// <summary>Names of assertions, between parentheses on one or more lines; null if the process ends.</summary>
    private int[]? CoreOf(SolverProcess process)
    {
        string? core = process.Say("(get-unsat-core)\n", Patience);
        while (core?.Contains(')') == false)
            core = process.Hear(Patience) is { } more ? $"{core} {more}" : null;
        return core?.Split([' ', '(', ')'], StringSplitOptions.RemoveEmptyEntries).Select(name => int.Parse(name.AsSpan(1))).ToArray();
    }

    private SolverProcess Start() => new(Name, Name == "z3" ? ["-in", "-smt2", $"-t:{Longest}"]
        : StartsAnew ? ["--lang=smt2", "--ackermann", "--bitblast=eager", $"--tlimit={Longest}"]
        : ["--lang=smt2", "--incremental", $"--tlimit-per={Longest}"], _stop);

    private void End()
    {
        _process?.Dispose();
        _process = null;
    }

    public void Dispose() => End();
}
