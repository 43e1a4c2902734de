using Redoubt.Proof.Isa;

namespace Redoubt.Proof.Tests.Conformance;

/// <summary>How the meaning of a class of instructions is shown.</summary>
/// <param name="How">The comparison, or why there is none.</param>
/// <param name="Cases">Least number of cases that are compared.</param>
internal sealed record Shown(string How, int Cases);

/// <summary>For each class of instructions how its meaning is shown.</summary>
internal static class ConformanceTable
{
    private const string OneByOne = "one at a time", Registers = "system registers";

    /// <summary>By class.</summary>
    public static IReadOnlyDictionary<Opcode, Shown> Classes { get; } = Generator.Classes
        .Select(opcode => KeyValuePair.Create(opcode, new Shown(OneByOne, ConformanceTests.States)))
        .Concat(
        [
            new(Opcode.ReadSystem, new(Registers, RegisterTests.States)),
            new(Opcode.WriteSystem, new(Registers, RegisterTests.States)),
            new(Opcode.ExceptionReturn, new("exceptions", ExceptionTests.States)),
            new(Opcode.SecureCall, new("not compared: the firmware's side is an assumption", 0)),
            new(Opcode.WaitForInterrupt, new("traps of real systems", 0)),
            new(Opcode.Breakpoint, new("not compared: the proof shows that none is reached", 0)),
        ])
        .ToDictionary();
}
