using Redoubt.Proof.Execution;
using Redoubt.Proof.Terms;
using Redoubt.Spec;
using Field = Redoubt.Spec.Field;

namespace Redoubt.Proof.Refinement;

/// <summary>A word that was written, if the guard holds.</summary>
public sealed record Written(Field Field, Term Row, Term Column, Term Value, Term Guard);

/// <summary>Unknown words of the specification's fields, and what was written since.</summary>
/// <param name="initial">What a field holds at the beginning.</param>
/// <param name="given">A truth as it is in the case that is looked at; null if that is not looked at.</param>
public sealed class TermStore(Func<Field, Cells> initial, Func<Term, Term>? given = null) : Specification<Term>.IStore
{
    /// <summary>Words that bits are added to by many: which came first does not matter.</summary>
    public static IReadOnlyList<Field> Mail { get; } = [StateFields.Inbox, StateFields.InboxEvents, StateFields.InboxVirtual, StateFields.Announced];

    private readonly Dictionary<Field, Cells> _fields = [];
    private readonly List<Written> _log = [];
    private Term _guard = Term.Truth(true);

    /// <summary>What was written, in order.</summary>
    public IReadOnlyList<Written> Log => _log;

    /// <summary>What a field holds now.</summary>
    public Cells this[Field field]
    {
        get
        {
            if (!_fields.TryGetValue(field, out Cells? cells))
                _fields[field] = cells = initial(field);
            return cells;
        }
    }

    public Term Read(Field field, Term row, Term column) => this[field][row, column];

    public void Write(Field field, Term row, Term column, Term value)
    {
        _log.Add(new(field, row, column, value, _guard));
        _fields[field] = Mail.Contains(field) ? this[field].WithMore(row, column, value, _guard) : this[field].With(row, column, value, _guard);
    }

    public void When(Term truth, Action action)
    {
        truth = given?.Invoke(truth) ?? truth;
        if (truth.IsFalse)
            return;
        Term guard = _guard;
        _guard = Term.Both(guard, truth);
        action();
        _guard = guard;
    }
}
