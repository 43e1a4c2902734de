using Redoubt.Abi;
using Redoubt.Proof.Refinement;
using Redoubt.Proof.Terms;
using S = Redoubt.Spec.Specification<Redoubt.Proof.Terms.Term>;

namespace Redoubt.Proof.Security;

/// <summary>Effects that are loops over vCPUs. A step of such a loop is looked at by itself, for any vCPU; that the effect is these steps, one after another, is shown apart.</summary>
internal static class Loop
{
    /// <summary>Names of the operations whose second effect is a loop.</summary>
    public const string Messages = "send interrupts", Deadlines = "hypervisor timer";

    /// <summary>What a step of a loop is about: a value and a number, a rank and the earliest time that the steps before it found.</summary>
    public static S.Word Value => Unknown.Word("value");

    public static S.Word Number => Unknown.Word("number", Limits.VcpusPerPartition - 1);

    public static S.Word Rank => Unknown.Word("rank", Limits.VcpusPerCpu - 1);

    public static S.Word Earliest => Unknown.Word(Unknown.LeftOver + "earliest");

    /// <summary>What follows the loop over deadlines.</summary>
    public static void Advance(S.Step step, S.Word earliest)
    {
        step.Advance();
        step.Rearm(earliest);
    }

    /// <summary>Whether the second effect of an operation is its steps, one after another, in each of its cases; so is one that is no loop.</summary>
    public static bool IsItsSteps(S.Operation operation)
    {
        if (Steps(operation) is not { } steps)
            return true;
        bool same = true;
        Cases.Each(_ => same &= Written(operation.Effects[1].Do).SequenceEqual(Written(steps)), Possible.IsPlainly);
        return same;
    }

    private static Action<S.Step>? Steps(S.Operation operation) => operation.Name switch
    {
        Messages => SendEach,
        Deadlines => ExpireEach,
        _ => null,
    };

    private static void SendEach(S.Step step)
    {
        S.Word value = S.Source(step);
        for (ulong number = 0; number < Limits.VcpusPerPartition; number++)
            step.SendInterrupt(value, number);
    }

    private static void ExpireEach(S.Step step)
    {
        S.Word earliest = S.Step.Never;
        for (ulong rank = 0; rank < Limits.VcpusPerCpu; rank++)
            earliest = step.Expire(step.State.Vcpu(step.Cpu.VcpuOf(rank)), earliest);
        Advance(step, earliest);
    }

    private static IReadOnlyList<Written> Written(Action<S.Step> act)
    {
        TermStore store = Unknown.Store(Unknown.State);
        act(Unknown.Step(Unknown.At(store), isAbort: true));
        return store.Log;
    }
}
