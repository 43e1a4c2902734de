using System.Globalization;
using System.Reflection;
using System.Text;
using S = Redoubt.Spec.Specification<Redoubt.Spec.Words.Number>;

namespace Redoubt.Spec;

/// <summary>The specification as a document.</summary>
public static class Document
{
    /// <summary>The whole document, in Markdown.</summary>
    public static string Write()
    {
        StringBuilder text = new();
        text.Append(Introduction);
        WriteFields(text, "State", StateFields.All);
        WriteFields(text, "Configuration", ConfigurationFields.All);
        WriteStatuses(text);
        text.Append(Entry);
        text.Append("## Words\n\n");
        foreach ((string word, string meaning) in Vocabulary.All)
            text.Append($"**{word}**: {meaning}\n\n");
        WriteOperations(text, "Calls", Calls, S.Calls);
        WriteOperations(text, "Exceptions", Exceptions, S.Exceptions);
        WriteOperations(text, "Interrupts", Interrupts, S.Interrupts);
        text.Append(Processor);
        text.Append("## Invariant\n\nWhenever EL2 has been left, of every vCPU, every CPU, and every virtual interrupt of a vCPU:\n\n");
        foreach (S.Invariant invariant in S.Invariants)
            text.Append($"- {invariant.Text}\n");
        text.Append(Delivery);
        foreach (S.Delivery delivery in S.Deliveries.Concat(S.Arrivals))
            text.Append($"- {delivery.Text}\n");
        text.Append(Security);
        text.Append("The configuration complies with the policy:\n\n");
        foreach (S.Rule rule in S.Rules)
            text.Append($"- {rule.Text}\n");
        text.Append("\nThree conditions hold of every step:\n\n");
        foreach (S.Condition condition in S.Conditions)
            text.Append($"- **{condition.Name}**: {condition.Text}\n");
        text.Append($"\nApart from any policy, **{S.Confinement.Name}**: {S.Confinement.Text}\n");
        return text.ToString();
    }

    private const string Introduction = """
        # Specification of the kernel

        This page is generated from `src/Spec`; the sentences stand there beside the code that says the same, and that code is what runs in tests against
        the kernel and what the proof is about. A test fails if the page is not up to date.

        A kernel that runs at EL2 is entered by a call, an exception, an SError or an interrupt, changes its state, and goes back to a vCPU. The specification
        is a state, and for each reason to be entered one operation: when it is refused, and what changes otherwise. What is not said to change does not.
        Which registers of a vCPU are loaded at the moment and which lie in memory makes no difference here; nor do translation tables, which are the image
        builder's and never change.


        """;

    private const string Entry = """
        ## An entry to EL2

        An exception of class 0x15 (`SVC`, of a service) or 0x16 (`HVC`, of a guest) is a call; the account of calls of the caller grows by one, whatever becomes of it.
        The operation is the first of its group, in the order of this page, whose condition holds. A call is refused for the first reason that holds: x0 says which,
        and nothing else changes. Every entry ends with a choice:

        - Candidates are the ready ranks of the time slot; if there are none, the ready ranks that may use what is left of it.
        - Without candidates no vCPU runs. Otherwise the vCPU of lowest rank among them does.
        - If that is a change, the vCPU that ran is charged for the time since the last change.
        - If a guest's vCPU runs that has not got the virtual timer and the virtual interrupt interface of the CPU, they pass to it; the guest that had them will be woken
          by the hypervisor's timer when its own would have fired.


        """;

    private const string Calls = "A vCPU calls. *Slot* is an index into the capabilities of its partition; a slot beyond the last holds nothing.";

    private const string Exceptions = "A vCPU takes a synchronous exception that is not a call, or is hit by an SError.";

    private const string Interrupts = "One physical interrupt is acknowledged. It may come while a vCPU runs or while none does.";

    private const string Processor = """
        ## What the processor does

        While a vCPU runs it changes its own registers, and a guest uses its virtual interrupt interface without EL2: acknowledging an interrupt makes the list register
        that announces it active and no longer pending; ending it makes it inactive, and the physical interrupt it is linked to as well.


        """;

    private const string Delivery = """

        ## Nothing is lost, and nothing comes from nowhere

        Of every entry to EL2, every vCPU, every virtual interrupt and event:


        """;

    private const string Security = """

        ## Security

        A **policy** says of each two partitions whether one *sees* the other (may learn all of its state), *alters* it
        (may change its state), and of each whether it *commands* the machine (may switch it off).

        A partition **observes** all state of the vCPUs of the partitions it sees (a fault that a monitor has yet to be told counts as the monitor's), whether the physical interrupts of those it sees are
        active, and the schedule up to now: on each CPU which vCPU runs or ran last, whether it is idle, who has the virtual timer, and since when. The schedule
        is thus public: which vCPU runs when, and the time, are inputs that two compared runs share. What a partition can learn from them alone (timing) is not covered.

        The notion is intransitive noninterference in Rushby's formulation, by unwinding, as Nelson et al. (Operating Systems Review, 2020) tell it from others: not the transitive one of
        Goguen and Meseguer, since a monitor may pass on what it sees; and not nonleakage alone, since local respect is shown as well. A step belongs to the partition
        whose vCPU traps, or which an interrupt is about.


        """;

    private static void WriteFields(StringBuilder text, string title, IEnumerable<Field> fields)
    {
        text.Append($"## {title}\n\n");
        foreach (IGrouping<Subject, Field> group in fields.GroupBy(field => field.Subject))
        {
            text.Append($"| of {Of(group.Key)} | words | meaning |\n|---|---|---|\n");
            foreach (Field field in group)
                text.Append($"| {field.Name} | {field.Columns} | {field.Text} |\n");
            text.Append('\n');
        }
    }

    private static void WriteStatuses(StringBuilder text)
    {
        text.Append("## Statuses\n\nWhat x0 says after a call.\n\n| status | x0 |\n|---|---|\n");
        foreach (FieldInfo status in typeof(Status).GetFields(BindingFlags.Public | BindingFlags.Static))
            text.Append(CultureInfo.InvariantCulture, $"| {status.Name} | {(long)(ulong)status.GetRawConstantValue()!} |\n");
        text.Append('\n');
    }

    private static void WriteOperations(StringBuilder text, string title, string introduction, IEnumerable<S.Operation> operations)
    {
        text.Append($"## {title}\n\n{introduction}\n\n");
        foreach (S.Operation operation in operations)
        {
            text.Append($"### {operation.Name}\n\n{operation.Summary} When: {operation.Condition}.\n\n");
            if (operation.Checks.Count > 0)
            {
                text.Append("| refused with | if |\n|---|---|\n");
                foreach (S.Check check in operation.Checks)
                    text.Append($"| {NameOf(check.Status)} | {check.Text} |\n");
                text.Append('\n');
            }
            foreach (S.Effect effect in operation.Effects)
                text.Append($"- {effect.Text}\n");
            text.Append('\n');
        }
    }

    private static string Of(Subject subject) => subject switch
    {
        Subject.Vcpu => "a vCPU",
        Subject.Cpu => "a CPU",
        Subject.Interrupt => "a physical interrupt",
        Subject.Partition => "a partition",
        _ => "the machine",
    };

    private static string NameOf(ulong status) =>
        typeof(Status).GetFields(BindingFlags.Public | BindingFlags.Static).Single(field => (ulong)field.GetRawConstantValue()! == status).Name;
}
