using Redoubt.Proof.Execution;
using Redoubt.Proof.Isa;
using Redoubt.Proof.Programs;
using Redoubt.Proof.Terms;
using Redoubt.Proof.Theorems;

namespace Redoubt.Proof.Tests;

/// <summary>A kernel that does something else than the specification says is refused, even if it breaks no other rule.</summary>
public sealed class RefinementTests(ITestOutputHelper output)
{
    private const int StackBytes = 512 << 20, LeastChanges = 10, LeastOfRefinement = 8;
    private const uint MoveZero = 0xaa1f_03ff, ImmediateBit = 1 << 5, ConditionBit = 1;

    private sealed record Change(string Handler, ulong Address, uint Word, string What);

    /// <summary>A store dropped, a constant changed, a condition inverted, each in code that one call alone reaches.</summary>
    [Fact]
    public void WrongEffectsAreRefused() => OnDeepStack(() =>
    {
        ElfProgram kernel = Shipped.Kernel;
        using Solver solver = new("cvc5");
        IReadOnlyList<ulong> common = Prove(kernel, solver, "svc uid").Reached;
        Change[] changes = [.. new[] { "svc discover", "svc acknowledge" }.SelectMany(handler => Changes(kernel, handler, [.. Prove(kernel, solver, handler).Reached.Except(common)]))];
        Assert.True(changes.Length >= LeastChanges, $"only {changes.Length} changes");
        int refinementAlone = 0;
        foreach (Change change in changes)
        {
            string[] broken = [.. Prove(kernel.Patched(change.Address, change.Word), solver, change.Handler).Findings.Select(finding => finding.Property).Distinct()];
            output.WriteLine($"{change.Handler}: {change.What} at 0x{change.Address:x} breaks {string.Join(", ", broken)}");
            Assert.NotEmpty(broken);
            refinementAlone += broken is ["refinement"] ? 1 : 0;
        }

        Assert.True(refinementAlone >= LeastOfRefinement, $"only {refinementAlone} are caught by refinement alone");
    });

    private static HandlerResult Prove(ElfProgram kernel, Solver solver, string handler) =>
        new KernelProof(kernel, solver).Prove(Handler.All().Single(candidate => candidate.Name == handler));

    private static IEnumerable<Change> Changes(ElfProgram kernel, string handler, IEnumerable<ulong> addresses)
    {
        foreach (ulong address in addresses)
        {
            uint word = kernel.InstructionAt(address)!.Value;
            switch (Decoder.TryDecode(address, word)!.Value.Opcode)
            {
                case Opcode.Store or Opcode.StorePair:
                    yield return new Change(handler, address, MoveZero, "store dropped");
                    break;
                case Opcode.MoveWide:
                    yield return new Change(handler, address, word ^ ImmediateBit, "constant changed");
                    break;
                case Opcode.BranchConditional:
                    yield return new Change(handler, address, word ^ ConditionBit, "condition inverted");
                    break;
            }
        }
    }

    private static void OnDeepStack(Action work)
    {
        Exception? failure = null;
        Thread thread = new(() => failure = Record.Exception(work), StackBytes);
        thread.Start();
        thread.Join();
        Assert.Null(failure);
    }
}
