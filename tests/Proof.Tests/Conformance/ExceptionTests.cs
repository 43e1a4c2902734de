using Redoubt.Kernel;
using static Redoubt.Proof.Tests.Conformance.ExceptionRecord;

namespace Redoubt.Proof.Tests.Conformance;

/// <summary>
/// Out of EL2 by ERET and back by an exception: where a vCPU goes on and in which mode, what is left of its registers, the vector, the syndrome, and
/// the state in which EL2 finds itself.
/// </summary>
public sealed class ExceptionTests
{
    /// <summary>Random states for each cause.</summary>
    internal const int States = 10_000;

    private const int Seed = 3, ClassShift = 26, LongShift = 25, LastRegister = 30;

    // Vectors from a lower exception level. From AArch32 at EL0 they are the same: what counts is EL1, and HCR_EL2.RW makes it AArch64 (D1.3.1.5)
    private const ulong Synchronous = 8, Interrupted = 9, SecondTable = 0x10;

    // PSTATE, as SPSR_EL2 has it: NZCV and DAIF; SS; TCO, DIT, UAO, PAN, SSBS of extensions, of which FEAT_MTE is not there. In AArch32 NZCVQ, E, A, I, F
    private const ulong Flags = 0xf000_03c0, SingleStep = 1 << 21, TagCheckOverride = 1 << 25, OfExtensions = TagCheckOverride | (1 << 24) | (1 << 23) | (1 << 22) | (1 << 12),
        Flags32 = 0xf800_03c0;

    public static TheoryData<string> Processors => [Harness.Plain, Harness.Extended];

    [Theory]
    [MemberData(nameof(Processors))]
    public void EveryCauseIsFoundAsTheManualSays(string processor)
    {
        using Harness harness = new("exceptions.S", processor);
        foreach (Cause cause in Causes.All)
        {
            Random random = new(Seed);
            byte[] batch = new byte[(States + 1) * Size];
            BitConverter.TryWriteBytes(batch, (ulong)States);
            Expected[] entries = [.. Enumerable.Range(0, States).Select(state => Fill(harness, cause, random, At(batch, state)))];
            byte[] result = harness.Run(batch);
            ulong syndrome = 0;
            for (int state = 0; state < States; state++)
            {
                ExceptionRecord before = At(batch, state), after = At(result, state);
                string? difference = Difference(harness, processor, before, after, entries[state], syndrome);
                Assert.True(difference is null, $"{cause.Name}, instruction {entries[state].Instruction:x8}, SPSR {before[Pstate]:x}: {difference}");
                syndrome = after[Syndrome];
            }
        }
    }

    private static ExceptionRecord At(byte[] batch, int state) => new(batch.AsMemory((state + 1) * Size, Size));

    private static Expected Fill(Harness harness, Cause cause, Random random, ExceptionRecord record)
    {
        ulong Any() => (ulong)random.NextInt64(long.MinValue, long.MaxValue);
        ulong mode = cause.Modes[random.Next(cause.Modes.Length)];
        bool aarch32 = Causes.IsAarch32(mode);
        for (int register = 0; register <= LastRegister; register++)
        {
            record[X(register)] = aarch32 ? (uint)Any() : Any();
        }

        record[StackEl0] = Any();
        record[StackEl1] = Any();
        record[Pstate] = (Any() & Random(aarch32)) | mode;
        record[Pc] = harness.Program.AddressOf("slot");
        record[Hcr] = cause.Service ? ControlRegisters.ServiceHcr : random.Next(2) == 0 ? ControlRegisters.GuestHcr : ControlRegisters.CacheableGuestHcr;
        record[Cptr] = cause.Service ? ControlRegisters.ServiceCptr : ControlRegisters.GuestCptr;
        record[Sctlr] = ControlRegisters.ServiceSctlr;
        record[Vbar] = harness.Program.AddressOf($"vectors{random.Next(2)}");
        Expected entry = cause.Make(random, record);
        record[Instruction] = entry.Instruction;
        return entry;
    }

    /// <summary>Bits of PSTATE that are chosen at random: flags, masks, and in AArch64 those of extensions.</summary>
    private static ulong Random(bool aarch32) => aarch32 ? Flags32 : Flags | SingleStep | OfExtensions;

    private static string? Difference(Harness harness, string processor, ExceptionRecord before, ExceptionRecord after, Expected entry, ulong lastSyndrome)
    {
        bool aarch32 = Causes.IsAarch32(before[Pstate]);
        ulong table = before[Vbar] == harness.Program.AddressOf("vectors1") ? SecondTable : 0;
        ulong vector = table + (entry.Class is null ? Interrupted : Synchronous);
        ulong syndrome = entry.Class is { } exception ? ((ulong)exception << ClassShift) | (entry.Long ? 1UL << LongShift : 0) | entry.Iss : lastSyndrome;
        List<(string What, ulong Expected, ulong Found)> words =
        [
            ("the vector", vector, after[Vector]),
            ("ESR_EL2", syndrome, after[Syndrome]),
            ("ELR_EL2", before[Pc] + entry.Behind, after.Found(Pc)),
            ("SPSR_EL2", before[Pstate] & Kept(processor, aarch32), after.Found(Pstate)),
            ("SP_EL0", before[StackEl0], after.Found(StackEl0)),
            ("SP_EL1", before[StackEl1], after.Found(StackEl1)),
            ("CurrentEL", 2 << 2, after[Level]),
            ("DAIF", 0x3c0, after[Masks]),
            ("SPSel", 1, after[Stack]),
            .. Enumerable.Range(0, LastRegister + 1).Select(register => ($"x{register}", before[X(register)], after.Found(X(register)))),
        ];
        if (entry.Address is { } address)
            words.Add(("FAR_EL2", address, after[Far]));
        if (entry.Stage2)
            words.Add(("HPFAR_EL2", (entry.Address!.Value >> 12) << 4, after[Hpfar]));
        (string what, ulong expected, ulong found) = words.Find(word => word.Expected != word.Found);
        return what is null ? null : $"{what} is 0x{found:x}, 0x{expected:x} was expected";
    }

    /// <summary>Bits of PSTATE that come back: all but SS, which is for software step, and those that the processor doesn't have.</summary>
    private static ulong Kept(string processor, bool aarch32) => aarch32 || processor == Harness.Extended ? ~(SingleStep | TagCheckOverride) : ~(SingleStep | OfExtensions);
}
