using Redoubt.Proof.Terms;

namespace Redoubt.Proof.Security;

/// <summary>Terms in which it is left open whether large comparisons hold: what holds whether they do or not, holds.</summary>
internal sealed class Opaque
{
    private const int Large = 300;

    private readonly Dictionary<Term, Term> _done = [], _names = [];

    /// <summary>The term with large comparisons left open.</summary>
    public Term this[Term term]
    {
        get
        {
            if (!_done.TryGetValue(term, out Term? done))
            {
                Term[] arguments = Array.ConvertAll(term.Arguments, argument => this[argument]);
                done = arguments.AsSpan().SequenceEqual(term.Arguments) ? term : term.With(arguments);
                if (done.Kind is Kind.Equal or Kind.Less or Kind.Bit && done.Size > Large)
                    done = Open(done);
                _done[term] = done;
            }

            return done;
        }
    }

    private Term Open(Term truth)
    {
        if (!_names.TryGetValue(truth, out Term? name))
            _names[truth] = name = Term.Bit(Term.Variable($"choice {_names.Count}", 1), 0);
        return name;
    }
}
