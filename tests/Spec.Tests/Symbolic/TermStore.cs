using Redoubt.Proof.Terms;

namespace Redoubt.Spec.Tests.Symbolic;

/// <summary>A word that was written, if the guard holds.</summary>
internal sealed record Written(Field Field, Term Row, Term Column, Term Value, Term Guard);

/// <summary>Words of fields that nobody knows, and what was written since.</summary>
/// <param name="prefix">What the names of the unknown memories begin with.</param>
internal sealed class TermStore(string prefix) : Specification<Unknown>.IStore
{
    private readonly List<Written> _log = [];
    private Term _guard = Term.Truth(true);

    public IReadOnlyList<Written> Log => _log;

    public Unknown Read(Field field, Unknown row, Unknown column)
    {
        Term value = Term.Cell(prefix + field.Name, field.Columns == 1 ? [row.Term] : [row.Term, column.Term], field.Ones);
        foreach (Written written in _log.Where(written => written.Field == field))
        {
            Term here = Term.Both(Term.Equal(row.Term, written.Row), Term.Equal(column.Term, written.Column));
            value = Term.Choose(Term.Both(here, written.Guard), written.Value, value);
        }
        return new(value);
    }

    public void Write(Field field, Unknown row, Unknown column, Unknown value) => _log.Add(new(field, row.Term, column.Term, value.Term, _guard));

    public void When(Unknown truth, Action action)
    {
        if (truth.Term.IsFalse)
            return;
        Term guard = _guard;
        _guard = Term.Both(guard, truth.Term);
        action();
        _guard = guard;
    }
}
