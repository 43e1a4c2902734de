using Redoubt.Proof.Execution;
using Redoubt.Proof.Terms;
using Redoubt.Spec;
using S = Redoubt.Spec.Specification<Redoubt.Proof.Terms.Term>;

namespace Redoubt.Proof.Security;

/// <summary>What is kept by every act: the invariant of the specification, and what is pending.</summary>
internal static class Preservation
{
    /// <summary>What holds before an act holds after it, of any one vCPU, virtual interrupt and CPU; nothing is lost by an entry to EL2.</summary>
    public static void Require(Act act, Obligations obligations)
    {
        S.Word number = Unknown.Word("any number", (ulong)StateFields.Templates.Columns - 1);
        Transition.EachStage(act, obligations, (stage, transition) =>
        {
            string name = stage.Name.Length == 0 ? "" : $" ({stage.Name})";
            foreach (S.Invariant invariant in stage.After(transition.Done))
            {
                transition.Require(obligations, SecurityProof.Invariant, invariant.Text + name, invariant.Field, invariant.Field.Columns == 1 ? null : number,
                    row => invariant.Holds(transition.After.State, transition.After.Configuration, row, number));
            }

            foreach (S.Delivery delivery in act.IsGuests ? [] : S.Deliveries)
            {
                transition.Require(obligations, SecurityProof.Interrupts, delivery.Text + name, StateFields.Lifecycle, number,
                    row => delivery.Holds(PassageOf(act, transition), row, number));
            }
        });
        if (act.Operation is not { } operation)
            return;
        Transition.Each(act, transition =>
        {
            foreach (S.Delivery arrival in S.Arrivals)
            {
                transition.Require(obligations, SecurityProof.Interrupts, arrival.Text, StateFields.Lifecycle, number,
                    row => arrival.Holds(PassageOf(act, transition), row, number));
            }
        });
        obligations.Require(SecurityProof.Invariant, 0, Term.Truth(Loop.IsItsSteps(operation)), PathCondition.Empty, "an effect that is a loop is its steps, one after another");
    }

    private static S.Passage PassageOf(Act act, Transition transition) => new(act.Occasion, transition.Before.State, transition.After.State, transition.Step);
}
