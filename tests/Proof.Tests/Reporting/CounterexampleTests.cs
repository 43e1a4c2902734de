using Redoubt.Proof.Isa;
using Redoubt.Proof.Programs;
using Redoubt.Proof.Reporting;
using Redoubt.Proof.Theorems;

namespace Redoubt.Proof.Tests;

/// <summary>What is refuted becomes a test that fails in the same way.</summary>
public sealed class CounterexampleTests
{
    private const string Quick = "svc uid";

    [Fact]
    public void AKernelThatForgetsToSaveARegisterFailsAgain()
    {
        ElfProgram kernel = Shipped.Kernel;
        // The read of ELR_EL2 in the code that saves a vCPU.
        ulong address = kernel.AddressOf("save");
        while (Decoder.TryDecode(address, kernel.InstructionAt(address)!.Value) is not { Opcode: Opcode.ReadSystem, System: var register }
            || register != Execution.SystemRegisters.ElrEl2)
        {
            address += 4;
        }

        ElfProgram broken = kernel.Patched(address, 0xaa1f_03ff);
        Report report = new ProofRun(broken, "cvc5", null).Prove(Quick, _ => { });
        Counterexample found = report.Counterexamples.First(one => one.Goal.Contains("the specification says", StringComparison.Ordinal));
        string file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, found.Write());
            Counterexample read = Counterexample.Read(file);
            ReplayResult again = Replay.Run(broken, read);
            Assert.True(again.Fails);
            Assert.Contains(found.Goal, again.End, StringComparison.Ordinal);
            Assert.NotEmpty(again.Path);
            Assert.False(Replay.Run(kernel, read).Fails);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public void AFileThatIsNoneIsRefused()
    {
        string file = Path.GetTempFileName();
        try
        {
            Assert.Throws<InvalidDataException>(() => Counterexample.Read(file));
            File.WriteAllText(file, "{}");
            Assert.Throws<InvalidDataException>(() => Counterexample.Read(file));
        }
        finally
        {
            File.Delete(file);
        }
    }
}
