using Redoubt.Proof.Execution;
using Redoubt.Proof.Isa;

namespace Redoubt.Proof.Tests.Conformance;

/// <summary>The interpreter against QEMU: random instructions of each class in random states.</summary>
public sealed class ConformanceTests(ITestOutputHelper output)
{
    private const int States = 10_000;
    private const int Seed = 1;

    [Fact]
    public void EveryClassAgreesWithQemu()
    {
        using Harness harness = new();
        foreach (Opcode opcode in Generator.Classes)
        {
            Generator generator = new(new Random(Seed), harness.Slot, harness.Literals);
            byte[] batch = new byte[(States + 1) * Record.Size];
            BitConverter.TryWriteBytes(batch, (ulong)States);
            for (int i = 1; i <= States; i++)
            {
                generator.Fill(new Record(batch.AsMemory(i * Record.Size, Record.Size)), AddressOf(i), opcode);
            }

            byte[] result = harness.Run(batch);
            for (int i = 1; i <= States; i++)
            {
                Compare(harness, new Record(batch.AsMemory(i * Record.Size, Record.Size)), new Record(result.AsMemory(i * Record.Size, Record.Size)), AddressOf(i), opcode);
            }

            output.WriteLine($"{opcode}: {States} states agree");
        }
    }

    private static ulong AddressOf(int record) => Harness.Batch + (ulong)(record * Record.Size);

    private static void Compare(Harness harness, Record before, Record after, ulong address, Opcode opcode)
    {
        Machine machine = before.ToMachine(address);
        for (int i = 0; i < 4; i++)
        {
            machine.Memory[harness.Literals + (ulong)(i * 8)] = harness.Literal(i);
        }

        machine.Step(harness.Slot - 4, before.Prefix);
        ulong next = machine.Step(harness.Slot, before.Instruction);
        string? difference = after.Difference(machine, address)
            ?? (next == harness.Slot + (after.Taken ? 8UL : 4) ? null : $"goes on at 0x{next:x}, QEMU {(after.Taken ? "branched" : "did not")}");
        Assert.True(difference is null, $"{opcode} {before.Instruction:x8}: {difference}");
    }
}
