using Redoubt.Proof.Terms;

namespace Redoubt.Proof.Execution;

/// <summary>What a function has to leave as it found it: x19 to x29 and the stack pointer (AAPCS64, 6.1.1).</summary>
public sealed class CallersRegisters
{
    private const int First = 19, Count = 11, StackPointer = 31;
    private static readonly int[] Registers = [.. Enumerable.Range(First, Count), StackPointer];
    private readonly Term[] _values;

    private CallersRegisters(Term[] values) => _values = values;

    /// <summary>As they are where a function is called.</summary>
    public static CallersRegisters Of(SymbolicState state) => new([.. Registers.Select(register => state[register])]);

    /// <summary>Those of two states that become one.</summary>
    /// <param name="choose">Of the value in one and the value in the other.</param>
    public static CallersRegisters Choose(Func<Term, Term, Term> choose, CallersRegisters one, CallersRegisters other) =>
        one == other ? one : new([.. one._values.Zip(other._values, choose)]);

    /// <summary>Whether they are again what they were.</summary>
    public Term AreIn(SymbolicState state) =>
        Registers.Zip(_values, (register, value) => Term.Equal(state[register], value)).Aggregate(Term.Truth(true), Term.Both);
}
