namespace Redoubt.Proof.Terms;

/// <summary>Values with which truths hold together. What the truths don't speak of is zero.</summary>
public sealed class Model
{
    private readonly SortedDictionary<string, ulong> _values = new(StringComparer.Ordinal);
    private readonly Evaluator _evaluator;
    private Func<string, ulong>? _solver;

    /// <summary>Values that are known.</summary>
    public Model(IReadOnlyDictionary<string, ulong> values)
        : this((Func<string, ulong>?)null) => _values = new(values.ToDictionary(), StringComparer.Ordinal);

    private Model(Func<string, ulong>? solver)
    {
        _solver = solver;
        _evaluator = new Evaluator(
            name => Find(name, $"|{name}|"),
            (name, indices) => Find($"{name}[{string.Join("][", indices)}]", $"(|{name}| {string.Join(' ', indices.Select(index => $"#x{index:x16}"))})"));
    }

    /// <summary>Values of all unknowns of the truths: variables by name, cells as <c>memory[index]</c>.</summary>
    public IReadOnlyDictionary<string, ulong> Values => _values;

    /// <summary>Has a solver choose values.</summary>
    /// <param name="solver">The solver.</param>
    /// <param name="question">The truths as they were asked.</param>
    /// <param name="truths">The truths.</param>
    /// <returns>Null if the solver does not find any now.</returns>
    public static Model? Of(Solver solver, string question, IEnumerable<Term> truths)
    {
        if (solver.Model(question) is not { } values)
            return null;
        Model model = new(values);
        foreach (Term truth in truths)
        {
            model.Value(truth);
        }

        // From here on the solver answers other questions.
        model._solver = null;
        return model;
    }

    /// <summary>The value of a word; of a truth, 1 or 0.</summary>
    public ulong Value(Term term) => _evaluator.Value(term);

    private ulong Find(string name, string expression)
    {
        if (!_values.TryGetValue(name, out ulong value) && _solver is not null)
            _values[name] = value = _solver(expression);
        return value;
    }
}
