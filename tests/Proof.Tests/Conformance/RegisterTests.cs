using Redoubt.Kernel;
using static Redoubt.Proof.Check.Boot.BootRegisters;
using static Redoubt.Proof.Execution.SystemRegisters;

namespace Redoubt.Proof.Tests.Conformance;

/// <summary>System registers at EL2: what they keep of what is written.</summary>
public sealed class RegisterTests
{
    /// <summary>Random values for each register.</summary>
    internal const int States = 10_000;

    private const int Seed = 2;

    public static TheoryData<string> Processors => [Harness.Plain, Harness.Extended];

    [Theory]
    [MemberData(nameof(Processors))]
    public void ARegisterKeepsWhatTheTableSays(string processor)
    {
        using Harness harness = new("registers.S", processor);
        RegisterBehaviour[] together = [.. RegisterTable.Together(processor)], alone = [.. RegisterTable.Alone(processor)];
        int[] writeOnly = [.. RegisterTable.WriteOnly];
        Compare(harness, together, RegisterCode.Together(Encodings(together), writeOnly), writeOnly.Length);
        Compare(harness, alone, RegisterCode.OneByOne(Encodings(alone)), 0);
    }

    [Theory]
    [MemberData(nameof(Processors))]
    public void AConstantRegisterAlwaysReadsTheSame(string processor)
    {
        using Harness harness = new("registers.S", processor);
        foreach (int[] registers in RegisterTable.Constant.Chunk(RegisterCode.Most))
        {
            ulong[][] read = RegisterCode.Run(harness, RegisterCode.ReadAll(registers), [.. Enumerable.Repeat(new ulong[registers.Length], States)]);
            Assert.All(read, values => Assert.Equal(read[0], values));
            if (registers.Contains(CurrentEl))
                Assert.Equal(2UL << 2, read[0][Array.IndexOf(registers, CurrentEl)]);
        }
    }

    /// <summary>What confines a vCPU is in force: all bits that the kernel sets are there, except those of extensions that an Armv8.0 processor doesn't have.</summary>
    [Theory]
    [InlineData(Harness.Plain, 0x18_0000_0000UL)]
    [InlineData(Harness.Extended, 0)]
    public void WhatConfinesAVcpuIsKept(string processor, ulong absent)
    {
        using Harness harness = new("registers.S", processor);
        int[] registers = [HcrEl2, CptrEl2];
        ulong[][] worlds =
        [
            [ControlRegisters.GuestHcr, ControlRegisters.GuestCptr],
            [ControlRegisters.CacheableGuestHcr, ControlRegisters.GuestCptr],
            [ControlRegisters.ServiceHcr, ControlRegisters.ServiceCptr],
        ];
        ulong[][] read = RegisterCode.Run(harness, RegisterCode.OneByOne(registers), worlds);
        Assert.Equal(worlds.Select(world => (world[0] & ~absent, world[1])), read.Select(world => (world[0], world[1])));
    }

    private static int[] Encodings(RegisterBehaviour[] registers) => [.. registers.Select(register => register.Register)];

    private static void Compare(Harness harness, RegisterBehaviour[] registers, uint[] code, int more)
    {
        Random random = new(Seed);
        ulong Value(int i) => (ulong)random.NextInt64(long.MinValue, long.MaxValue) & (i < registers.Length && registers[i].Register == SctlrEl2 ? ~1UL : ~0UL);
        ulong[][] states = [.. Enumerable.Range(0, States).Select(_ => Enumerable.Range(0, registers.Length + more).Select(Value).ToArray())];
        ulong[][] read = RegisterCode.Run(harness, code, states);
        ulong[][] again = RegisterCode.Run(harness, code, read);
        for (int i = 0; i < registers.Length; i++)
        {
            RegisterBehaviour register = registers[i];
            for (int state = 0; state < States; state++)
            {
                ulong expected = (states[state][i] & register.Kept) | register.Ones;
                Assert.True((read[state][i] & ~register.Free) == expected, $"{register.Name}: 0x{states[state][i]:x} is written, 0x{read[state][i]:x} is read, 0x{expected:x} was expected");

                // What was read once is kept: a context that is saved, loaded and saved again stays as it is.
                ulong settled = register.Register == IchVmcrEl2 ? ~0UL : ~register.Free;
                Assert.True(((read[state][i] ^ again[state][i]) & settled) == 0, $"{register.Name}: 0x{read[state][i]:x} is not kept, 0x{again[state][i]:x} is read");
            }
        }
    }
}
