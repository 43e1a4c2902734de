namespace Redoubt.Spec;

/// <summary>Numbers of some fields, all zero at first.</summary>
public sealed class NumberStore : Specification<Number>.IStore
{
    private readonly Dictionary<Field, ulong[]> _words;

    /// <summary>A store for fields.</summary>
    public NumberStore(IEnumerable<Field> fields) => _words = fields.ToDictionary(field => field, field => new ulong[field.Rows * field.Columns]);

    /// <summary>All words of a field, row after row.</summary>
    public ulong[] this[Field field] => _words[field];

    public Number Read(Field field, Number row, Number column) => new(_words[field][Place(field, row, column)]);

    public void Write(Field field, Number row, Number column, Number value)
    {
        if ((value.Value & ~field.Ones) != 0)
            throw new ArgumentOutOfRangeException(nameof(value), value.Value, $"{field} has no such bits");
        _words[field][Place(field, row, column)] = value.Value;
    }

    public void When(Number truth, Action action)
    {
        if (Number.Decide(truth))
            action();
    }

    private static int Place(Field field, Number row, Number column)
    {
        if (row.Value >= (ulong)field.Rows || column.Value >= (ulong)field.Columns)
            throw new ArgumentOutOfRangeException(nameof(row), (row.Value, column.Value), $"{field} has no such word");
        return (int)((row.Value * (ulong)field.Columns) + column.Value);
    }
}
