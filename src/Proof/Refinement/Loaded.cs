using System.Collections.Immutable;
using Redoubt.Abi;
using Redoubt.Proof.Execution;
using Redoubt.Proof.Terms;
using Redoubt.Proof.Theorems;
using static Redoubt.Proof.Execution.SystemRegisters;

namespace Redoubt.Proof.Refinement;

/// <summary>
/// Words of a vCPU that stand in registers: of the current vCPU those that act at EL0, of the resident one the others. The abstract state does
/// not tell one place from the other.
/// </summary>
public static class Loaded
{
    private const ulong General = 31, Vectors = 64;

    // Registers in the order of src/Abi/Register.cs; VDISR_EL2 and TPIDR2_EL0, of extensions that not every CPU has, come last.
    private static readonly int[] User = [SpEl0, TpidrEl0, TpidrroEl0, SctlrEl1, CntkctlEl1];

    private static readonly int[] El1 =
    [
        SpEl1, ElrEl1, SpsrEl1, VbarEl1, EsrEl1, FarEl1, Ttbr0El1, Ttbr1El1, TcrEl1, MairEl1, AmairEl1, ContextidrEl1, CpacrEl1, TpidrEl1, ParEl1,
        Afsr0El1, Afsr1El1, CsselrEl1, CntvCtlEl0, CntvCvalEl0, VdisrEl2, Tpidr2El0,
    ];

    private static readonly (string Field, int[] Registers)[] Interface =
    [
        ("vcpu.Lists", [IchLr0El2, IchLr1El2, IchLr2El2, IchLr3El2]),
        ("vcpu.Vmcr", [IchVmcrEl2]), ("vcpu.ActivePriorities0", [IchAp0r0El2]), ("vcpu.ActivePriorities1", [IchAp1r0El2]),
        ("vcpu.Fpcr", [Fpcr]), ("vcpu.Fpsr", [Fpsr]),
    ];

    /// <summary>Each word that stands in a system register: its field and column, whether it is the current vCPU's (it is the resident one's otherwise), the register.</summary>
    public static IEnumerable<(string Field, ulong Column, bool OfCurrent, int Register)> InRegisters { get; } =
    [
        .. User.Concat(El1).Select((register, i) => ("vcpu.System", (ulong)i, i < User.Length, register)),
        .. Interface.SelectMany(field => field.Registers.Select((register, i) => (field.Field, (ulong)i, false, register))),
    ];

    /// <summary>One word: where it would be in memory, whose it is, and its register.</summary>
    private readonly record struct Word(string Field, Term Column, Term Owner, Term If, Func<SymbolicState, Term> Get, Action<SymbolicState, Term> Set);

    /// <summary>Fields of which words stand in registers.</summary>
    public static IEnumerable<string> Fields { get; } =
        ["vcpu.X", "vcpu.Pc", "vcpu.Pstate", "vcpu.System", "vcpu.Vectors", .. Interface.Select(field => field.Field)];

    /// <summary>Puts words into registers, as a trap or an interrupt of an idle CPU finds them, and leaves in memory what was left over there.</summary>
    /// <param name="state">The state.</param>
    /// <param name="environment">What the fields begin with.</param>
    /// <param name="trapped">The vCPU that trapped, whose general registers are loaded, or null.</param>
    /// <param name="current">The current vCPU, or none.</param>
    /// <param name="resident">The resident vCPU, or none.</param>
    /// <returns>The words of these fields, wherever they stand.</returns>
    public static Dictionary<string, Cells> Scatter(SymbolicState state, Execution.Environment environment, Term? trapped, Term current, Term resident)
    {
        Dictionary<string, Cells> words = Fields.ToDictionary(name => name, name => environment.Beginning(KernelLayout.Field(name)));
        IEnumerable<Word> loaded = Registers(current, resident);
        if (trapped is not null)
            loaded = loaded.Concat(Trapped(trapped));
        foreach (IGrouping<string, Word> group in loaded.GroupBy(word => word.Field))
        {
            ImmutableList<(Term, Term, Term)> left = [];
            foreach (Word word in group)
            {
                // Without an owner, or without the extension, the register holds what nobody knows.
                (Term owner, Term present) = Owner(word.Owner);
                Term there = Term.Both(present, word.If);
                word.Set(state, Term.Choose(there, words[word.Field][owner, word.Column], word.Get(state)));
                left = left.Add((owner, word.Column, there));
            }

            Field field = KernelLayout.Field(group.Key);
            environment.Begin(field, Cells.Without(words[group.Key], Cells.Initial($"left.{field.Name}", field.Count, field.Ones), left));
        }

        return words;
    }

    /// <summary>Words of these fields wherever they stand at the end of a handler, when general registers are those in memory.</summary>
    /// <param name="state">The state at the end.</param>
    /// <param name="start">The state at the beginning.</param>
    /// <param name="words">What <see cref="Scatter"/> returned.</param>
    public static Dictionary<string, Cells> Gather(SymbolicState state, SymbolicState start, IReadOnlyDictionary<string, Cells> words)
    {
        Term Of(SymbolicState at, string field) => KernelProof.Own(at, field);
        (Term current, Term resident) = (Of(state, "cpu.Current"), Of(state, "cpu.Resident"));
        bool same = current == Of(start, "cpu.Current") && resident == Of(start, "cpu.Resident");
        Dictionary<string, Cells> gathered = [];
        foreach (IGrouping<string, Word> group in Registers(current, resident).GroupBy(word => word.Field))
        {
            Field field = KernelLayout.Field(group.Key);
            Cells memory = state.Cells(field);
            (Word Word, Term Value, bool Same)[] loaded = [.. group.Select(word => (word, word.Get(state), same && word.Get(state) == word.Get(start)))];
            gathered[group.Key] = same && memory == start.Cells(field) && loaded.All(word => word.Same) ? words[group.Key]
                : Cells.Of((outer, inner) => loaded.Aggregate(memory[outer, inner], (word, other) =>
                {
                    (Term owner, Term present) = Owner(other.Word.Owner);
                    Term here = Term.Both(Term.Both(Term.Equal(owner, outer), Term.Equal(other.Word.Column, inner)), Term.Both(present, other.Word.If));
                    return here.IsFalse ? word : Term.Choose(here, other.Value, word);
                }));
        }

        foreach (string name in Fields.Except(gathered.Keys))
        {
            gathered[name] = state.Cells(KernelLayout.Field(name));
        }

        return gathered;
    }

    /// <summary>A word that names a vCPU or none: the vCPU, and whether there is one.</summary>
    private static (Term Vcpu, Term Present) Owner(Term word)
    {
        Term none = Term.Equal(word, Term.Constant(Limits.NoVcpu));
        return (Term.Given(none, false, word), Term.Not(none));
    }

    private static IEnumerable<Word> Registers(Term current, Term resident)
    {
        Term always = Term.Truth(true);
        foreach ((string field, ulong column, bool ofCurrent, int register) in InRegisters)
        {
            Term there = register == VdisrEl2 ? Has("machine.HasRas") : register == Tpidr2El0 ? Has("machine.HasSme") : always;
            yield return System(field, column, ofCurrent ? current : resident, there, register);
        }

        for (ulong i = 0; i < Vectors; i++)
        {
            int number = (int)i;
            yield return new("vcpu.Vectors", Term.Constant(i), resident, always, state => state.Vectors[number], (state, value) =>
            {
                Term[] vectors = state.Vectors;
                vectors[number] = value;
                state.Vectors = vectors;
            });
        }
    }

    private static IEnumerable<Word> Trapped(Term vcpu)
    {
        Term always = Term.Truth(true);
        for (ulong i = 0; i < General; i++)
        {
            int number = (int)i;
            yield return new("vcpu.X", Term.Constant(i), vcpu, always, state => state[number], (state, value) => state[number] = value);
        }

        yield return System("vcpu.Pc", 0, vcpu, always, ElrEl2);
        yield return System("vcpu.Pstate", 0, vcpu, always, SpsrEl2);
    }

    private static Word System(string field, ulong column, Term owner, Term there, int register) =>
        new(field, Term.Constant(column), owner, there, state => state.Register(register), (state, value) => state.System = state.System.SetItem(register, value));

    private static Term Has(string extension) => Term.Not(Term.Equal(Cells.Initial(KernelLayout.Field(extension))[Term.Constant(0), Term.Constant(0)], Term.Constant(0)));
}
