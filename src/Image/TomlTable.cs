namespace Redoubt.Image;

/// <summary>A value: string, long, bool, double, <see cref="List{T}"/> of values or <see cref="TomlTable"/>.</summary>
internal sealed record TomlValue(object Value, Position At);

/// <summary>
/// A table of a TOML file, read key by key. Keys that were asked for are the known ones; <see cref="End"/> refuses the others.
/// </summary>
internal sealed class TomlTable(string name, Position at)
{
    private readonly Dictionary<string, TomlValue> _values = [];
    private readonly List<string> _known = [];

    /// <summary>How messages name the table.</summary>
    public string Name { get; } = name;

    public Position At { get; } = at;

    public IEnumerable<string> Keys => _values.Keys;

    /// <exception cref="UserError">The key has a value already.</exception>
    public void Add(string key, TomlValue value)
    {
        if (!_values.TryAdd(key, value))
            throw new UserError(value.At, $"{Name}: {key} is there already (line {_values[key].At.Line})");
    }

    /// <summary>The table below a key, made if it isn't there; of an array of tables the last.</summary>
    /// <exception cref="UserError">The key has a value that is no table.</exception>
    public TomlTable OpenTable(string key, Position at)
    {
        if (!_values.TryGetValue(key, out TomlValue? value))
            _values.Add(key, value = new TomlValue(new TomlTable(key, at), at));
        return value.Value switch
        {
            TomlTable table => table,
            List<TomlValue> and [.., { Value: TomlTable last }] => last,
            _ => throw new UserError(at, $"{Name}: {key} is no table (line {value.At.Line})"),
        };
    }

    /// <summary>A new table at the end of an array of tables.</summary>
    /// <exception cref="UserError">The key has a value that is no array.</exception>
    public TomlTable AppendTable(string key, Position at)
    {
        if (!_values.TryGetValue(key, out TomlValue? value))
            _values.Add(key, value = new TomlValue(new List<TomlValue>(), at));
        if (value.Value is not List<TomlValue> tables)
            throw new UserError(at, $"{Name}: {key} is no array of tables (line {value.At.Line})");
        TomlTable table = new(key, at);
        tables.Add(new TomlValue(table, at));
        return table;
    }

    public Sourced<string>? Text(string key) => Get<string>(key, "a string");

    public Sourced<bool>? Flag(string key) => Get<bool>(key, "true or false");

    public Sourced<long>? Integer(string key, long least, long most)
    {
        Sourced<long>? value = Get<long>(key, "an integer");
        if (value is not null && (value.Value < least || value.Value > most))
            throw new UserError(value.At, $"{Name}: {key} = {value.Value} is not from {least} to {most}");
        return value;
    }

    /// <summary>A number of bytes, written in a larger unit.</summary>
    public Sourced<ulong>? Bytes(string key, ulong unit, long most) =>
        Integer(key, 1, most) is { } value ? new Sourced<ulong>((ulong)value.Value * unit, value.At) : null;

    /// <summary>An address, written as an integer.</summary>
    public Sourced<ulong>? Address(string key) =>
        Integer(key, 0, (1L << 48) - 1) is { } value ? new Sourced<ulong>((ulong)value.Value, value.At) : null;

    public IReadOnlyList<Sourced<string>>? Texts(string key) => List<string>(key, "an array of strings");

    public IReadOnlyList<Sourced<long>>? Integers(string key) => List<long>(key, "an array of integers");

    public IReadOnlyList<TomlTable> Tables(string key) =>
        List<TomlTable>(key, "an array of tables")?.Select(table => table.Value).ToList() ?? [];

    public TomlTable? Table(string key) => Get<TomlTable>(key, "a table")?.Value;

    /// <summary>The value, or a refusal that names the key.</summary>
    public T Need<T>(T? value, string key)
        where T : class => value ?? throw new UserError(At, $"{Name}: {key} is missing");

    /// <summary>Refuses keys that nobody asked for.</summary>
    public void End()
    {
        foreach ((string key, TomlValue value) in _values)
        {
            if (!_known.Contains(key))
                throw new UserError(value.At, $"{Name}: unknown key \"{key}\"{Nearest.Hint(key, _known)}");
        }
    }

    private Sourced<T>? Get<T>(string key, string kind)
    {
        _known.Add(key);
        if (!_values.TryGetValue(key, out TomlValue? value))
            return null;
        return value.Value is T typed
            ? new Sourced<T>(typed, value.At)
            : throw new UserError(value.At, $"{Name}: {key} must be {kind}");
    }

    private List<Sourced<T>>? List<T>(string key, string kind) =>
        Get<List<TomlValue>>(key, kind)?.Value.Select(item => item.Value is T typed
            ? new Sourced<T>(typed, item.At)
            : throw new UserError(item.At, $"{Name}: {key} must be {kind}")).ToList();
}
