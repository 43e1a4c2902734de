using Redoubt.Abi;
using Redoubt.Proof.Execution;
using Redoubt.Proof.Refinement;
using Redoubt.Proof.Terms;
using Redoubt.Spec;
using Field = Redoubt.Spec.Field;
using S = Redoubt.Spec.Specification<Redoubt.Proof.Terms.Term>;

namespace Redoubt.Proof.Security;

/// <summary>States, configurations and inputs of which nothing is known.</summary>
internal static class Unknown
{
    /// <summary>How the names of cells begin: those of a state, those of configuration and policy, those of what an earlier trap left in registers.</summary>
    public const string State = "state.", Constant = "constant.", LeftOver = "left.";

    private static readonly Dictionary<string, Field> Fields = StateFields.All.ToDictionary(field => State + field.Name);

    /// <summary>A word that is an input: the same for all who compare.</summary>
    public static S.Word Word(string name, ulong ones = ~0UL) => new(Term.Variable(name, ones));

    /// <summary>Words of fields. What is done if a truth holds is not done in a case in which it does not.</summary>
    public static TermStore Store(string prefix) =>
        new(field => Cells.Initial(prefix + field.Name, (ulong)field.Columns, field.Ones), truth => new Assumed(Cases.Now.Conditions)[truth]);

    /// <summary>A state with configuration and policy.</summary>
    public static S.Situation At(TermStore state)
    {
        TermStore constants = Store(Constant);
        return new(new S.State(state), new S.Configuration(constants), new S.Policy(constants));
    }

    /// <summary>The field of the state that a cell is a word of; null if it is of none.</summary>
    public static Field? FieldOf(Term cell) => Fields.GetValueOrDefault(cell.Name);

    /// <summary>An entry to EL2, on some CPU.</summary>
    /// <param name="at">The state, configuration and policy.</param>
    /// <param name="isAbort">Whether FAR_EL2 and HPFAR_EL2 are inputs; otherwise an earlier trap left them over.</param>
    public static S.Step Step(S.Situation at, bool isAbort)
    {
        string addresses = isAbort ? "input." : LeftOver;
        return new(at.State, at.Configuration, Word("cpu", Limits.Cpus - 1), new S.Entry(
            new S.Esr(Word("syndrome")), Word(addresses + "address"), Word(addresses + "page"), Word("interrupt", Limits.Interrupts - 1), Word("now"), Word("later"), Word("answer")));
    }

    /// <summary>All parts of some terms that are cells, variables, or numbers of zeros.</summary>
    public static IEnumerable<Term> In(IEnumerable<Term> terms)
    {
        HashSet<Term> seen = [];
        Stack<Term> left = new(terms);
        while (left.TryPop(out Term? term))
        {
            if (!seen.Add(term))
                continue;
            foreach (Term argument in term.Arguments)
                left.Push(argument);
            if (term.Kind is Kind.Cell or Kind.Variable or Kind.LeadingZeros)
                yield return term;
        }
    }
}
