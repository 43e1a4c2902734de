using Redoubt.Proof.Terms;
using Redoubt.Proof.Theorems;

namespace Redoubt.Proof.Tests.Conformance;

/// <summary>Which of the proof's handlers a real trap belongs to.</summary>
internal static class TrapKind
{
    private const ulong SyndromeBits = (1 << 26) - 1;

    private static readonly Handler[] Handlers = [.. Handler.All()];

    /// <summary>Name of the one handler whose conditions hold.</summary>
    /// <param name="vector">Offset of the exception vector, or null after the WFI of the idle loop.</param>
    /// <param name="syndrome">ESR_EL2.</param>
    /// <param name="argument">x0.</param>
    /// <param name="intid">The interrupt that is acknowledged, if it is one.</param>
    public static string Of(ulong? vector, ulong syndrome, ulong argument, ulong intid)
    {
        Evaluator evaluator = new(
            name => name switch
            {
                "ESR_EL2" => syndrome,
                "ISS" => syndrome & SyndromeBits,
                "ISS2" => syndrome >> 32,
                "x0" => argument,
                "ICC_IAR1_EL1" => intid,
                _ => throw new InvalidOperationException($"a handler depends on {name}"),
            },
            (memory, _) => throw new InvalidOperationException($"a handler depends on {memory}"));
        bool Is(Term? term, ulong value) => term is null || evaluator.Value(term) == value;
        return Assert.Single(Handlers, handler =>
            handler.Entry == (vector is null ? Entry.Awake : Entry.Trap) && handler.Vector == (vector ?? 0)
            && Is(handler.Syndrome, syndrome) && Is(handler.Argument, argument) && Is(handler.Intid, intid)
            && handler.Assumptions.All(truth => evaluator.Value(truth) != 0)).Name;
    }
}
