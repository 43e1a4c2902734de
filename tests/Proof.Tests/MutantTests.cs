using System.Text.RegularExpressions;
using Redoubt.Proof.Execution;
using Redoubt.Proof.Isa;
using Redoubt.Proof.Mutants;
using Redoubt.Proof.Programs;
using Redoubt.Proof.Terms;
using Redoubt.Proof.Theorems;

namespace Redoubt.Proof.Tests;

/// <summary>Kernels with one instruction changed are refused, and named are the line that was changed and the property that fails.</summary>
public sealed class MutantTests
{
    private const uint Nothing = 0xaa1f_03ff;
    private const string Quick = "svc discover";

    [Theory]
    [InlineData("condition inverted", 0x5400_0320, 0x5400_0321)] // b.eq: b.ne
    [InlineData("condition inverted", 0xb400_0300, 0xb500_0300)] // cbz: cbnz
    [InlineData("condition inverted", 0x3700_0083, 0x3600_0083)] // tbnz: tbz
    [InlineData("condition inverted", 0x9a82_1021, 0x9a82_0021)] // csel x1, x1, x2, ne: eq
    [InlineData("branch dropped", 0x5400_0320, Nothing)]
    [InlineData("store dropped", 0xf900_8261, Nothing)] // str x1, [x19, #256]
    [InlineData("store dropped", 0xa9bf_7bfd, 0xd100_43ff)] // stp x29, x30, [sp, #-16]!: sub sp, sp, #16
    [InlineData("store dropped", 0xc803_fc02, 0xaa1f_03e3)] // stlxr w3, x2, [x0]: mov x3, xzr
    [InlineData("load dropped", 0xa8c1_7bfd, 0x9100_43ff)] // ldp x29, x30, [sp], #16: add sp, sp, #16
    [InlineData("load dropped", 0xf940_0023, 0xaa1f_03e3)] // ldr x3, [x1]: mov x3, xzr
    [InlineData("call dropped", 0x9400_0131, Nothing)]
    [InlineData("barrier dropped", 0xd503_3fdf, Nothing)] // isb
    [InlineData("TLBI dropped", 0xd50c_839f, Nothing)] // tlbi alle1is
    [InlineData("IC dropped", 0xd508_711f, Nothing)] // ic ialluis
    [InlineData("MSR dropped", 0xd51c_4003, Nothing)] // msr spsr_el2, x3
    [InlineData("MSR of zero", 0xd51c_4003, 0xd51c_401f)]
    [InlineData("MRS of zero", 0xd53c_4003, 0xaa1f_03e3)] // mrs x3, spsr_el2
    [InlineData("immediate changed", 0x9240_0c63, 0x9240_1063)] // and x3, x3, #0xf: #0x1f
    [InlineData("immediate changed", 0xd280_78a2, 0xd280_7882)] // mov x2, #0x3c5: #0x3c4
    [InlineData("immediate changed", 0xd34b_fc02, 0xd34a_fc02)] // lsr x2, x0, #11: #10
    [InlineData("offset changed", 0xf900_8261, 0xf900_8661)] // str x1, [x19, #256]: #264
    [InlineData("offset changed", 0xa901_0c02, 0xa901_8c02)] // stp x2, x3, [x0, #16]: #24
    [InlineData("registers swapped", 0xa901_0c02, 0xa901_0803)] // stp x2, x3: stp x3, x2
    [InlineData("registers swapped", 0xcb00_0020, 0xcb01_0000)] // sub x0, x1, x0: sub x0, x0, x1
    public void AnOperatorMakesThisOfAnInstruction(string name, uint word, uint expected) =>
        Assert.Equal(expected, Operators.Apply(0x1000, word, Decoder.Decode(0x1000, word)).Single(changed => changed.Name == name).Word);

    [Theory]
    [InlineData(0xd65f_03c0)] // ret
    [InlineData(0xd69f_03e0)] // eret
    [InlineData(0x9a9f_03e0)] // csel x0, xzr, xzr, eq: either way zero
    [InlineData(0xf940_001f)] // ldr xzr, [x0], but for its offset
    public void NothingIsMadeOfWhatWouldBeTheSame(uint word) =>
        Assert.DoesNotContain(Operators.Apply(0x1000, word, Decoder.Decode(0x1000, word)), changed => changed.Name != "offset changed");

    [Theory]
    [InlineData(0xeb01_001f, 0x5400_0040, 0)] // cmp x0, x1; b.eq
    [InlineData(0xeb01_001f, 0x5400_0042, 1)] // cmp x0, x1; b.cs
    public void AComparisonForEqualityHasNoOrder(uint comparison, uint branch, int mutants)
    {
        Symbol function = Shipped.Kernel.Functions.First(one => Shipped.Kernel.EndOf(one) - one.Address >= 16);
        ElfProgram program = Shipped.Kernel.Patched(function.Address, comparison).Patched(function.Address + 4, branch).Patched(function.Address + 8, Nothing).Patched(function.Address + 12, Nothing);
        Assert.Equal(mutants, Mutant.Of(program, [function.Address]).Count(mutant => mutant.Operator == Operators.RegistersSwapped));
    }

    [Theory]
    [InlineData(0x39c0_025f, 0)] // ldrsb wzr, [x18]: a null check
    [InlineData(0x39c0_0241, 1)] // ldrsb w1, [x18]
    public void AnOffsetCountsIfSomethingIsLoaded(uint load, int mutants)
    {
        Symbol function = Shipped.Kernel.Functions.First();
        Assert.Equal(mutants, Mutant.Of(Shipped.Kernel.Patched(function.Address, load), [function.Address]).Count(mutant => mutant.Operator == Operators.OffsetChanged));
    }

    [Fact]
    public void TheFramePointerCountsWhereItIsUsed()
    {
        ElfProgram kernel = Shipped.Kernel;
        Mutant[] all = [.. Mutant.Of(kernel, kernel.Functions.SelectMany(function => AddressesOf(kernel, function))).Where(mutant => mutant.Instruction.StartsWith("AddSub d=29 n=31", StringComparison.Ordinal))];
        Assert.NotEmpty(all);
        Assert.All(all, mutant => Assert.Contains(AddressesOf(kernel, kernel.Functions.First(function => function.Name == mutant.Function)),
            address => Decoder.TryDecode(address, kernel.InstructionAt(address)!.Value) is { Rn: 29 }));
    }

    [Fact]
    public void EveryMutantIsAnotherInstructionThatIsKnown()
    {
        ElfProgram kernel = Shipped.Kernel;
        Mutant[] all = [.. Mutant.Of(kernel, kernel.Functions.SelectMany(function => AddressesOf(kernel, function)))];
        Assert.Equal(Operators.Names.Order(), all.Select(mutant => mutant.Operator).Distinct().Order());
        Assert.All(all, mutant => Assert.NotNull(Decoder.TryDecode(mutant.Address, mutant.Word)));
        Assert.All(all, mutant => Assert.NotEqual(kernel.InstructionAt(mutant.Address), mutant.Word));
        Assert.Equal(all.Length, all.Select(mutant => (mutant.Function, mutant.Instruction, mutant.Operator)).Distinct().Count());
    }

    [Fact]
    public void MutantsAreSpreadOverHandlersAndChosenByTheSeed()
    {
        ElfProgram kernel = Shipped.Kernel;
        HandlerResult[] handlers = [.. new[] { "save", "resume" }.Select(name => Reaching(name, AddressesOf(kernel, kernel.Functions.First(function => function.Name == name))))];
        IReadOnlyList<Mutant> chosen = Selection.Of(kernel, handlers, 10, 1);
        Assert.Equal(["resume", "save"], chosen.Select(mutant => mutant.Function).Distinct().Order());
        Assert.All(chosen.CountBy(mutant => mutant.Function), pair => Assert.Equal(5, pair.Value));
        Assert.Equal(chosen, Selection.Of(kernel, handlers, 10, 1));
        Assert.NotEqual(chosen, Selection.Of(kernel, handlers, 10, 2));
        Assert.Equal(Mutant.Of(kernel, handlers.SelectMany(handler => handler.Reached)).Count(), Selection.Of(kernel, handlers, int.MaxValue, 1).Count);
    }

    [Fact]
    public void ASampleIsRefused()
    {
        // x2 and x3 are answers of this call: that they are not saved is for other handlers to refuse.
        MutantReport report = Run(Quick, handlers => [.. Selection.Of(Shipped.Kernel, handlers, int.MaxValue, 1).Where(mutant => mutant is { Function: "save", Place: not "save+0x4" }).Take(10)]);
        Assert.Equal(10, report.Mutants.Count);
        Assert.All(report.Mutants, verdict => Assert.True(verdict.CaughtBy is not null, verdict.ToString()));
    }

    // The same word again.
    [Theory]
    [InlineData("ReadSystem", null)] // of a system register more may depend than the state tells
    [InlineData("StorePair", Equivalents.SameEffect)]
    public void AKernelThatIsNotBrokenIsNotRefused(string instruction, string? equivalent)
    {
        MutantReport report = Run(Quick, handlers => [Unchanged(handlers[0], instruction)]);
        MutantVerdict verdict = Assert.Single(report.Mutants);
        Assert.Null(verdict.CaughtBy);
        Assert.Equal(equivalent, verdict.Equivalent);
    }

    [Theory]
    [InlineData("Calls__Notify", "Logical d=2 n=2 immediate=127", true)] // a capability has no bit there
    [InlineData("Calls__Notify", "Bitfield d=1 n=2 top=7", false)] // but it has one beside its kind
    public void AChangeThatDoesTheSameInEveryStateIsEquivalent(string function, string instruction, bool same)
    {
        SameEffect effect = new(Mutant.Of(Shipped.Kernel, Shipped.Kernel.Functions.Where(one => one.Name.EndsWith(function, StringComparison.Ordinal)).SelectMany(one => AddressesOf(Shipped.Kernel, one)))
            .First(mutant => mutant.Operator == Operators.ImmediateChanged && mutant.Instruction == instruction));
        using Solver solver = new("cvc5");
        HandlerResult result = new KernelProof(Shipped.Kernel, solver) { UntilFirst = true, Watch = effect.Require }.Prove(Handler.All().Single(one => one.Name == "svc notify"));
        Assert.Equal(same, result.Findings.Count == 0);
        Assert.True(effect.IsMet);
    }

    [Fact]
    public void WhatOnlyBootWouldShowIsForBootToRefuse()
    {
        const string Reason = "it does not end in the state that it must";
        MutantReport report = Run(Quick, handlers => [Unchanged(handlers[0], "StorePair")], _ => Reason);
        Assert.Equal((Pinned.Boot, Reason), Assert.Single(report.Mutants).CaughtBy is { } refusal ? (refusal.Property, refusal.Goal) : default);
    }

    [Fact]
    public void WhatIsTakenForEquivalentIsOneMutantEachAndStandsInTheDocumentation()
    {
        ElfProgram kernel = Shipped.Kernel;
        Mutant[] all = [.. Mutant.Of(kernel, kernel.Functions.SelectMany(function => AddressesOf(kernel, function)))];
        string[] lines = File.ReadAllLines(Shipped.Documentation);
        foreach (Equivalent known in Equivalents.All)
        {
            Mutant[] named = [.. all.Where(mutant => (mutant.Function, mutant.Instruction, mutant.Operator) == (known.Function, known.Instruction, known.Operator))];
            Assert.True(named.Length == 1, $"{known}: names {named.Length} mutants");
            Assert.Equal(known.Reason, Equivalents.ReasonOf(named[0]));
            Assert.Contains($"| `{known.Function}` | `{known.Instruction}` | {known.Operator} | {known.Reason} |", lines);
        }
    }

    [Fact]
    public void WhatIsTakenForEquivalentAndRefusedIsMistaken()
    {
        Mutant mutant = new("branch dropped", "f", "Branch", "f+0x0", 0, 0);
        MutantVerdict verdict = new(mutant, "", new Refusal("h", "safety", "goal", "f+0x0", "", true), "a reason", 0);
        Assert.True(verdict.IsMistaken);
        Assert.False((verdict with { CaughtBy = verdict.CaughtBy! with { Decided = false } }).IsMistaken);
        Assert.False((verdict with { CaughtBy = null }).IsMistaken);
        Assert.False((verdict with { CaughtBy = null }).Survives);
        Assert.True((verdict with { CaughtBy = null, Equivalent = null }).Survives);
    }

    // What is done to which instruction of a function, by its text; the property that then fails in a handler; the file, and what stands in the line of it that is named.
    [Theory]
    [InlineData("svc account", "Calls__Account", "branch dropped", "BranchConditional immediate=64", "safety", "Calls.cs", "Lookup(index, vcpu.X[1])")] // the check of a capability's number
    [InlineData("svc account", "Calls__Account", "immediate changed", "Logical d=1 n=1 immediate=127", "refinement", "Calls.cs", "Capability.Target")] // the mask of a vCPU's number
    [InlineData("svc discover", "trap", "store dropped", "StorePair d=19", "safety", "Trap.cs", "State.IndexOf")] // what belongs to the caller
    [InlineData("interrupt other own", "cpu_end", "MSR of zero", "WriteSystem", "interrupts", "Cpu.S", "icc_eoir1_el1")] // another interrupt ends
    [InlineData("interrupt other own", "cpu_end", "MSR dropped", "WriteSystem", "interrupts", "Cpu.S", "icc_eoir1_el1")] // none does
    [InlineData("svc start", "cpu_forget_translations", "TLBI dropped", "Maintain", "tlb", "Cpu.S", "tlbi alle1is")]
    [InlineData("svc start", "cpu_forget_translations", "IC dropped", "Maintain", "tlb", "Cpu.S", "ic ialluis")]
    [InlineData("schedule", "cpu_forget_partition", "TLBI dropped", "Maintain", "tlb", "Cpu.S", "tlbi vmalle1")]
    [InlineData("schedule", "cpu_forget_partition", "barrier dropped", "Barrier", "tlb", "Cpu.S", "dsb nsh")]
    [InlineData("schedule", "resume", "load dropped", "LoadPair d=18", "registers", "Vectors.S", "ldp x18, x19")] // a register is not restored
    [InlineData("schedule", "resume", "MSR dropped", "WriteSystem d=3", "world", "Vectors.S", "msr spsr_el2")] // ERET goes to whatever mode
    public void AHandlerRefusesWhatBreaksIt(string handler, string function, string name, string instruction, string property, string file, string text) =>
        AssertRefused(handler, property, file, text, Mutant.Of(Shipped.Kernel, Shipped.Kernel.Functions.Where(one => one.Name.EndsWith(function, StringComparison.Ordinal))
            .SelectMany(one => AddressesOf(Shipped.Kernel, one))).First(mutant => mutant.Operator == name && mutant.Instruction.StartsWith(instruction, StringComparison.Ordinal)));

    [Fact]
    public void AModeOfEl2IsRefused()
    {
        // A guest starts at EL1 with its own stack pointer, masked (DAIF, M = EL1h); here M = EL2h (Arm ARM C5.2.19).
        const uint Start = 0x3c5, Wrong = 0x3c9;
        Symbol reset = Shipped.Kernel.Functions.Single(function => function.Name.EndsWith("Lifecycles__Reset", StringComparison.Ordinal));
        Mutant any = Mutant.Of(Shipped.Kernel, AddressesOf(Shipped.Kernel, reset)).Single(mutant => mutant.Operator == "immediate changed" && mutant.Instruction.Contains($"immediate={Start}", StringComparison.Ordinal));
        AssertRefused("svc start", "invariant", "Lifecycles.cs", "ControlRegisters.GuestPstate", any with { Word = Shipped.Kernel.InstructionAt(any.Address)!.Value ^ ((Start ^ Wrong) << 5) });
    }

    private static void AssertRefused(string handler, string property, string file, string text, Mutant mutant)
    {
        using Solver solver = new("cvc5");
        HandlerResult result = new KernelProof(Shipped.Kernel.Patched(mutant.Address, mutant.Word), solver) { UntilFirst = true }.Prove(Handler.All().Single(one => one.Name == handler));
        Finding first = Assert.Single(result.Findings);
        Assert.Equal(property, first.Property);
        Assert.NotNull(Shipped.Kernel.FunctionAt(first.Address));
        Match line = Regex.Match(SourceLines.Of(Shipped.Kernel, mutant.Address), "^(.+):([0-9]+)");
        Assert.Equal(file, line.Groups[1].Value);
        Assert.Contains(text, File.ReadAllLines(Path.Combine(Shipped.Sources, file))[int.Parse(line.Groups[2].Value) - 1], StringComparison.Ordinal);
    }

    private static Mutant Unchanged(HandlerResult handler, string instruction) =>
        Mutant.Of(Shipped.Kernel, handler.Reached).Where(mutant => mutant.Instruction.StartsWith(instruction, StringComparison.Ordinal)).Select(mutant => mutant with { Word = Shipped.Kernel.InstructionAt(mutant.Address)!.Value }).First();

    private static MutantReport Run(string only, Func<IReadOnlyList<HandlerResult>, IReadOnlyList<Mutant>> choose, Func<Mutant, string?>? boot = null)
    {
        MutantReport report = new ProofRun(Shipped.Kernel, "cvc5", null).ProveMutants(only, choose, boot ?? (_ => null), _ => { });
        Assert.Empty(report.Unproved);
        return report;
    }

    private static IEnumerable<ulong> AddressesOf(ElfProgram program, Symbol function)
    {
        for (ulong address = function.Address; address < program.EndOf(function); address += 4)
            yield return address;
    }

    private static HandlerResult Reaching(string name, IEnumerable<ulong> addresses) => new(name, [], [], [.. addresses], 0, 0, 0, 0, 0, 0, 0);
}
