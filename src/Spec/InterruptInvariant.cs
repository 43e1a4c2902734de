namespace Redoubt.Spec;

public static partial class Specification<T>
{
    /// <summary>
    /// What holds of each virtual interrupt of each vCPU, said of one at a time: of its bit in the words, and of the list registers that name it.
    /// </summary>
    private static IReadOnlyList<Invariant> OfInterrupts =>
    [
        OfInterrupt("At most one list register announces a virtual interrupt.", (_, _, v, n) => OfPairs(v, (a, b) => !Announces(a, n) | !Announces(b, n))),
        OfInterrupt("What a list register announces as pending is enabled.", (_, _, v, n) => OfLists(v, list => (list.IsPending & Names(list, n)).Implies(Has(v.Enabled, n)))),
        OfInterrupt("What a list register announces as pending is latched or has its line at 1.", (_, _, v, n) =>
            OfLists(v, list => (list.IsPending & Names(list, n)).Implies(Has(v.Latched | v.Line, n)))),
        OfInterrupt("What is announced, enabled, and latched again is announced as pending, unless it is linked.", (_, _, v, n) =>
            OfLists(v, list => (Announces(list, n) & !list.IsHardware).Implies(!Has(v.Enabled & v.Pending, n)))) with { IsByAnnouncing = true },
        OfInterrupt("What is announced, enabled, and has its line at 1 will say when it ends.", (_, _, v, n) =>
            OfLists(v, list => (Announces(list, n) & !list.IsHardware & Has(v.Enabled & v.Line, n)).Implies(list.WillSayEnd))) with { IsByAnnouncing = true },
        OfInterrupt("What is enabled and pending is announced, or a maintenance interrupt will come.", (_, _, v, n) =>
            Has(v.Enabled & (v.Pending | v.Line), n).Implies(Step.AsksForMore(v) | !OfLists(v, list => !Names(list, n) | (list.IsFree & !list.SaysEnd)))) with { IsByAnnouncing = true },
        OfInterrupt("The template of a virtual interrupt names it, announces nothing, and is linked if the interrupt is backed by a physical one.", (_, _, v, n) =>
            Names(v.Templates[n], n) & v.Templates[n].IsFree & v.Templates[n].IsHardware.Is(Has(v.Hardware, n))) with { IsOfLinks = true },
        OfInterrupt("One that is linked is linked to the physical interrupt of its number: the virtual timer's, which is 27, or one that the configuration sends to that vCPU.", (_, c, v, n) =>
            v.Templates[n].IsHardware.Implies((v.Templates[n].Physical == n) & IsOwn(c, v, n))) with { IsOfLinks = true },
        OfInterrupt("A list register is linked as the template of its interrupt is.", (_, _, v, n) => OfLists(v, list => Names(list, n).Implies(
            (!list.IsHardware | (v.Templates[n].IsHardware & (list.Physical == v.Templates[n].Physical)))
            & (list.IsFree | list.IsHardware.Is(v.Templates[n].IsHardware))))) with { IsOfLinks = true },
        OfInterrupt("A linked interrupt has no line, is not left in an inbox, and is not pending and active at once, nor announced and latched.", (_, _, v, n) =>
            Has(v.Hardware, n).Implies(!Has(v.Line | v.InboxVirtual, n) & OfLists(v, list => !Announces(list, n) | (!(list.IsPending & list.IsActive) & !Has(v.Pending, n))))),
        OfInterrupt("While a linked interrupt is announced or latched the physical one is active.", (s, _, v, n) =>
            (Has(v.Hardware, n) & IsUnderWay(v, n)).Implies(IsPhysicallyActive(s, v, n))),
        OfInterrupt("While a physical interrupt is active the one that is linked to it is announced or latched, unless its vCPU is off.", (s, _, v, n) =>
            (Has(v.Hardware, n) & IsPhysicallyActive(s, v, n) & (v.Lifecycle != Lifecycle.Off)).Implies(IsUnderWay(v, n))),
    ];

    private static Invariant OfInterrupt(string text, Func<State, Configuration, Vcpu, Word, Truth> holds) =>
        new(StateFields.Templates, text, (state, configuration, index, number) => holds(state, configuration, state.Vcpu(index), number));

    private static Truth Has(Word bits, Word number) => (bits >> number).Bit(0);

    private static Truth Names(List list, Word number) => list.Interrupt == number;

    private static Truth Announces(List list, Word number) => !list.IsFree & Names(list, number);

    private static Truth OfLists(Vcpu vcpu, Func<List, Truth> holds)
    {
        Truth all = true;
        for (ulong i = 0; i < Limits.ListRegisters; i++)
            all &= holds(vcpu.Lists[i]);
        return all;
    }

    private static Truth OfPairs(Vcpu vcpu, Func<List, List, Truth> holds)
    {
        Truth all = true;
        for (ulong i = 0; i < Limits.ListRegisters; i++)
        {
            for (ulong j = 0; j < i; j++)
                all &= holds(vcpu.Lists[i], vcpu.Lists[j]);
        }
        return all;
    }

    /// <summary>The virtual timer's interrupt is every guest's, that of a device belongs to whom the configuration sends it.</summary>
    private static Truth IsOwn(Configuration configuration, Vcpu vcpu, Word number)
    {
        Capability sink = configuration.Sink(number);
        return (number == Step.TimerInterrupt) | ((number >= FirstShared) & (sink.Kind == Abi.Capability.Virtual) & (sink.Target == vcpu.Index));
    }

    private static Truth IsUnderWay(Vcpu vcpu, Word number) => Has(vcpu.Pending, number) | !OfLists(vcpu, list => !Announces(list, number));

    private static Truth IsPhysicallyActive(State state, Vcpu vcpu, Word number) =>
        ((number == Step.TimerInterrupt).Choose(vcpu.TimerActive, state.Active[number]) != 0);
}
