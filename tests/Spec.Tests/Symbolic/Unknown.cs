using Redoubt.Proof.Terms;

namespace Redoubt.Spec.Tests.Symbolic;

/// <summary>An unknown word or truth: a term of the prover.</summary>
/// <param name="Term">The term.</param>
internal readonly record struct Unknown(Term Term) : IWord<Unknown>
{
    public static Unknown Constant(ulong value) => new(Term.Constant(value));

    public static Unknown Truth(bool value) => new(Term.Truth(value));

    public static Unknown operator +(Unknown a, Unknown b) => new(a.Term + b.Term);

    public static Unknown operator -(Unknown a, Unknown b) => new(a.Term - b.Term);

    public static Unknown operator *(Unknown a, Unknown b) => new(a.Term * b.Term);

    public static Unknown operator &(Unknown a, Unknown b) => new(a.Term & b.Term);

    public static Unknown operator |(Unknown a, Unknown b) => new(a.Term | b.Term);

    public static Unknown operator ^(Unknown a, Unknown b) => new(a.Term ^ b.Term);

    public static Unknown operator ~(Unknown a) => new(~a.Term);

    public static Unknown operator <<(Unknown a, Unknown amount) => new(a.Term << amount.Term);

    public static Unknown operator >>>(Unknown a, Unknown amount) => new(a.Term >>> amount.Term);

    public static Unknown LeadingZeros(Unknown a) => new(Term.LeadingZeros(a.Term));

    public static Unknown Reverse(Unknown a) => new(Term.Reverse(a.Term));

    public static Unknown Equal(Unknown a, Unknown b) => new(Term.Equal(a.Term, b.Term));

    public static Unknown Less(Unknown a, Unknown b) => new(Term.Less(a.Term, b.Term));

    public static Unknown Bit(Unknown word, int number) => new(Term.Bit(word.Term, number));

    public static Unknown Not(Unknown truth) => new(Term.Not(truth.Term));

    public static Unknown Both(Unknown a, Unknown b) => new(Term.Both(a.Term, b.Term));

    public static Unknown Either(Unknown a, Unknown b) => new(Term.Either(a.Term, b.Term));

    public static Unknown Choose(Unknown truth, Unknown a, Unknown b) => new(Term.Choose(truth.Term, a.Term, b.Term));

    public static bool Decide(Unknown truth) => truth.Term.IsConstant ? truth.Term.IsTrue : Cases.Now.Decide(truth.Term);
}
