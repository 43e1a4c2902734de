using Redoubt.Proof.Execution;
using Redoubt.Proof.Isa;
using Redoubt.Proof.Programs;
using Redoubt.Proof.Services;
using Redoubt.Proof.Terms;

namespace Redoubt.Proof.Tests;

/// <summary>The focus switch of <c>ui</c>: its machine code is proved, and with an instruction less it is not.</summary>
public sealed class FocusProofTests
{
    private const uint NoOperation = 0xd503_201f;

    public static TheoryData<string> Functions => [.. FocusProof.Functions];

    [Theory]
    [MemberData(nameof(Functions))]
    public void InputReachesNobodyButTheScreenThatIsShown(string function)
    {
        using Solver solver = new("z3");
        for (ulong screens = 1; screens <= FocusProof.MostScreens; screens++)
        {
            FocusResult result = new FocusProof(Shipped.Ui, solver).Prove(function, screens);
            Assert.Empty(result.Findings.Select(finding => $"{screens} screens: {finding.Message}"));
            Assert.NotEmpty(result.Obligations);
            Assert.DoesNotContain(result.Obligations, obligation => obligation.Outcome != Outcome.Proved);
        }
    }

    /// <summary>Each instruction of the switch that branches on a condition or stores is left out in turn: the proof then fails.</summary>
    [Fact]
    public void WithoutOneOfItsInstructionsItIsNotProved()
    {
        ElfProgram ui = Shipped.Ui;
        using Solver solver = new("z3");
        List<string> unnoticed = [];
        int tried = 0;
        // What Open writes is mostly zero where the program begins with zero.
        foreach (string function in FocusProof.Functions.Where(function => function != "Open"))
        {
            Symbol symbol = ui.Functions.Single(candidate => candidate.Name.EndsWith($"Focus__{function}", StringComparison.Ordinal));
            for (ulong address = symbol.Address; ui.InstructionAt(address) is { } word && word != 0 && address < ui.EndOf(symbol); address += 4)
            {
                if (Decoder.TryDecode(address, word) is not { Opcode: Opcode.Store or Opcode.CompareBranch or Opcode.BranchConditional or Opcode.TestBranch })
                    continue;
                tried++;
                FocusProof proof = new(ui.Patched(address, NoOperation), solver);
                if (proof.Prove(function, screens: 3).Findings.Count == 0)
                    unnoticed.Add(ui.PlaceOf(address));
            }
        }

        Assert.InRange(tried, 25, 100);
        Assert.True(unnoticed.Count == 0, string.Join(' ', unnoticed));
    }
}
