using Redoubt.Proof.Execution;
using Redoubt.Proof.Isa;

namespace Redoubt.Proof.Tests.Conformance;

/// <summary>The interpreter against QEMU: random instructions of each class in random states, at EL2.</summary>
public sealed class ConformanceTests
{
    /// <summary>States for each class, and more of them for each form of it that occurs in kernel or loader.</summary>
    internal const int States = 10_000, StatesOfForm = 1_000;

    private const int Seed = 1;

    [Fact]
    public void EveryClassAgreesWithQemu()
    {
        using Harness harness = new("harness.S", Harness.Plain);
        ulong slot = harness.Program.AddressOf("slot"), literals = harness.Program.AddressOf("literals");
        ILookup<Opcode, Instruction> forms = Shipped.Forms.ToLookup(form => form.Opcode);
        foreach (Opcode opcode in Generator.Classes)
        {
            Generator generator = new(new Random(Seed), slot, literals);
            Instruction?[] wanted = [.. Enumerable.Repeat<Instruction?>(null, States), .. forms[opcode].SelectMany(form => Enumerable.Repeat<Instruction?>(form, StatesOfForm))];
            byte[] batch = new byte[(wanted.Length + 1) * Record.Size];
            BitConverter.TryWriteBytes(batch, (ulong)wanted.Length);
            for (int i = 0; i < wanted.Length; i++)
            {
                generator.Fill(At(batch, i), AddressOf(i), opcode, wanted[i]);
            }

            byte[] result = harness.Run(batch);
            for (int i = 0; i < wanted.Length; i++)
            {
                Compare(harness, At(batch, i), At(result, i), AddressOf(i), opcode);
            }
        }
    }

    /// <summary>A record of a batch, behind the one with the count.</summary>
    private static Record At(byte[] batch, int record) => new(batch.AsMemory((record + 1) * Record.Size, Record.Size));

    private static ulong AddressOf(int record) => Harness.Batch + (ulong)((record + 1) * Record.Size);

    private static void Compare(Harness harness, Record before, Record after, ulong address, Opcode opcode)
    {
        ulong slot = harness.Program.AddressOf("slot"), literals = harness.Program.AddressOf("literals");
        Machine machine = before.ToMachine(address);
        for (ulong literal = literals; literal < literals + 32; literal += 8)
        {
            machine.Memory[literal] = harness.Program.ConstantAt(literal, 8)!.Value;
        }

        machine.Step(slot - 4, before.Prefix);
        ulong next = machine.Step(slot, before.Instruction);
        string? difference = after.Difference(machine, address)
            ?? (next == slot + (after.Taken ? 8UL : 4) ? null : $"goes on at 0x{next:x}, QEMU {(after.Taken ? "branched" : "did not")}");
        Assert.True(difference is null, $"{opcode} {before.Instruction:x8}: {difference}");
    }
}
